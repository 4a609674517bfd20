"""Supported systems: says in a sentence where Quarterdeck does not run, before anything that would break is imported.

Written for older Pythons too, which must be able to read it.
"""

import sys

OLDEST, NEWEST = (3, 11), (3, 12)


def unsupported_system(version: "tuple[int, int]", platform: str) -> str:
    """Return why this Python or system cannot run Quarterdeck, empty if it can."""
    if platform == "win32":
        return "Quarterdeck runs on Linux and macOS; it locks its files in a way that Windows does not have. Use WSL."
    if not OLDEST <= version <= NEWEST:
        found = "{}.{}".format(*version)
        return "Quarterdeck needs Python 3.11 or 3.12, found " + found + ". For example make PYTHON=python3.12 run"
    return ""


def refuse_unsupported_system() -> None:
    """End the process with exit code 2 and a sentence where Quarterdeck cannot run."""
    problem = unsupported_system((sys.version_info[0], sys.version_info[1]), sys.platform)
    if problem:
        sys.stderr.write("Failed: " + problem + "\n")
        sys.exit(2)
