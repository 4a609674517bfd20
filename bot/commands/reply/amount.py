"""Amounts within texts: typed parts that become figures only for a reader who may see them (ADR 0017)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

HIDDEN = "…"
"""Text in place of an amount that was not made visible for a reader."""


class AmountKind(StrEnum):
    """Kind of an amount, which decides what is hidden with it."""

    MONEY = "money"
    """Hidden together with its clause or cell."""
    QUANTITY = "quantity"
    """Hidden alone: `bought 0.1 BTC at 60,000` becomes `bought at 60,000`."""
    SETTING = "setting"
    """Replaced by a mark: `capital 1000 -> 2000` becomes `capital … -> …`."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure some readers may not see; `hidden` is what they see instead, for example the share of a profit.

    Formatting one raises, since plain text is shown to everybody: put it into a text with `join_text`. Only
    `make_visible` reads `figure`.
    """

    kind: AmountKind
    figure: str = field(repr=False)
    hidden: str = ""

    @property
    def substitute(self) -> str:
        """Return the text in its place where amounts are hidden, empty if there is none."""
        return self.hidden or (HIDDEN if self.kind is AmountKind.SETTING else "")

    def __str__(self) -> NoReturn:
        raise TypeError("an amount is no text: put it into a line with join_text")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("an amount is no text: put it into a line with join_text")
