"""The database of one process: SQLite through one writer and one query-only reader.

Fulfils `bot.ports.storage`. Tortoise rows never leave this package; adapters and strategies never see it.
"""
