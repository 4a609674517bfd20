"""Units of work on their way to disk: one queue, group commits, one thread, retention.

May import `schema` and `codec`. A unit is stored whole or not at all.
"""
