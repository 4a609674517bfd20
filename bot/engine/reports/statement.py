"""Statements: what an account's books say it is worth, beside what its venue holds (ADR 0025).

Both sides are computed from different facts, the ledgers and the venue's balances, so that a difference shows a fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from bot.domain.closed_books import ClosedBooks, ClosingReason
from bot.domain.ids import Symbol, VenueId
from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Market
from bot.domain.money import ZERO
from bot.domain.people import Account
from bot.domain.trade import EMPTY_LEDGER, Ledger
from bot.engine.bots.capital import PriceOf, last_prices
from bot.engine.concurrency.time_slice import in_chunks
from bot.engine.execution.venue_context import VenueContext
from bot.ports.storage import Reader
from bot.ports.venue import Balance

TRIES = 5
"""Times a statement is read anew when fills arrive meanwhile."""
SMALLEST_DIFFERENCE = Decimal("1e-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksPart:
    """What one kind of bots contributes, in quote: profits before fees, and fees."""

    bots: int = 0
    closed: Decimal = ZERO
    open: Decimal = ZERO
    fees: Decimal = ZERO

    @property
    def before_fees(self) -> Decimal:
        return self.closed + self.open

    def with_ledger(self, ledger: Ledger, price: Decimal | None) -> "BooksPart":
        """Return the part with the books of one more bot."""
        return self._with(ledger.realised_profit, ledger.totals.fees, _gain(ledger, price))

    def with_closed(self, closed: ClosedBooks, price: Decimal | None) -> "BooksPart":
        """Return the part with one more closing."""
        return self._with(closed.totals.closed_profit, closed.totals.fees, closed.open_profit(price))

    def _with(self, realised: Decimal, fees: Decimal, gain: Decimal) -> "BooksPart":
        return BooksPart(
            bots=self.bots + 1, closed=self.closed + realised + fees, open=self.open + gain, fees=self.fees + fees
        )


@dataclass(frozen=True, slots=True)
class Holding:
    """A balance with its value at the last price, None while there is no price."""

    balance: Balance
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Dust:
    """A rest that could not be sold: of a bot, or of all earlier passes in one market without one."""

    market: Market
    quantity: Decimal
    value: Decimal
    bot: Bot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """An account's books since it was opened or reset; `is_settled` False while fills are on their way."""

    account: Account
    present: BooksPart
    deleted: BooksPart
    earlier: BooksPart
    dust: tuple[Dust, ...]
    holdings: tuple[Holding, ...]
    is_settled: bool

    @property
    def fees(self) -> Decimal:
        return self.present.fees + self.deleted.fees + self.earlier.fees

    @property
    def books(self) -> Decimal:
        """Return what the account is worth by its books."""
        earned = self.present.before_fees + self.deleted.before_fees + self.earlier.before_fees
        return self.account.deposit + earned - self.fees

    @property
    def held(self) -> Decimal:
        """Return what the venue holds at the last prices."""
        return sum((one.value or ZERO for one in self.holdings), ZERO)

    @property
    def difference(self) -> Decimal:
        """Return what the venue holds beyond the books; 0 if they close."""
        return self.held - self.books

    @property
    def is_closing(self) -> bool:
        """Tell whether the books close, as far as can be said now."""
        has_prices = all(one.value is not None for one in self.holdings)
        return not self.is_settled or not has_prices or abs(self.difference) < SMALLEST_DIFFERENCE


@dataclass(slots=True)
class _Parts:
    present: BooksPart = field(default_factory=BooksPart)
    deleted: BooksPart = field(default_factory=BooksPart)
    earlier: BooksPart = field(default_factory=BooksPart)
    dust: list[Dust] = field(default_factory=list)
    fills: int = 0


