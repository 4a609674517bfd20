"""Reading over the query-only connections, and caches of small tables in memory, updated by every commit.

May import `schema`; never writes. The caches are correct only while this process is the only writer.
"""
