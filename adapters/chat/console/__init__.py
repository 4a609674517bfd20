"""Console: the terminal as a chat platform with one user.

May import `bot.commands` and inner rings; no other platform.
"""
