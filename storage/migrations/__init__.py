"""Migrations of the schema, oldest first; each only adds.

Reviewed by hand: SQLite rebuilds a table for other changes and loses rows on the way.
"""
