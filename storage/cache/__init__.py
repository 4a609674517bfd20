"""Caches of small tables in memory, updated by every commit.

May import `schema`. Correct only while this process is the only writer.
"""
