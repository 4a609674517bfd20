"""Bot names: their rules and suggestions."""

import re
from collections.abc import Iterable

from bot.domain.errors import InvalidInput, NameFix

NAME_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,23}")
MAX_NAME_LENGTH = 24

RESERVED_NAMES = frozenset(
    {"all", "mine", "none", "off", "help", "cancel", "yes", "no", "back", "bot", "bots", "practice"}
)
"""Words that commands take in place of a bot's name."""


def check_name(text: str) -> str:
    """Return the name without surrounding blanks; raise InvalidInput saying what was expected."""
    name = text.strip()
    if name in RESERVED_NAMES:
        raise InvalidInput("name-reserved", NameFix(f"{name}-1"), name=name)
    if not NAME_PATTERN.fullmatch(name):
        raise InvalidInput(
            "name-invalid", NameFix(_valid_name(name)), typed=_printable_text(text), limit=MAX_NAME_LENGTH
        )
    return name


def suggest_name(strategy: str, base: str, taken: Iterable[str]) -> str:
    """Make a free name from strategy and base coin, for example `ema-cross-btc`."""
    stem = _valid_name(f"{strategy}-{base}".lower())[: MAX_NAME_LENGTH - 3]
    names = set(taken)
    name, number = stem, 1
    while name in names:
        number += 1
        ending = f"-{number}"
        name = f"{stem[: MAX_NAME_LENGTH - len(ending)]}{ending}"
    return name


def _valid_name(text: str) -> str:
    valid = re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-").lstrip("0123456789-")[:MAX_NAME_LENGTH]
    return valid if NAME_PATTERN.fullmatch(valid) and valid not in RESERVED_NAMES else "alpha"


def _printable_text(text: str) -> str:
    plain = "".join(letter for letter in text if letter.isprintable())
    return plain if len(plain) <= MAX_NAME_LENGTH * 2 else f"{plain[:MAX_NAME_LENGTH]}…"
