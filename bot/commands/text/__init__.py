"""Texts that people read: numbers, times, labels, captions and refusals, for one reader.

May import `reply` and the engine's read models. Decides nothing and sends nothing.
"""
