"""Recorded market: candles replayed to a feed and a simulated venue.

May import `adapters.venue.simulated`; owns the clock of that market.
"""
