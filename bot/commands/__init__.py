"""What a person can ask for, the same on every platform: commands, forms, replies and the messages that bring news.

Knows the engine through its public services and the chat through replies of blocks, never
a chat library or a table.
"""
