"""How work shares one event loop: task scopes, time slices, and a count of what is in flight.

Imports nothing of the engine; everything else may import it.
"""
