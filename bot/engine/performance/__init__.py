"""Performance: the profit curve of a bot or a backtest, and every figure that comes from it.

Fills and candles in, figures out; reads no storage. May import the domain and the SDK's candles only.
"""
