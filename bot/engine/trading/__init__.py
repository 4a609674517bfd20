"""Trading decisions of one bot, pure: a session and a message go in, a session and facts come out.

Imports domain, ports and the strategy SDK only. Never awaits, never reads a clock, never knows a venue.
"""
