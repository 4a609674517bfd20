"""Pictures of candles, equity and profit, drawn with matplotlib on a thread.

Fulfils `bot.ports.charts`; matplotlib is imported late. Nothing here reads a bot or a table.
"""
