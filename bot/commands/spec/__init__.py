"""Command specifications: arguments, rights and help of a command, and parsing of a typed line.

May import `text` and `reply`. Knows no single command; those live in `catalog`.
"""
