"""Telegram: updates become requests, replies become messages.

The only importer of python-telegram-bot. May import `bot.commands` and inner rings; no other platform.
"""
