"""Discord: interactions become requests, replies become embeds and components.

The only importer of discord.py. May import `bot.commands` and inner rings; no other platform.
"""
