"""What people do on Discord: slash commands, buttons, modals, autocomplete, and the client that hears them.

May import `render` and `transport`.
"""
