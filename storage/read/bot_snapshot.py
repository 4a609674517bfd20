"""A bot as it is stored, read by another program while the desk runs or not."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.errors import InvalidInput, NameFix, Unavailable
from bot.domain.instance import Bot
from bot.strategy.field_value import clip_text, nearest_name
from storage.read.bots import BOTS_WITH_RUN, NOT_DELETED, decode_bot

BUSY_SECONDS = 5.0


def read_bot(path: Path, name: str) -> Bot:
    """Return the bot with this name, changing nothing; raise InvalidInput if there is none.

    Raise Unavailable for a database that cannot be read: it is not there, or another version wrote it.
    """
    if not path.is_file():
        raise Unavailable(f"There is no database {path}. Expected the DATA_DIR of a desk that was started once.")
    bots = {bot.name: bot for bot in _read_bots(path)}
    found = bots.get(name.strip().casefold())
    if found is None:
        near = nearest_name(name, bots) or next(iter(bots), "")
        fix = NameFix(near) if near else None
        raise InvalidInput("backtest-bot", fix, typed=clip_text(name), known=tuple(bots), near=near)
    return found


def _read_bots(path: Path) -> tuple[Bot, ...]:
    query = f'{BOTS_WITH_RUN} WHERE {NOT_DELETED} ORDER BY b."created_at", b."sequence"'
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as reader:
            rows = reader.execute(query).fetchall()
        return tuple(map(decode_bot, rows))
    except (sqlite3.Error, ValueError, TypeError, KeyError, ArithmeticError) as e:
        hint = "Start the desk of this version once, which brings it up to date."
        raise Unavailable(f"The database {path} cannot be read: {e}. {hint}") from e
