"""Replies as Telegram HTML, keyboards and parts within the platform's limits.

Pure: no network, no state.
"""
