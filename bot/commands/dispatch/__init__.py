"""The pipeline from a request to its reply: audit, authentication, throttle, parse, confirm, handle, map errors.

The outermost package of `bot.commands`: imports all others and is imported by none of them.
"""
