"""Tables: models, the columns of each record, queries, and bringing a file to this version.

May import `codec`.
"""
