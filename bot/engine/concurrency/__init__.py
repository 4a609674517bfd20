"""Concurrency on one event loop: task scopes, time slices, growing pauses, and a count of work in flight.

Imports nothing of the engine; everything else may import it.
"""
