"""Who sits at the console: the user of the operating system."""

import getpass
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsolePerson:
    """The permanent id and the name of the user."""

    user_id: str
    name: str


def current_person() -> ConsolePerson:
    """Return the user this process belongs to."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = "owner"
    return ConsolePerson(str(os.getuid()), name)
