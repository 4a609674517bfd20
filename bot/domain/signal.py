"""Entry and exit events that a signal strategy gives for one closed candle."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import BotId
from bot.domain.moment import Moment

Features = tuple[tuple[str, float], ...]
"""Named indicator values of one row, in the order the strategy lists them."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """What a strategy says of one closed candle: entry -1/0/1, exit yes/no, why, and the values it looked at."""

    entry: int
    exit: bool
    reason: str
    features: Features


NO_SIGNAL = SignalRow(0, False, "", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRecord:
    """A signal as kept: the row with the candle it belongs to and what became of it."""

    bot_id: BotId
    candle_close: datetime
    close_price: float
    row: SignalRow
    outcome: str
    moment: Moment
