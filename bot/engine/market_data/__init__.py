"""Market data: closed candles and prices, with one subscription per series, one evaluation per parameter set, and one
price watch per symbol.

May import `trading` (its messages) and `concurrency`. Knows bots only by id.
"""
