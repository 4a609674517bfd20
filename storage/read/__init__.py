"""Reading over the query-only connection.

May import `cache`, `schema` and `codec`; never writes.
"""
