"""Schema: models, table mappings, queries, and migration of a file.

Each is mapped by the codecs of `bot.durable`.
"""
