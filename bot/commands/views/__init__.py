"""Views: cards, tables, explanations and backtest reports, made from the engine's read models.

May import `spec` and below. Reads no storage and changes nothing.
"""
