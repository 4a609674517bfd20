"""What chat platforms share: the rate limiter, rows of buttons, phrases.

The platforms in it do not know each other.
"""
