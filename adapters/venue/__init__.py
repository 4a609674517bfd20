"""Places to trade: a simulated venue, and the recorded market that moves it.

Each venue fulfils `bot.ports.venue`. Only the recorded market builds on the simulated venue.
"""
