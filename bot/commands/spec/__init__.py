"""What a command is: its arguments, its rights, its help, and how a typed line becomes one.

May import `text` and `reply`. Knows no single command; those live in `catalog`.
"""
