"""Conversations that fill a command in step by step, and the buttons that mend a refused one.

May import `views` and below. A form ends in a command line that goes through the pipeline like a typed one.
"""
