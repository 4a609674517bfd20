"""News and live messages: what an event looks like in a chat, and messages that are kept true.

May import `spec` and below. When something is told, and to whom, is decided in `bot.engine.notifications`.
"""
