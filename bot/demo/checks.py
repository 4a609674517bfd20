"""Checks after the demo, in the database and in the venue's state, not in what was printed."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adapters.clock import SystemClock
from adapters.venue.recorded.market import RecordedMarket, RecordedMarketOptions, open_recorded_market
from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME
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
class DemoCheck:
    """A fact that was checked, with what was found."""

    text: str
    is_passed: bool


async def run_checks(data: Path) -> tuple[DemoCheck, ...]:
    """Compare our facts with the venue's, after the process has ended."""
    async with _open_data(data) as (database, market):
        account = (await database.reader.accounts())[0]
        return (
            await _check_orders(database, market, account),
            await _check_fills(database, market, account),
            await _check_money(database, market, account),
            await _check_deliveries(database),
        )


@asynccontextmanager
async def _open_data(data: Path) -> AsyncIterator[tuple[Database, RecordedMarket]]:
    clock = SystemClock()

    async def quiet() -> None:
        return

    async with (
        open_database(data / DATABASE_NAME, clock) as database,
        open_recorded_market(
            data / RECORDED_MARKET_NAME, clock=clock, wait_until_idle=quiet, options=RecordedMarketOptions()
        ) as market,
    ):
        yield database, market


async def _check_orders(database: Database, market: RecordedMarket, account: Account) -> DemoCheck:
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
    return DemoCheck(text, not doubled and not wrong)


async def _check_fills(database: Database, market: RecordedMarket, account: Account) -> DemoCheck:
    reports = await market.venue.fills(account.account_id, 0)
    booked = await database.reader.fill_count(account.account_id)
    lost = [
        report for report in reports if not await database.reader.has_fill(account.account_id, report.fill.trade_id)
    ]
    text = f"{len(reports)} fills at the venue are {booked} in our books: {len(lost)} lost"
    return DemoCheck(text, not lost and booked == len(reports))


async def _check_money(database: Database, market: RecordedMarket, account: Account) -> DemoCheck:
    ledgers = (await database.reader.ledgers()).values()
    ours = account.deposit + sum((ledger.realised_profit - ledger.position.cost for ledger in ledgers), ZERO)
    held = {balance.currency: balance.total for balance in await market.venue.balances(account.account_id)}
    theirs = held.get(account.currency, ZERO)
    text = f"money at the venue {theirs:,.2f} {account.currency}, by our books {ours:,.2f}"
    return DemoCheck(text, abs(theirs - ours) < Decimal("0.00000001"))


async def _check_deliveries(database: Database) -> DemoCheck:
    destination = (await database.reader.destinations())[0]
    events = await database.reader.events_after(0, EVERYTHING.limit)
    states: Counter[str] = Counter()
    for numbered in events:
        delivery = await database.reader.delivery(numbered.event.event_id, destination.key)
        states[delivery.status if delivery else "not told"] += 1
    unsure = states[DeliveryStatus.SENDING] + states["not told"]
    sent, dropped = states[DeliveryStatus.SENT], states[DeliveryStatus.DROPPED]
    text = f"{len(events)} events: {sent} told, {dropped} not (what one did oneself), {unsure} left over"
    return DemoCheck(text, not unsure)


async def load_closed_trades(data: Path) -> frozenset[tuple[BotId, int, Decimal]]:
    """Return the closed trades of all bots, to be found again after the kill."""
    async with _open_data(data) as (database, _):
        trades = await database.reader.trades(None, EVERYTHING)
        return frozenset((trade.bot_id, trade.number, trade.profit) for trade in trades if trade.closed_at)
