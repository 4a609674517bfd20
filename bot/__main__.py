"""Lets `python -m bot` do what `quarterdeck` does."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
