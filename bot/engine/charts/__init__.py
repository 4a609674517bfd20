"""What pictures of candles show: bars, fills, levels and resting orders, from stored facts and a feed.

The drawing is `adapters.charts`.
"""
