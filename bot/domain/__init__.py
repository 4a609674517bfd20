"""Domain of trading: frozen data with pure functions, one concept per module.

Standard library only. Money is Decimal, times are aware UTC, ids are typed; nothing here reads a clock or waits.
"""
