"""Places to trade.

Each fulfils `bot.ports.venue`.
"""
