"""Forms that fill in a command step by step, and the buttons that fix a refused one.

May import `views` and below. A form ends in a command line that goes through the pipeline like a typed one.
"""
