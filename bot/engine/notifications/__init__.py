"""Notifications: which event goes to which destination, at which level, in what order, until it has arrived.

May import `people`. What a message looks like is decided by the `Notifier` it is given.
"""
