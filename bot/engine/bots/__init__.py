"""What people do with bots: create, configure, start, stop, panic; and the capital they may use.

Talks to running bots through the `BotHost` port only. May import `execution`, `trading` and `concurrency`.
"""
