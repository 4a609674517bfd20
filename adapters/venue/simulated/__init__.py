"""A venue over simulated fills: it makes the state of `bot.engine.simulation` durable in a file of its own.

Accepts before it answers and outlives the engine. Knows prices through the `PriceSource` it is given, and no recording.
"""
