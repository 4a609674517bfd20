"""Reading over the query-only connections.

May import `cache`, `schema` and `codec`; never writes.
"""
