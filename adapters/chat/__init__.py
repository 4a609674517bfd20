"""Shared parts of the chat platforms: rate limiter, button rows, files, phrases.

The platforms in it do not know each other.
"""
