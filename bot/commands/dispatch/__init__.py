"""Dispatch: the pipeline from a request to its reply.

Audit, authentication, throttle, parse, confirm, handle, map errors. The outermost package of `bot.commands`: imports
all others and is imported by none of them.
"""
