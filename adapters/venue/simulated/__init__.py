"""A venue with simulated fills: accounts, orders and fills in a file of its own, a matcher, the order rules.

Accepts before it answers and outlives the engine. Knows prices through the `PriceSource` it is given, and no recording.
"""
