"""Adapters: implementations of the ports: chat platforms, venues, charts, data files, clocks.

Imports `bot.commands` and inner rings; never `storage` or `strategies`. Foreign exceptions are translated here.
"""
