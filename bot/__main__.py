"""Entry point of `quarterdeck` and `python -m bot`."""

import sys

from bot.system_support import refuse_unsupported_system


def main() -> int:
    """Run the command line, or say why it cannot run here."""
    refuse_unsupported_system()
    # Not before: on another system its imports would end in a traceback.
    from bot.cli import main as run_command_line

    return run_command_line()


if __name__ == "__main__":
    sys.exit(main())
