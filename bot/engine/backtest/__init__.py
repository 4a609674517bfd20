"""Backtests: a strategy over recorded candles with the decisions of a running bot, and the metrics of the result.

May import `trading` and `simulation`. Has neither tasks nor a clock of the process; a job can be run by another one.
"""
