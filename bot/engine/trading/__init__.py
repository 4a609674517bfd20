"""The pure decisions of one bot: a session and a message go in, a session and facts come out.

Imports domain, ports and the strategy SDK only. Never awaits, never reads a clock, never knows a venue.
"""
