"""Which order fills at which price when a candle is met."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.fill import Liquidity
from bot.domain.ids import AccountId, BotId
from bot.domain.market import Timeframe
from bot.domain.order import OrderIntent, OrderSide, OrderStatus, OrderType
from bot.engine.simulation.simulation_options import SimulationOptions
from bot.ports.venue import OrderReport
from tests.builders.orders import an_intent
from tests.builders.recordings import START, Prices, a_recording, flat
from tests.fakes.recorded import RecordedMarketHarness, a_market_harness, with_money

STOP, TARGET, LIMIT, SELL = OrderType.STOP, OrderType.TARGET, OrderType.LIMIT, OrderSide.SELL
CALM: Prices = (100, 100, 100, 100)


async def bought(stand: RecordedMarketHarness, quantity: str = "1") -> RecordedMarketHarness:
    """Hold coins bought at the open of the second candle (100), standing before that candle's range."""
    await with_money(stand)
    await stand.venue.submit_order(an_intent(100, quantity=quantity))
    await stand.step()
    stand.events.clear()
    return stand


def a_stop(price: str, number: int = 1, quantity: str = "1") -> OrderIntent:
    return an_intent(number, side=SELL, order_type=STOP, price=price, group="barriers", quantity=quantity)


def a_target(price: str, number: int = 2, quantity: str = "1") -> OrderIntent:
    return an_intent(number, side=SELL, order_type=TARGET, price=price, group="barriers", quantity=quantity)


def prices(stand: RecordedMarketHarness) -> list[Decimal]:
    return [report.fill.price for report in stand.fills]


async def status(stand: RecordedMarketHarness, intent: OrderIntent) -> OrderStatus:
    report = await stand.venue.find_order(AccountId("acc"), intent.client_order_id)
    assert report is not None
    return report.status


async def test_a_market_order_fills_at_the_next_open(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (101, 110, 90, 105), CALM])) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent())
        await stand.step()
        assert prices(stand) == [101]
        assert stand.fills[0].fill.moment.market == stand.venue.clock.now()
        assert stand.fills[0].fill.liquidity is Liquidity.TAKER


async def test_a_market_order_made_after_the_open_waits_for_the_next_one(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (101, 110, 90, 105), (104, 104, 104, 104)])) as stand:
        await with_money(stand)
        await stand.step()
        await stand.venue.submit_order(an_intent())
        await stand.step(2)
        assert prices(stand) == []
        await stand.step()
        assert prices(stand) == [104]


@pytest.mark.parametrize(
    ("low", "filled"), [(99.0, []), (98.99, [Decimal(99)])], ids=["only touched", "passed through"]
)
async def test_a_limit_fills_only_when_the_price_goes_through_it(
    tmp_path: Path, low: float, filled: list[Decimal]
) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 101, low, 100), CALM])) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(order_type=LIMIT, price="99"))
        await stand.step(2)
        assert prices(stand) == filled


async def test_a_limit_takes_the_better_open(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (97, 98, 96, 97), CALM])) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(order_type=LIMIT, price="99"))
        await stand.step()
        assert prices(stand) == [97]
        assert stand.fills[0].fill.liquidity is Liquidity.MAKER


async def test_the_barriers_are_active_in_the_entry_candle(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 101, 94, 100), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("95"))
        await stand.step()
        assert prices(stand) == [95]


async def test_where_both_are_touched_the_stop_is_first_and_the_target_is_canceled(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 120, 80, 100), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_target("110"))
        await stand.venue.submit_order(a_stop("95"))
        await stand.step()
        assert prices(stand) == [95]
        assert await status(stand, a_target("110")) is OrderStatus.CANCELED
        assert [row.total for row in await stand.venue.balances(AccountId("acc"))] == [Decimal("9994.805")]


async def test_a_gap_through_the_stop_fills_at_the_open(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, CALM, (90, 99, 85, 98), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("95"))
        await stand.step(3)
        assert prices(stand) == [90]


async def test_a_target_takes_the_better_open_and_is_touched_at_its_price(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, CALM, (112, 115, 111, 113), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_target("110"))
        await stand.step(3)
        assert prices(stand) == [112]


