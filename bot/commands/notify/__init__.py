"""News and live messages: what is said of each kind of event, and messages that are kept true.

May import `spec` and below. When something is told, and to whom, is decided in `bot.engine.notifications`.
"""
