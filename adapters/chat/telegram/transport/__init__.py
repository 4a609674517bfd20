"""Transport to the Bot API: connection, polling, sending within rate limits, errors translated.

May import `render` for limits and messages; decides nothing about commands.
"""
