"""What must be equal after a crash: the engine's ledger, the venue's book beside it, and what people were told."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.events import Event, OrderFilled, TradeClosed
from bot.domain.ids import AccountId
from bot.domain.order import Order
from bot.ports.storage import Page, Reader
from bot.ports.venue import Venue
from tests.builders.engine import PRACTICE, EngineHarness
from tests.fakes.received_messages import ReceivedMessages

EVERYTHING = Page(limit=10_000)
OF_A_START = ("recovered-", "failed-")
"""How the ids of events begin that tell of a start and not of trading."""

LedgerSnapshot = dict[str, Collection[object]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the facts of one account are read."""

    reader: Reader
    venue: Venue
    account_id: AccountId


async def checked_ledger_snapshot(engine: EngineHarness, outside: ReceivedMessages) -> LedgerSnapshot:
    """Return the ledger of a run that is over, after comparing it with the venue's book and with what people heard."""
    sources = Sources(engine.database.reader, engine.market.venue, PRACTICE.account_id)
    await check_venue_state(sources)
    events = await engine.database.reader.events_after(0, EVERYTHING.limit)
    raised = Counter(event_name(item.event) for item in events if _is_of_trading(item.event))
    return {**await ledger_snapshot(sources), "events": raised, "told": await told(engine, outside)}


async def ledger_snapshot(sources: Sources) -> LedgerSnapshot:
    """Everything that must be equal, without wall times, random ids, keys and the venue's numbers.

    Orders that are decided at one moment of the market may be decided and numbered in another order by a recovery,
    which books what it missed before it asks the strategies again; so an order is named by what it is.
    """
    reader, venue = sources.reader, sources.venue
    bots = sorted(await reader.bots(), key=lambda bot: bot.name)
    of_bot = {bot.bot_id: bot.name for bot in bots}
    orders = {order.intent.client_order_id: order for order in await reader.orders(None, EVERYTHING)}
    names = {key: (of_bot[order.intent.bot_id], *order_name(order)) for key, order in orders.items()}
    fills = [fill for bot in bots for fill in await reader.fills(bot.bot_id, EVERYTHING)]
    trades = await reader.trades(None, EVERYTHING)
    books = await reader.ledgers()
    assert len({(o.intent.bot_id, o.intent.decision_key) for o in orders.values()}) == len(orders)
    return {
        "orders": sorted((*names[key], str(order.status), order.filled_quantity) for key, order in orders.items()),
        "fills": sorted((*names[f.client_order_id], f.price, f.quantity, f.fee, str(f.moment.market)) for f in fills),
        "trades": sorted(
            (of_bot[t.bot_id], t.number, t.opened_at.market, t.profit, str(t.exit_reason)) for t in trades
        ),
        "bots": [(b.name, b.status, b.intent_counter, b.run_number, b.config_version, b.exit_wish) for b in bots],
        "books": {of_bot[key]: (book.position, book.totals) for key, book in books.items()},
        "versions": [(b.name, v.version, v.reason) for b in bots for v in await reader.versions(b.bot_id)],
        "panics": [(state.scope, state.policy) for state in await reader.panic_states()],
        "balances": await venue.balances(sources.account_id),
        "open orders": sorted(names[o.client_order_id] for o in await venue.open_orders(sources.account_id)),
    }


def order_name(order: Order) -> tuple[str, ...]:
    """Name an order of a bot by what it is."""
    intent = order.intent
    return (
        *(str(intent.run_number), intent.tag, intent.side, str(intent.price), str(intent.quantity)),
        str(intent.decided_at.market),
    )


def event_name(event: Event) -> tuple[str, ...]:
    """Name an event by what it tells."""
    payload = event.payload
    # A kill switch belongs to no market and has a time of the wall.
    where = (event.bot.name, str(event.moment.market)) if event.bot else ()
    what = (payload.fill.side, str(payload.fill.price)) if isinstance(payload, OrderFilled | TradeClosed) else ()
    return (event.topic, event.level, type(payload).__name__, *where, *what)


async def check_venue_state(sources: Sources) -> None:
    """Compare the venue's book with ours: every order in the same state, every fill booked once."""
    reader, venue, account_id = sources.reader, sources.venue, sources.account_id
    orders = {order.intent.client_order_id: order for order in await reader.orders(None, EVERYTHING)}
    reports = await venue.fills(account_id, 0)
    assert len(reports) == await reader.fill_count(account_id)
    for report in reports:
        assert report.fill.client_order_id in orders
        assert await reader.has_fill(account_id, report.fill.trade_id)
    for order in orders.values():
        found = await venue.find_order(account_id, order.intent.client_order_id)
        assert found is not None, order
        assert (found.status, found.filled_quantity) == (order.status, order.filled_quantity), order
    working = {order.intent.client_order_id for order in orders.values() if order.is_working}
    assert {order.client_order_id for order in await venue.open_orders(account_id)} == working


async def told(engine: EngineHarness, outside: ReceivedMessages) -> Mapping[str, Counter[tuple[str, ...]]]:
    """Return what each chat heard of trading and commands; prove that it heard all in order, and repeats said so."""
    reader = engine.database.reader
    events = {item.number: item.event for item in await reader.events_after(0, EVERYTHING.limit)}
    heard: dict[str, Counter[tuple[str, ...]]] = {}
    for chat in await reader.destinations():
        here = [receipt for receipt in outside.receipts if receipt.destination == chat.key]
        arrived = tuple(dict.fromkeys(number for receipt in here for number in receipt.numbers))
        assert arrived == tuple(sorted(arrived)), chat.key
        unmarked = Counter(number for receipt in here if not receipt.is_repeat for number in receipt.numbers)
        assert max(unmarked.values(), default=0) <= 1, chat.key
        assert not await reader.undelivered_events(chat.key, 1)
        heard[chat.key] = Counter(event_name(events[number]) for number in arrived if _is_of_trading(events[number]))
    return heard


def _is_of_trading(event: Event) -> bool:
    return not event.event_id.startswith(OF_A_START)
