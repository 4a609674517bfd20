"""Composition root, and the rings inside it.

The modules at this level put the process together and are the only importers of concrete adapters.
"""
