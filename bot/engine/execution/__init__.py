"""Order execution: committed order intents on their way to a venue, and the engine's context of each venue.

May import `market_data`, `trading` and `concurrency`. Sends only what is stored.
"""
