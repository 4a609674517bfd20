"""Tour of `quarterdeck demo`: types commands into a real process, kills it, and compares the ledgers.

Imported late by `bot.cli`.
"""
