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


BUY_OUTCOME, SELL_OUTCOME = "buy", "sell"
NOT_TAKEN, NOT_SOLD = "not taken: ", "not sold: "
"""Outcomes of signals: what was decided, or what it begins with if it was refused, before the reason."""

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

    @property
    def is_refused(self) -> bool:
        """Return whether the signal led to no order."""
        return self.outcome not in (BUY_OUTCOME, SELL_OUTCOME)

    @property
    def refusal(self) -> str:
        """Return why the signal led to no order."""
        return self.outcome.removeprefix(NOT_TAKEN).removeprefix(NOT_SOLD) if self.is_refused else ""
