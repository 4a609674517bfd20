"""Writing of units of work: one queue, group commits, retention.

May import `schema`; the thread and its statements are those of `bot.durable`. A unit is stored entirely or not at all.
"""
