"""Replies: the blocks they are made of, and their layout in 32 columns without markup.

Imports the domain only. A platform's renderer turns these blocks into its own markup; nothing here knows which.
"""
