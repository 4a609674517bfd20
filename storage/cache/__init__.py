"""Small tables kept in memory, followed from what was stored.

May import `schema`. Correct only while this process is the only writer.
"""
