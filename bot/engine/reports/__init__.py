"""Reports: read models of the fleet, a bot or an order, and figures over a period.

Reads storage and the bots' host, changes nothing. May import `bots`, `people` and `concurrency`.
"""
