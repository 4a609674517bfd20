"""Read models: what a fleet, a bot or an order looks like now, and figures over a time.

Reads storage and the bots' host, changes nothing. May import `bots`, `people` and `concurrency`.
"""
