"""Which event goes to which destination, how loud, in what order, and again until it has arrived.

May import `people`. What a message looks like is decided by the `ChatNotifier` it is given.
"""
