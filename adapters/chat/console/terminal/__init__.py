"""Reading lines and writing text: a terminal, a pipe, history and completion.

May import `render`.
"""
