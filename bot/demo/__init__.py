"""The tour of `quarterdeck demo`: it types commands into a real process, kills it, and compares the books.

Imported late by `bot.cli`.
"""
