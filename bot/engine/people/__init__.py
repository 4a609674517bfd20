"""Operators, their identities, rights, chats and preferences.

Imports domain and ports only. Knows no platform: an identity is a platform's name and a number.
"""
