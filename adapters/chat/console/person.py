"""Who sits at the console."""

import getpass
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocalPerson:
    """The account of the operating system that the process runs under."""

    platform_id: str
    display_name: str


def local_person() -> LocalPerson:
    """Find out whose account this is; an account without an entry is called by its number."""
    number = str(os.getuid())
    try:
        return LocalPerson(number, getpass.getuser())
    except (KeyError, OSError):
        return LocalPerson(number, number)
