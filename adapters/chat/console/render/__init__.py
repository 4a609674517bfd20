"""Replies as styled lines of text, and what the screen remembers of them.

Pure: no terminal, no files.
"""
