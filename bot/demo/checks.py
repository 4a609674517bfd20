"""What must be true after the demo: looked up in the database and in the venue's book, not in what was said."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adapters.clock import SystemClock
from adapters.venue.recorded import RecordedMarket, RecordedOptions, open_recorded_market
from bot.assembly.engine import DATABASE_NAME, MARKET_NAME
from bot.domain.facts import DeliveryStatus
from bot.domain.ids import BotId
from bot.domain.money import ZERO
from bot.domain.order import OrderStatus
from bot.domain.people import Account
from bot.ports.storage import Page
from storage.database import Database, open_database

EVERYTHING = Page(limit=100_000)
_NEVER_SENT = frozenset({OrderStatus.PENDING, OrderStatus.EXPIRED, OrderStatus.REJECTED, OrderStatus.CANCELED})


@dataclass(frozen=True, slots=True)
class Check:
    """One fact looked up, with what was found."""

    text: str
    is_met: bool


async def checks_of(data: Path) -> tuple[Check, ...]:
    """Compare our books with the venue's after the desk has ended."""
    async with _opened(data) as (database, market):
        account = (await database.reader.accounts())[0]
        return (
            await _orders(database, market, account),
            await _fills(database, market, account),
            await _money(database, market, account),
            await _told(database),
        )


@asynccontextmanager
async def _opened(data: Path) -> AsyncIterator[tuple[Database, RecordedMarket]]:
    clock = SystemClock()

    async def quiet() -> None:
        return

    async with (
        open_database(data / DATABASE_NAME, clock) as database,
        open_recorded_market(data / MARKET_NAME, clock=clock, quiet=quiet, options=RecordedOptions()) as market,
    ):
        yield database, market


async def _orders(database: Database, market: RecordedMarket, account: Account) -> Check:
    orders = await database.reader.orders(None, EVERYTHING)
    wrong = 0
    for order in orders:
        report = await market.venue.find_order(account.account_id, order.intent.client_order_id)
        if report is None:
            wrong += order.status not in _NEVER_SENT
        else:
            wrong += report.filled_quantity != order.filled_quantity
    keys = Counter((order.intent.bot_id, order.intent.decision_key) for order in orders)
    doubled = sum(count - 1 for count in keys.values())
    text = f"{len(orders)} orders of ours are {len(orders)} at the venue: {doubled} doubled, {wrong} different"
    return Check(text, not doubled and not wrong)


async def _fills(database: Database, market: RecordedMarket, account: Account) -> Check:
    reports = await market.venue.fills(account.account_id, 0)
    booked = await database.reader.fill_count(account.account_id)
    lost = [
        report for report in reports if not await database.reader.has_fill(account.account_id, report.fill.trade_id)
    ]
    text = f"{len(reports)} fills at the venue are {booked} in our books: {len(lost)} lost"
    return Check(text, not lost and booked == len(reports))


async def _money(database: Database, market: RecordedMarket, account: Account) -> Check:
    books = (await database.reader.books()).values()
    ours = account.deposit + sum((book.realised - book.position.cost for book in books), ZERO)
    held = {balance.currency: balance.total for balance in await market.venue.balances(account.account_id)}
    theirs = held.get(account.currency, ZERO)
    text = f"money at the venue {theirs:,.2f} {account.currency}, by our books {ours:,.2f}"
    return Check(text, abs(theirs - ours) < Decimal("0.00000001"))


async def _told(database: Database) -> Check:
    destination = (await database.reader.destinations())[0]
    events = await database.reader.events_after(0, EVERYTHING.limit)
    states: Counter[str] = Counter()
    for numbered in events:
        delivery = await database.reader.delivery(numbered.event.event_id, destination.key)
        states[delivery.status if delivery else "not told"] += 1
    unsure = states[DeliveryStatus.SENDING] + states["not told"]
    text = f"{len(events)} events: {states[DeliveryStatus.SENT]} told, {unsure} left over"
    return Check(text, not unsure)


async def closed_trades(data: Path) -> frozenset[tuple[BotId, int, Decimal]]:
    """Return the closed trades of all bots, to be found again after the kill."""
    async with _opened(data) as (database, _):
        trades = await database.reader.trades(None, EVERYTHING)
        return frozenset((trade.bot_id, trade.number, trade.profit) for trade in trades if trade.closed_at)