async def test_a_target_is_filled_when_touched(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 110, 100, 105), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_target("110"))
        await stand.step()
        assert prices(stand) == [110]


async def test_a_due_exit_at_the_open_beats_a_barrier_of_its_group(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, CALM, (90, 120, 85, 98), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("95"))
        await stand.venue.submit_order(a_target("110"))
        leave = an_intent(3, side=SELL, group="barriers")
        await stand.step()  # the range of the entry candle: the exit comes after it
        await stand.venue.submit_order(leave)
        await stand.step(3)
        assert [report.fill.client_order_id for report in stand.fills] == [leave.client_order_id]
        assert await stand.venue.open_orders(AccountId("acc")) == ()


async def test_an_order_made_by_an_event_inside_a_candle_is_active_from_the_next(tmp_path: Path) -> None:
    rows: list[Prices] = [CALM, (100, 105, 90, 100), (100, 105, 90, 100), CALM]
    async with a_market_harness(tmp_path, a_recording(rows)) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(1, order_type=LIMIT, price="95"))
        await stand.step(2)
        assert prices(stand) == [95]
        await stand.venue.submit_order(an_intent(2, order_type=LIMIT, price="92"))
        await stand.step(2)
        assert prices(stand) == [95]
        await stand.step()
        assert prices(stand) == [95, 92]
        assert stand.fills[1].fill.moment.market == START + 2 * Timeframe.M5.duration


async def test_a_pair_of_barriers_locks_the_coins_once(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("95"))
        await stand.venue.submit_order(a_target("110"))
        abc = (await stand.venue.balances(AccountId("acc")))[0]
        assert (abc.total, abc.free) == (Decimal(1), Decimal(0))
        await stand.venue.cancel_order(AccountId("acc"), a_stop("95").client_order_id)
        await stand.venue.cancel_order(AccountId("acc"), a_target("110").client_order_id)
        assert (await stand.venue.balances(AccountId("acc")))[0].free == 1


async def test_several_limits_of_one_candle_fill_from_the_open_outwards(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 101, 80, 90), CALM])) as stand:
        await with_money(stand)
        for number, price in ((1, "90"), (2, "95"), (3, "85")):
            await stand.venue.submit_order(an_intent(number, order_type=LIMIT, price=price))
        await stand.step(2)
        assert prices(stand) == [95, 90, 85]
        assert [report.fill.trade_id for report in stand.fills] == ["r-acc-1", "r-acc-2", "r-acc-3"]


async def test_slippage_makes_market_orders_and_stops_worse_but_no_limit(tmp_path: Path) -> None:
    options = SimulationOptions(slippage=Decimal("0.01"))
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 120, 80, 100), CALM]), simulation=options) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(1, quantity="2"))
        await stand.step()
        await stand.venue.submit_order(a_stop("95", 2))
        await stand.venue.submit_order(
            replace(an_intent(3, side=SELL, order_type=LIMIT, price="110"), bot_id=BotId("other"))
        )
        await stand.step()
        assert prices(stand) == [101, Decimal("94.05"), 110]


async def test_a_barrier_shares_the_coins_of_its_bots_other_sells_and_ends_them_when_it_fills(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 101, 94, 96), CALM])) as stand:
        await bought(stand)
        beside = an_intent(3, side=SELL, order_type=LIMIT, price="101", quantity="1")
        await stand.venue.submit_order(beside)
        await stand.venue.submit_order(a_stop("95"))
        abc = (await stand.venue.balances(AccountId("acc")))[0]
        assert (abc.total, abc.free) == (Decimal(1), Decimal(0))
        await stand.step()
        assert prices(stand) == [95]
        assert await status(stand, beside) is OrderStatus.CANCELED


async def test_a_sale_ends_the_barriers_of_the_coins_it_sold(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 115, 99, 112), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(an_intent(3, side=SELL, order_type=LIMIT, price="105", quantity="0.5"))
        await stand.venue.submit_order(a_target("110"))
        await stand.step()
        assert prices(stand) == [105]
        assert await status(stand, a_target("110")) is OrderStatus.CANCELED


