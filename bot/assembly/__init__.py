"""Assembly of the process: engine, chat platforms and health around one exit stack.

With `bot.app` and the command lines the only importer of concrete adapters; imported by nothing inside the rings.
"""
