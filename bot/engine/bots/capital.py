"""Account capital: the sum of what bots reserve never exceeds what the account is worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.closed_books import ClosingReason
from bot.domain.ids import Symbol, VenueId
from bot.domain.instance import Bot, BotStatus
from bot.domain.money import ZERO, to_decimal
from bot.domain.people import Account
from bot.domain.trade import EMPTY_LEDGER
from bot.engine.concurrency.time_slice import in_chunks
from bot.ports.feed import CandleFeed
from bot.ports.storage import Reader

PriceOf = Callable[[VenueId, Symbol], Decimal | None]
"""Return the last price of a market, None before the first."""


@dataclass(frozen=True, slots=True)
class AccountCapital:
    """An account's capital in its currency at the last prices: profit, and the part reserved by bots.

    `earlier` is the profit of passes whose books are closed: it belongs to the account, no bot may use it.
    """

    account: Account
    profit: Decimal = ZERO
    reserved: Decimal = ZERO
    bots: int = 0
    earlier: Decimal = ZERO

    @property
    def equity(self) -> Decimal:
        return self.account.deposit + self.earlier + self.profit

    @property
    def free(self) -> Decimal:
        return max(self.equity - self.reserved, ZERO)

    @property
    def shortfall(self) -> Decimal:
        """Return by how much bots reserve more than there is: after a pass with losses all of them begin anew."""
        return max(self.reserved - self.equity, ZERO)

    def with_bot(self, bot: Bot, profit: Decimal) -> "AccountCapital":
        """Return the capital with one more bot, of any account, and its closed and open profit.

        A bot that is not deleted reserves its capital plus its profit or less its loss: a profit lent to other bots
        could be lost again by the bot that made it.
        """
        if bot.config.account_id != self.account.account_id:
            return self
        total = self.profit + profit
        if bot.status is BotStatus.DELETED:
            return replace(self, profit=total)
        reserved = self.reserved + max(bot.config.capital + profit, ZERO)
        return replace(self, profit=total, reserved=reserved, bots=self.bots + 1)


def last_prices(feeds: Mapping[VenueId, CandleFeed]) -> PriceOf:
    """Return the last prices of some venues' feeds."""

    def price_of(venue: VenueId, symbol: Symbol) -> Decimal | None:
        price = feeds[venue].last_price(symbol)
        return None if price is None else to_decimal(price)

    return price_of


async def read_capital(reader: Reader, account: Account, price_of: PriceOf) -> AccountCapital:
    """Compute an account's capital from stored bots and ledgers, deleted bots and earlier passes included."""
    ledgers = await reader.ledgers()
    bots = (*await reader.bots(), *await reader.deleted_bots())
    capital = AccountCapital(account, earlier=await read_earlier_profit(reader, account, price_of))
    async for chunk in in_chunks(bots):
        for bot in chunk:
            ledger = ledgers.get(bot.bot_id, EMPTY_LEDGER)
            price = price_of(bot.venue, bot.config.symbol) if ledger.position.quantity else None
            capital = capital.with_bot(bot, ledger.total_profit(price))
    return capital


async def read_earlier_profit(reader: Reader, account: Account, price_of: PriceOf) -> Decimal:
    """Return what closed books earned since the account was last reset, their dust at the last price."""
    profit = ZERO
    for closed in await reader.closed_books():
        if closed.account_id != account.account_id:
            continue
        if closed.reason is ClosingReason.ACCOUNT_RESET:
            profit = ZERO
        else:
            profit += closed.totals.closed_profit + closed.open_profit(price_of(account.venue, closed.symbol))
    return profit
