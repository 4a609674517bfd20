"""Storage in memory, with the contract of the real one.

Fulfils `bot.ports.storage`; nothing is kept beyond the process.
"""
