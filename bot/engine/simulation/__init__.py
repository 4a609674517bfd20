"""The simulated venue's state and its matcher: accounts, order locks and fills, without files, clocks or an event loop.

Made durable by the simulated venue, run in memory by backtests. May import ports and domain only.
"""
