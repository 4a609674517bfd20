"""Signals: entry and exit events of a signal strategy on one closed candle."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import BotId
from bot.domain.moment import Moment

Features = tuple[tuple[str, float], ...]
"""Named indicator values of one row, in the order the strategy lists them."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A strategy's signals on one closed candle: entry -1/0/1, exit, reason and feature values."""

    entry: int
    exit: bool
    reason: str
    features: Features


NO_SIGNAL = SignalRow(0, False, "", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRecord:
    """A stored signal row with its candle and its outcome."""

    bot_id: BotId
    candle_close: datetime
    close_price: float
    row: SignalRow
    outcome: str
    moment: Moment
