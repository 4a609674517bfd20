"""Rendering of replies as styled lines, and the offers of the last reply.

Pure: no terminal, no files.
"""
