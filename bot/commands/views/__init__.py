"""Cards, tables and explanations made from the engine's read models.

May import `spec` and below. Reads no storage and changes nothing.
"""
