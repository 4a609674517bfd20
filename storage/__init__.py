"""Storage of one process: SQLite through one writer and query-only readers.

Implements `bot.ports.storage`. Tortoise rows never leave this package; adapters and strategies never see it.
"""
