"""Charts of candles, equity and profit, drawn with matplotlib on a thread.

Implements `bot.ports.charts`; matplotlib is imported late. Nothing here reads a bot or a table.
"""
