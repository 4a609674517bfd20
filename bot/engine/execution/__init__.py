"""Committed order intents on their way to a venue, and what a venue is to the engine.

May import `market_data`, `trading` and `concurrency`. Sends only what is stored.
"""
