"""Transport to Discord: messages to channels, threads and private chats, with errors translated.

May import `render`; knows nothing of interactions.
"""
