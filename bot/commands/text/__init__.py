"""The words people read: numbers, times, labels, captions and refusals, as text of one reader.

May import `reply` and the engine's read models. Decides nothing and sends nothing.
"""
