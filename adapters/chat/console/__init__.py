"""The terminal as a chat platform with one person.

May import `bot.commands` and inner rings; no other platform.
"""
