"""Terminal: reading lines and writing text on a terminal or pipe, with history and completion.

May import `render`.
"""
