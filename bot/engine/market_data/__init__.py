"""Closed candles and prices: one subscription a series, one evaluation a set of parameters, one watch a symbol.

May import `trading` (its messages) and `concurrency`. Knows no bot but by its id.
"""
