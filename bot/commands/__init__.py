"""Commands: what a person can ask for, the same on every platform, with forms, replies and notifications.

Knows the engine through its public services and the chat through replies of blocks, never a chat library or a table.
"""
