"""Runtime of the engine: mailboxes, the supervisor, start-up recovery, and dispatch of venue events.

The outermost part of the trading side; may import all of it. Only the composition root imports it.
"""
