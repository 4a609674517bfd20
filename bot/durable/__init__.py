"""What every durable file of ours is made of: records as rows, JSON columns, many rows a statement, one writing thread.

Knows the domain, the standard library's `sqlite3` and pydantic's core; which tables there are is its callers' affair.
"""
