"""What the simulated venue refuses, and what it keeps locked."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.errors import InsufficientFunds, OutcomeUnknown, Unavailable, VenueRejection
from bot.domain.ids import AccountId, ClientOrderId
from bot.domain.order import OrderIntent, OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.engine.simulation.simulation_options import Fault, SimulationOptions
from tests.builders.orders import an_intent
from tests.builders.recordings import a_recording, flat
from tests.fakes.recorded import RecordedMarketHarness, a_market_harness, with_money

ACCOUNT = AccountId("acc")
LIMIT = OrderType.LIMIT


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        (an_intent(quantity="0"), "quantity 0 is not a positive multiple of the step 0.001"),
        (an_intent(quantity="-1"), "not a positive multiple"),
        (an_intent(quantity="1.0005"), "quantity 1.0005 is not a positive multiple of the step 0.001"),
        (an_intent(order_type=LIMIT, price="90.001"), "price 90.001 is not a positive multiple of the tick 0.01"),
        (an_intent(order_type=LIMIT, price="0"), "price 0 is not a positive"),
        (an_intent(order_type=LIMIT), "a limit order came without a price"),
        (an_intent(price="90"), "a market order came with a price"),
        (an_intent(quantity="0.01"), "value 1.000 USDT is below the minimum 5"),
        (an_intent(symbol="XYZ/USDT"), "XYZ/USDT is not traded here"),
        (an_intent(account="nobody"), "the account nobody is not open here"),
    ],
)
async def test_an_order_that_breaks_a_rule_is_refused(tmp_path: Path, intent: OrderIntent, text: str) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        with pytest.raises(VenueRejection, match=re.escape(text)):
            await stand.venue.submit_order(intent)
        assert await stand.venue.find_order(intent.account_id, intent.client_order_id) is None
        assert stand.events == []


async def test_conditional_orders_can_be_switched_off(tmp_path: Path) -> None:
    options = SimulationOptions(has_conditional_orders=False)
    async with a_market_harness(tmp_path, a_recording(flat(5)), simulation=options) as stand:
        await with_money(stand)
        assert not stand.venue.capabilities.has_conditional_orders
        with pytest.raises(VenueRejection, match="stop orders are not possible here"):
            await stand.venue.submit_order(an_intent(order_type=OrderType.STOP, price="110"))


async def test_a_buy_locks_its_price_with_the_fee(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(order_type=LIMIT, price="50", quantity="10"))
        (usdt,) = await stand.venue.balances(ACCOUNT)
        assert (usdt.total, usdt.free) == (Decimal(10_000), Decimal("9499.5"))


async def test_money_locked_by_one_order_is_not_there_for_another(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand, "1000")
        await stand.venue.submit_order(an_intent(1, quantity="9"))
        with pytest.raises(InsufficientFunds, match=r"needs 100\.1000 USDT, 99\.1000 is free"):
            await stand.venue.submit_order(an_intent(2, quantity="1"))


async def test_coins_that_are_not_there_cannot_be_sold(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        with pytest.raises(InsufficientFunds, match="needs 1 ABC, 0 is free"):
            await stand.venue.submit_order(an_intent(side=OrderSide.SELL))


async def ended(stand: RecordedMarketHarness) -> None:
    """Buy one coin on the way, and play to the end."""
    await with_money(stand)
    await stand.venue.submit_order(an_intent())
    stand.gate.open()
    await stand.market.feed.wait_until_ended()
    stand.events.clear()


@pytest.mark.parametrize(
    "intent",
    [
        an_intent(2),
        an_intent(2, side=OrderSide.SELL),
        an_intent(2, side=OrderSide.SELL, order_type=LIMIT, price="120", purpose=OrderPurpose.EXIT),
        an_intent(2, side=OrderSide.SELL, order_type=OrderType.STOP, price="90", purpose=OrderPurpose.BARRIER),
    ],
    ids=["entry", "no exit", "limit", "barrier"],
)
async def test_after_the_end_of_the_recording_nothing_is_accepted_but_an_exit_at_market(
    tmp_path: Path, intent: OrderIntent
) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(3))) as stand:
        await ended(stand)
        with pytest.raises(VenueRejection, match="the recording has ended"):
            await stand.venue.submit_order(intent)
        assert stand.events == []


SOLD = an_intent(2, side=OrderSide.SELL, purpose=OrderPurpose.EXIT)


@pytest.mark.parametrize("share", [None, Decimal("0.1")])
async def test_an_exit_after_the_end_fills_whole_at_the_last_close_whatever_the_volume(
    tmp_path: Path, share: Decimal | None
) -> None:
    options = SimulationOptions(slippage=Decimal("0.01"), max_volume_share=share)
    recording = a_recording([*flat(2), (100, 110, 90, 104)], volume=1)
    async with a_market_harness(tmp_path, recording, simulation=options) as stand:
        await ended(stand)
        coins = {balance.currency: balance.total for balance in await stand.venue.balances(ACCOUNT)}["ABC"]
        await stand.venue.submit_order(replace(SOLD, quantity=coins))
        assert stand.fills[-1].fill.price == Decimal("102.96"), "104 less one in a hundred"
        order = await stand.venue.find_order(ACCOUNT, SOLD.client_order_id)
        assert order is not None
        assert order.status is OrderStatus.FILLED


async def test_an_exit_after_the_end_whose_answer_is_lost_is_made_once(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(3))) as stand:
        await ended(stand)
        stand.faults.planned.append(Fault.LOSE_ANSWER)
        with pytest.raises(OutcomeUnknown):
            await stand.venue.submit_order(SOLD)
        again = await stand.venue.submit_order(SOLD)
        assert again.status is OrderStatus.FILLED
        assert len(await stand.venue.fills(ACCOUNT, 0)) == 2


async def test_lookups_can_be_unavailable(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        stand.faults.lookups.extend([Fault.UNAVAILABLE] * 2)
        with pytest.raises(Unavailable):
            await stand.venue.find_order(ACCOUNT, ClientOrderId("any"))
        with pytest.raises(Unavailable):
            await stand.venue.fills(ACCOUNT, 0)
        assert await stand.venue.fills(ACCOUNT, 0) == ()