class StatementReader:
    """Reads statements."""

    def __init__(self, reader: Reader, venue_contexts: Mapping[VenueId, VenueContext]) -> None:
        self._reader = reader
        self._venue_contexts = venue_contexts
        self._price_of = last_prices({venue_id: context.feed for venue_id, context in venue_contexts.items()})

    def knows_venue(self, account: Account) -> bool:
        """Tell whether an account's venue is open in this process."""
        return account.venue in self._venue_contexts

    async def read_statement(self, account: Account) -> AccountStatement:
        """Return an account's statement, of a moment in which no fill was on its way if there was one."""
        found = await self._read_once(account)
        for _ in range(TRIES):
            if found.is_settled:
                break
            await self._venue_contexts[account.venue].in_flight.wait_until_idle()
            found = await self._read_once(account)
        return found

    async def _read_once(self, account: Account) -> AccountStatement:
        context = self._venue_contexts[account.venue]
        booked = await self._reader.fill_count(account.account_id)
        # Both sides at the same prices, though the market goes on between them.
        price_of = cache(self._price_of)
        parts = await self._parts(account, context, price_of)
        balances = await context.venue.balances(account.account_id)
        missing = await context.venue.fills(account.account_id, booked)
        return AccountStatement(
            account=account,
            present=parts.present,
            deleted=parts.deleted,
            earlier=parts.earlier,
            dust=tuple(parts.dust),
            holdings=tuple(Holding(one, _value(one, account, price_of)) for one in balances),
            # Ledgers are cached: a fill may be stored already that they do not know yet.
            is_settled=not missing and booked == parts.fills == await self._reader.fill_count(account.account_id),
        )

    async def _parts(self, account: Account, context: VenueContext, price_of: PriceOf) -> _Parts:
        parts, ledgers = _Parts(), await self._reader.ledgers()
        for closed in await self._reader.closed_books():
            if closed.account_id == account.account_id:
                _add_closed(parts, closed, context, price_of)
        bots = (*await self._reader.bots(), *await self._reader.deleted_bots())
        async for chunk in in_chunks([bot for bot in bots if bot.config.account_id == account.account_id]):
            for bot in chunk:
                ledger = ledgers.get(bot.bot_id, EMPTY_LEDGER)
                if ledger.totals.fills:
                    _add_bot(parts, bot, ledger, context, price_of)
        return parts


def _add_closed(parts: _Parts, closed: ClosedBooks, context: VenueContext, price_of: PriceOf) -> None:
    parts.fills += closed.totals.fills
    if closed.reason is ClosingReason.ACCOUNT_RESET:
        # The account began anew with it: neither it nor what was before counts any more.
        parts.earlier, parts.dust = BooksPart(), []
        return
    price = price_of(context.venue.venue_id, closed.symbol)
    parts.earlier = parts.earlier.with_closed(closed, price)
    rest = closed.position
    if rest.quantity:
        value = rest.cost if price is None else rest.quantity * price
        parts.dust.append(Dust(context.market(closed.symbol), rest.quantity, value))


def _add_bot(parts: _Parts, bot: Bot, ledger: Ledger, context: VenueContext, price_of: PriceOf) -> None:
    parts.fills += ledger.totals.fills
    price = price_of(bot.venue, bot.config.symbol)
    if bot.status is BotStatus.DELETED:
        parts.deleted = parts.deleted.with_ledger(ledger, price)
    else:
        parts.present = parts.present.with_ledger(ledger, price)
    if ledger.trade is None and ledger.position.quantity:
        value = ledger.dust_value if price is None else ledger.position.quantity * price
        parts.dust.append(Dust(context.market(bot.config.symbol), ledger.position.quantity, value, bot))


def _value(balance: Balance, account: Account, price_of: PriceOf) -> Decimal | None:
    if balance.currency == account.currency:
        return balance.total
    price = price_of(account.venue, Symbol(f"{balance.currency}/{account.currency}"))
    return None if price is None else balance.total * price


def _gain(ledger: Ledger, price: Decimal | None) -> Decimal:
    return ZERO if price is None else ledger.position.open_profit(price)
