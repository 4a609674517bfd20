"""What every venue does, whatever is behind it; a new venue adds a harness to HARNESSES."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pytest

from bot.domain.errors import OutcomeUnknown, Unavailable, VenueRejection
from bot.domain.ids import AccountId, ClientOrderId
from bot.domain.order import OrderIntent, OrderSide, OrderStatus, OrderType
from bot.engine.simulation.simulation_options import Fault
from bot.ports.venue import FillReport, OrderReport, Venue, VenueEvent
from tests.builders.orders import an_intent
from tests.builders.recordings import ABC, a_recording, flat
from tests.fakes.recorded import RecordedMarketHarness, ScriptedFaults, a_market_harness
from tests.fakes.venue import FakeVenue

ACCOUNT = AccountId("acc")


class Harness(Protocol):
    """A venue with one market, ABC/USDT at 100, and one account holding 10,000 USDT."""

    @property
    def venue(self) -> Venue: ...

    async def trade(self, intent: OrderIntent) -> None:
        """Let the market move so that an accepted market order fills at 100."""

    def fail_next(self, fault: Fault) -> None:
        """Let the next submit or cancel go wrong."""


@dataclass
class RecordedHarness:
    stand: RecordedMarketHarness

    @property
    def venue(self) -> Venue:
        return self.stand.venue

    async def trade(self, intent: OrderIntent) -> None:
        await self.stand.to_next_open()

    def fail_next(self, fault: Fault) -> None:
        self.stand.faults.planned.append(fault)


@dataclass
class FakeHarness:
    venue: FakeVenue

    async def trade(self, intent: OrderIntent) -> None:
        self.venue.fill(intent, Decimal(100))

    def fail_next(self, fault: Fault) -> None:
        errors = {
            Fault.UNAVAILABLE: Unavailable("down"),
            Fault.REJECT: VenueRejection("no"),
            Fault.LOSE_ANSWER: OutcomeUnknown(ClientOrderId("")),
        }
        self.venue.answers.append(errors[fault])


@asynccontextmanager
async def recorded(folder: Path) -> AsyncIterator[Harness]:
    async with a_market_harness(folder, a_recording(flat(20)), faults=ScriptedFaults()) as stand:
        yield RecordedHarness(stand)


@asynccontextmanager
async def fake(folder: Path) -> AsyncIterator[Harness]:
    yield FakeHarness(FakeVenue((ABC,)))


HARNESSES: dict[str, Callable[[Path], AbstractAsyncContextManager[Harness]]] = {"recorded": recorded, "fake": fake}


@pytest.fixture(params=sorted(HARNESSES))
async def harness(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    async with HARNESSES[request.param](tmp_path) as made:
        await made.venue.open_account(ACCOUNT, "USDT", Decimal(10_000))
        yield made


@pytest.fixture
def venue(harness: Harness) -> Venue:
    return harness.venue


async def held(venue: Venue, currency: str) -> Decimal:
    return next((row.total for row in await venue.balances(ACCOUNT) if row.currency == currency), Decimal(0))


async def test_a_venue_lists_its_markets(venue: Venue) -> None:
    assert await venue.markets() == (ABC,)


async def test_an_account_is_credited_once(venue: Venue) -> None:
    await venue.open_account(ACCOUNT, "USDT", Decimal(10_000))
    assert await held(venue, "USDT") == 10_000


async def test_an_accepted_order_is_open_and_found_by_its_client_order_id(venue: Venue) -> None:
    intent = an_intent(order_type=OrderType.LIMIT, price="90")
    report = await venue.submit_order(intent)
    assert report.status is OrderStatus.ACCEPTED
    assert await venue.find_order(ACCOUNT, intent.client_order_id) == report
    assert await venue.open_orders(ACCOUNT) == (report,)


async def test_a_second_submit_with_the_same_id_reports_the_first(venue: Venue) -> None:
    first = await venue.submit_order(an_intent())
    assert await venue.submit_order(an_intent()) == first
    assert len(await venue.open_orders(ACCOUNT)) == 1


async def test_an_unknown_order_is_not_found(venue: Venue) -> None:
    assert await venue.find_order(ACCOUNT, ClientOrderId("nobody")) is None
    assert await venue.open_orders(ACCOUNT) == ()


async def test_a_canceled_order_is_no_longer_open(venue: Venue) -> None:
    intent = an_intent(order_type=OrderType.LIMIT, price="90")
    await venue.submit_order(intent)
    report = await venue.cancel_order(ACCOUNT, intent.client_order_id)
    assert report.status is OrderStatus.CANCELED
    assert await venue.open_orders(ACCOUNT) == ()
    assert await venue.find_order(ACCOUNT, intent.client_order_id) == report


async def test_canceling_twice_reports_the_same_end(venue: Venue) -> None:
    intent = an_intent(order_type=OrderType.LIMIT, price="90")
    await venue.submit_order(intent)
    first = await venue.cancel_order(ACCOUNT, intent.client_order_id)
    assert await venue.cancel_order(ACCOUNT, intent.client_order_id) == first


async def test_canceling_an_unknown_order_proves_nothing(venue: Venue) -> None:
    with pytest.raises(OutcomeUnknown):
        await venue.cancel_order(ACCOUNT, ClientOrderId("nobody"))


async def test_a_fill_moves_money_and_is_kept_with_a_sequence(harness: Harness) -> None:
    intent = an_intent(quantity="2")
    await harness.venue.submit_order(intent)
    await harness.trade(intent)
    (report,) = await harness.venue.fills(ACCOUNT, 0)
    assert report.sequence == 1
    assert (report.fill.price, report.fill.quantity, report.fill.fee) == (Decimal(100), Decimal(2), Decimal("0.2"))
    assert (report.fill.client_order_id, report.fill.bot_id) == (intent.client_order_id, intent.bot_id)
    assert await held(harness.venue, "ABC") == 2
    assert await held(harness.venue, "USDT") == Decimal("9799.8")


async def test_fills_are_given_after_a_sequence_number(harness: Harness) -> None:
    for number in (1, 2, 3):
        intent = an_intent(number)
        await harness.venue.submit_order(intent)
        await harness.trade(intent)
    assert [row.sequence for row in await harness.venue.fills(ACCOUNT, 0)] == [1, 2, 3]
    assert [row.sequence for row in await harness.venue.fills(ACCOUNT, 2)] == [3]
    assert await harness.venue.fills(ACCOUNT, 3) == ()


async def test_trade_ids_are_unique(harness: Harness) -> None:
    for number in (1, 2):
        intent = an_intent(number)
        await harness.venue.submit_order(intent)
        await harness.trade(intent)
    assert len({row.fill.trade_id for row in await harness.venue.fills(ACCOUNT, 0)}) == 2


async def test_a_filled_order_reports_what_was_filled_and_cannot_be_canceled(harness: Harness) -> None:
    intent = an_intent()
    await harness.venue.submit_order(intent)
    await harness.trade(intent)
    report = await harness.venue.cancel_order(ACCOUNT, intent.client_order_id)
    assert (report.status, report.filled_quantity) == (OrderStatus.FILLED, Decimal(1))
    assert await harness.venue.submit_order(intent) == report


async def test_listeners_hear_acceptance_then_fill_then_the_order_filled(harness: Harness) -> None:
    heard: list[VenueEvent] = []
    harness.venue.add_listener(heard.append)
    intent = an_intent()
    accepted = await harness.venue.submit_order(intent)
    await harness.trade(intent)
    filled = await harness.venue.find_order(ACCOUNT, intent.client_order_id)
    (fill,) = await harness.venue.fills(ACCOUNT, 0)
    assert heard == [accepted, fill, filled]


async def test_who_stopped_listening_hears_nothing(harness: Harness) -> None:
    heard: list[VenueEvent] = []
    stop = harness.venue.add_listener(heard.append)
    stop()
    stop()
    await harness.venue.submit_order(an_intent())
    assert heard == []


async def test_the_first_fill_of_a_group_cancels_the_rest(harness: Harness) -> None:
    first = an_intent(1, group="pair")
    second = an_intent(2, order_type=OrderType.LIMIT, price="50", group="pair")
    await harness.venue.submit_order(first)
    await harness.venue.submit_order(second)
    await harness.trade(first)
    other = await harness.venue.find_order(ACCOUNT, second.client_order_id)
    assert other is not None
    assert other.status is OrderStatus.CANCELED


async def test_an_order_whose_answer_was_lost_exists(harness: Harness) -> None:
    harness.fail_next(Fault.LOSE_ANSWER)
    intent = an_intent()
    with pytest.raises(OutcomeUnknown):
        await harness.venue.submit_order(intent)
    found = await harness.venue.find_order(ACCOUNT, intent.client_order_id)
    assert found is not None
    assert found.status is OrderStatus.ACCEPTED
    assert await harness.venue.submit_order(intent) == found


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.REJECT])
async def test_an_order_refused_before_acceptance_does_not_exist(harness: Harness, fault: Fault) -> None:
    harness.fail_next(fault)
    intent = an_intent()
    with pytest.raises((Unavailable, VenueRejection)):
        await harness.venue.submit_order(intent)
    assert await harness.venue.find_order(ACCOUNT, intent.client_order_id) is None


async def test_a_cancel_whose_answer_was_lost_has_happened(harness: Harness) -> None:
    intent = an_intent(order_type=OrderType.LIMIT, price="90")
    await harness.venue.submit_order(intent)
    harness.fail_next(Fault.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await harness.venue.cancel_order(ACCOUNT, intent.client_order_id)
    assert await harness.venue.open_orders(ACCOUNT) == ()


async def test_accounts_do_not_see_each_other(harness: Harness) -> None:
    await harness.venue.open_account(AccountId("other"), "USDT", Decimal(5))
    intent = an_intent()
    await harness.venue.submit_order(intent)
    await harness.trade(intent)
    assert await harness.venue.fills(AccountId("other"), 0) == ()
    assert await harness.venue.find_order(AccountId("other"), intent.client_order_id) is None
    assert [row.total for row in await harness.venue.balances(AccountId("other"))] == [5]


async def test_selling_what_was_bought_leaves_the_money_less_the_fees(harness: Harness) -> None:
    for number, side in ((1, OrderSide.BUY), (2, OrderSide.SELL)):
        intent = an_intent(number, side=side)
        await harness.venue.submit_order(intent)
        await harness.trade(intent)
    assert await held(harness.venue, "ABC") == 0
    assert await held(harness.venue, "USDT") == Decimal("9999.8")


def test_reports_tell_fills_and_orders_apart() -> None:
    assert not issubclass(FillReport, OrderReport)
