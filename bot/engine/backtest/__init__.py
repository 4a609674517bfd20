"""A strategy over recorded candles with the step functions of a running bot, and the report of it.

May import `trading`. Neither a task nor a clock of the process.
"""
