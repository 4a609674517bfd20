"""Events about books: dust that stays, and books that do not close (ADR 0025)."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.market import Mode
from bot.domain.trade import LedgerTotals, Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class DustLeft:
    """A trade was closed with a rest that cannot be sold, booked at its `value`; `minimum` is what the venue wants.

    `capital` is the base of percentages.
    """

    trade: Trade
    totals: LedgerTotals
    capital: Decimal
    quantity: Decimal
    value: Decimal
    minimum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksDiffer:
    """An account's books do not say what its venue holds; `difference` is what the venue holds beyond them."""

    account: str
    mode: Mode
    difference: Decimal
    currency: str