async def test_a_buy_above_a_touched_stop_fills_before_it_and_one_below_after_it(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 100, 90, 96), CALM])) as stand:
        await bought(stand)
        for number, price in ((4, "91"), (5, "97")):
            await stand.venue.submit_order(an_intent(number, order_type=LIMIT, price=price, quantity="1"))
        await stand.venue.submit_order(a_stop("95"))
        await stand.step(2)
        assert prices(stand) == [97, 95, 91]


async def test_a_fee_in_base_is_taken_from_the_coins_bought(tmp_path: Path) -> None:
    options = SimulationOptions(is_fee_in_base=True)
    async with a_market_harness(tmp_path, a_recording(flat(5)), simulation=options) as stand:
        await bought(stand)
        assert [row.total for row in await stand.venue.balances(AccountId("acc"))] == [Decimal("0.999"), 9900]


async def test_a_large_order_fills_over_several_candles(tmp_path: Path) -> None:
    options = SimulationOptions(max_volume_share=Decimal("0.1"))
    async with a_market_harness(tmp_path, a_recording(flat(8), volume=10), simulation=options) as stand:
        await with_money(stand)
        intent = an_intent(quantity="2.5")
        await stand.venue.submit_order(intent)
        await stand.step()
        assert await status(stand, intent) is OrderStatus.PARTIALLY_FILLED
        await stand.step(6)
        assert [report.fill.quantity for report in stand.fills] == [1, 1, Decimal("0.5")]
        assert await status(stand, intent) is OrderStatus.FILLED


async def test_open_and_range_of_one_candle_share_its_volume(tmp_path: Path) -> None:
    options = SimulationOptions(max_volume_share=Decimal("0.1"))
    rows: list[Prices] = [CALM, (90, 95, 80, 90), (90, 95, 80, 90), CALM]
    async with a_market_harness(tmp_path, a_recording(rows, volume=10), simulation=options) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(quantity="2", order_type=LIMIT, price="92"))
        await stand.step(2)
        assert [report.fill.quantity for report in stand.fills] == [1]
        await stand.step(2)
        assert [report.fill.quantity for report in stand.fills] == [1, 1]


async def test_the_rest_of_a_touched_stop_goes_at_market_and_its_target_is_gone(tmp_path: Path) -> None:
    options = SimulationOptions(max_volume_share=Decimal("0.1"))
    rows: list[Prices] = [CALM, CALM, (100, 100, 90, 99), (120, 120, 120, 120), CALM]
    async with a_market_harness(tmp_path, a_recording(rows, volume=10), simulation=options) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(100, quantity="2"))
        await stand.step(4)
        stand.events.clear()
        await stand.venue.submit_order(a_stop("95", quantity="2"))
        await stand.venue.submit_order(a_target("130", quantity="2"))
        await stand.step()
        assert prices(stand) == [95]
        assert [row.status for row in await stand.venue.open_orders(AccountId("acc"))] == [OrderStatus.PARTIALLY_FILLED]
        await stand.step(3)
        assert prices(stand) == [95, 120]


async def test_a_gap_buys_what_the_money_is_enough_for_and_says_so(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (110, 110, 110, 110), CALM])) as stand:
        await with_money(stand, "1001")
        await stand.venue.submit_order(an_intent(quantity="10"))
        await stand.step()
        assert [report.fill.quantity for report in stand.fills] == [Decimal("9.09")]
        last = stand.events[-1]
        assert isinstance(last, OrderReport)
        assert last.status is OrderStatus.CANCELED
        assert "money for only 9.09" in last.remark
        usdt = (await stand.venue.balances(AccountId("acc")))[1]
        assert usdt.total == usdt.free == Decimal("1001") - Decimal("9.09") * 110 * Decimal("1.001")


async def test_orders_meet_only_candles_of_their_own_timeframe(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        with pytest.raises(Exception, match="no 1h candles of ABC/USDT are recorded"):
            await stand.venue.submit_order(an_intent(timeframe=Timeframe.H1))
