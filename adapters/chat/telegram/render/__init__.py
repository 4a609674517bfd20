"""Rendering of replies as Telegram HTML and keyboards, split by Telegram's limits.

Pure: no network, no state.
"""
