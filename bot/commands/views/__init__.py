"""Cards, tables, explanations and the report of a backtest, made from the engine's read models.

May import `spec` and below. Reads no storage and changes nothing.
"""
