"""Backtests from the command line and from chat: what to run, and the process that runs it.

Part of the composition root: may import adapters, storage and strategies.
"""
