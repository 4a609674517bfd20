"""Use cases on bots: create, configure, start, stop, panic, and the capital that bots reserve.

Talks to running bots through the `BotHost` port only. May import `execution`, `trading` and `concurrency`.
"""
