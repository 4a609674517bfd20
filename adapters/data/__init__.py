"""Recorded candles: readers of candle files, and the recordings that ship with the product.

Returns arrays and domain objects; knows no venue.
"""
