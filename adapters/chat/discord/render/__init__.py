"""Rendering of replies as embeds, components and markdown within Discord's limits.

Pure: no network, no state.
"""
