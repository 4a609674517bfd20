"""The blocks that a reply is made of, and how they fit 32 columns without markup.

Imports the domain only. A platform's renderer turns these blocks into its own markup; nothing here knows which.
"""
