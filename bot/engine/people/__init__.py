"""People: operators with their identities, roles, shares, chats and preferences.

Imports domain and ports only. Knows no platform: an identity is a platform's name and an id there.
"""
