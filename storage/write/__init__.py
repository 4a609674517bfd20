"""Writing of units of work: one queue, group commits, one thread, retention.

May import `schema` and `codec`. A unit is stored entirely or not at all.
"""
