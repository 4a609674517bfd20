"""The words of trading as frozen data with pure functions: one file a word.

Standard library only. Money is Decimal, times are aware UTC, ids are typed; nothing here reads a clock or waits.
"""
