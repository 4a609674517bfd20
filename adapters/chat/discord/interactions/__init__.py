"""Interactions of Discord: slash commands, buttons, modals, autocomplete, and the client that receives them.

May import `render` and `transport`.
"""
