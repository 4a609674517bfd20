"""Strategies, one module each: the idea, when it loses, its parameters.

Imports `bot.strategy` and the domain only.
"""
