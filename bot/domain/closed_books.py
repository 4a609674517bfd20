"""Closed books: the archived ledger of a bot, kept when a recording begins again or an account is reset (ADR 0025)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.ids import AccountId, BotId, Symbol, VenueTradeId
from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.position import Position
from bot.domain.trade import Ledger, LedgerTotals


class ClosingReason(StrEnum):
    """Reason why the books of a bot were closed."""

    MARKET_RESTARTED = "market restarted"
    ACCOUNT_RESET = "account reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBooks:
    """A bot's books over one pass, its `number`; amounts in quote.

    `position` is the rest that could not be sold, its cost the value at which it was booked. `last_trade` and
    `last_fill` are the newest ones of the pass or of one before, 0 and None without any: the next pass follows them.
    """

    bot_id: BotId
    number: int
    account_id: AccountId
    symbol: Symbol
    reason: ClosingReason
    moment: Moment
    position: Position
    totals: LedgerTotals
    last_trade: int
    last_fill: VenueTradeId | None

    @property
    def next_ledger(self) -> Ledger:
        """Return the ledger with which the next pass begins: empty, its trades numbered on."""
        return Ledger(earlier_trades=self.last_trade)

    def open_profit(self, price: Decimal | None) -> Decimal:
        """Return what the rest has gained since it was booked, 0 without a price."""
        return ZERO if price is None else self.position.open_profit(price)
