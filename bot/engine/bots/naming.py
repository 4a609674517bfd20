"""Names of bots."""

import re
from collections.abc import Iterable

from bot.domain.errors import InvalidInput

NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")
LONGEST_NAME = 24

RESERVED = frozenset({"all", "mine", "none", "off", "help", "cancel", "yes", "no", "back", "bot", "bots", "practice"})
"""Words that commands take in the place of a name."""


def check_name(text: str) -> str:
    """Return a usable name; raise InvalidInput saying what was expected."""
    name = text.strip()
    if name in RESERVED:
        raise InvalidInput(f"the name {name} is reserved. Expected another one, for example {name}-1", fix=f"{name}-1")
    if not NAME.fullmatch(name):
        mended = _mended(name)
        raise InvalidInput(
            f"{_shown(text)} is no name. Expected a small letter, then small letters, digits or hyphens, "
            f"at most {LONGEST_NAME} in all, for example {mended}",
            fix=mended,
        )
    return name


def suggest_name(strategy: str, base: str, taken: Iterable[str]) -> str:
    """Make a name of strategy and coin that is not taken, for example `ema-cross-btc`."""
    stem = _mended(f"{strategy}-{base}".lower())[: LONGEST_NAME - 3]
    names = set(taken)
    name, number = stem, 1
    while name in names:
        number += 1
        ending = f"-{number}"
        name = f"{stem[: LONGEST_NAME - len(ending)]}{ending}"
    return name


def _mended(text: str) -> str:
    mended = re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-").lstrip("0123456789-")[:LONGEST_NAME]
    return mended if NAME.fullmatch(mended) and mended not in RESERVED else "alpha"


def _shown(text: str) -> str:
    plain = "".join(letter for letter in text if letter.isprintable())
    return plain if len(plain) <= LONGEST_NAME * 2 else f"{plain[:LONGEST_NAME]}…"
