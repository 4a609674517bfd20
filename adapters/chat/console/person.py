"""User of the console."""

import getpass
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocalPerson:
    """The account of the operating system that the process runs under."""

    platform_id: str
    display_name: str


def local_person() -> LocalPerson:
    """Return the process's account; one without an entry is named by its number."""
    number = str(os.getuid())
    try:
        return LocalPerson(number, getpass.getuser())
    except (KeyError, OSError):
        return LocalPerson(number, number)
