"""Schema: models, table mappings, queries, and migration of a file.

May import `codec`.
"""
