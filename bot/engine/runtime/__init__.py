"""What keeps bots running: mailboxes, the supervisor, recovery, jobs, and the assembly of it all (`engine`).

The outermost part of the trading side; may import all of it. Nothing but the composition root imports it.
"""
