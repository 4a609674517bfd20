"""Catalogue of the commands, one module per topic; handlers call one use case and build one reply.

May import everything of `bot.commands` but `dispatch` and `notify`. No arithmetic, no storage, no markup.
"""
