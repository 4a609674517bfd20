"""Messages to channels, threads and people, errors translated.

May import `render`; knows nothing of interactions.
"""
