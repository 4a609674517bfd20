"""A strategy over recorded candles with the step functions of a running bot, and the figures of it.

May import `trading`. Neither a task nor a clock of the process.
"""
