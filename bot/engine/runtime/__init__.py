"""What keeps bots running: mailboxes, the supervisor, start-up recovery, and the venue's events on their way to a bot.

The outermost part of the trading side; may import all of it. Nothing but the composition root imports it.
"""
