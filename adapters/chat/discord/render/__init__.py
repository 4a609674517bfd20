"""Replies as embeds, components and markdown within the platform's limits.

Pure: no network, no state.
"""
