"""The grid as a pure function of what it sees: restarts, edits, partial fills and stops."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import AccountId, BotId, ClientOrderId, DecisionKey, Symbol, VenueTradeId
from bot.domain.market import Timeframe
from bot.domain.moment import Moment
from bot.domain.order import Order, OrderIntent, OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.domain.plan import OrderPlan
from bot.domain.position import Position
from bot.strategy.base import PlanView
from bot.strategy.candles import Candles
from strategies.grid import Grid, GridParameters
from tests.builders.backtest_config import a_market

NOW = datetime(2024, 1, 1, tzinfo=UTC)
MOMENT = Moment(NOW, NOW)


def a_fill(tag: str, price: str, quantity: str) -> Fill:
    side = OrderSide.SELL if tag.startswith(("sell", "exit")) else OrderSide.BUY
    return Fill(
        account_id=AccountId("a"),
        bot_id=BotId("b"),
        client_order_id=ClientOrderId(tag),
        trade_id=VenueTradeId(tag),
        symbol=Symbol("BTC/USDT"),
        side=side,
        price=Decimal(price),
        quantity=Decimal(quantity),
        fee=Decimal(0),
        fee_currency="USDT",
        liquidity=Liquidity.MAKER,
        moment=MOMENT,
    )


def an_order(tag: str, price: str, quantity: str, filled: str = "0") -> Order:
    intent = OrderIntent(
        client_order_id=ClientOrderId(tag),
        bot_id=BotId("b"),
        account_id=AccountId("a"),
        symbol=Symbol("BTC/USDT"),
        timeframe=Timeframe.M1,
        side=OrderSide.SELL if tag.startswith("sell") else OrderSide.BUY,
        order_type=OrderType.LIMIT,
        purpose=OrderPurpose.PLAN,
        tag=tag,
        quantity=Decimal(quantity),
        price=Decimal(price),
        reference_price=Decimal(price),
        decision_key=DecisionKey(tag),
        reason="",
        decided_at=MOMENT,
        valid_until=None,
        run_number=1,
        config_version=1,
    )
    return Order(intent=intent, status=OrderStatus.ACCEPTED, updated_at=MOMENT, filled_quantity=Decimal(filled))


def a_view(
    close: float = 107.0,
    fills: Sequence[Fill] = (),
    orders: Sequence[Order] = (),
    **words: str | int,
) -> PlanView[GridParameters]:
    by_tag: dict[str, tuple[Fill, ...]] = {}
    position = Position()
    for fill in fills:
        by_tag[fill.client_order_id] = (*by_tag.get(fill.client_order_id, ()), fill)
        change = position.add_quantity if fill.side is OrderSide.BUY else None
        signed = fill.quantity * fill.side.sign
        position = change(signed, fill.price) if change else position.reduce_quantity(signed)
    column = np.array([close])
    settings: Mapping[str, str | int] = {"lower": "100", "upper": "110", "levels": 3, "quote_amount": "1050", **words}
    return PlanView(
        parameters=GridParameters.model_validate({k: v for k, v in settings.items() if v != "none"}),
        market=a_market(),
        candles=Candles(np.array([0]), column, column, column, column, column),
        position=position,
        trade_fills=by_tag,
        last_fills={},
        open_orders={order.intent.tag: order for order in orders},
        market_time=NOW,
        run_started=NOW,
        capital=Decimal(10_000),
        seed=0,
    )


def story(plan: OrderPlan) -> dict[str, tuple[float, float]]:
    return {order.tag: (float(order.price), float(order.quantity)) for order in plan.orders}


def test_buys_rest_below_the_price_nearest_first() -> None:
    plan = Grid().plan(a_view())
    assert story(plan) == {"buy-2": (105, 10), "buy-1": (100, 10.5)}
    assert [order.tag for order in plan.orders] == ["buy-2", "buy-1"]
    assert "2 buys below, 0 sells above, nearest buy 1.87% below" in plan.remark


def test_a_filled_buy_waits_to_be_sold_one_level_above() -> None:
    plan = Grid().plan(a_view(104.0, [a_fill("buy-2", "105", "10")]))
    assert story(plan) == {"buy-1": (100, 10.5), "sell-2": (110, 10)}


def test_a_finished_round_starts_the_next() -> None:
    fills = [a_fill("buy-1", "100", "10.5"), a_fill("buy-2", "105", "10"), a_fill("sell-2", "110", "10")]
    assert story(Grid().plan(a_view(108.0, fills))) == {"buy-2": (105, 10), "sell-1": (105, 10.5)}


def test_a_partly_filled_buy_keeps_its_order_and_sells_what_it_has() -> None:
    view = a_view(106.0, [a_fill("buy-2", "105", "4")], [an_order("buy-2", "105", "10", "4")])
    assert story(Grid().plan(view)) == {"buy-2": (105, 10), "buy-1": (100, 10.5), "sell-2": (110, 4)}


def test_a_partly_filled_sell_keeps_its_original_quantity() -> None:
    fills = [a_fill("buy-2", "105", "10"), a_fill("sell-2", "110", "4")]
    view = a_view(109.0, fills, [an_order("sell-2", "110", "10", "4")])
    assert story(Grid().plan(view))["sell-2"] == (110, 10)


def test_what_is_too_little_to_be_sold_is_bought_up_to_size() -> None:
    assert story(Grid().plan(a_view(106.0, [a_fill("buy-2", "105", "0.01")])))["buy-2"] == (105, 10)


def test_it_never_sells_more_than_is_held() -> None:
    view = a_view(104.0, [a_fill("buy-1", "100", "10.5"), a_fill("buy-2", "105", "10")])
    short = replace(view, position=Position(Decimal(12), Decimal(1200)))
    assert story(Grid().plan(short)) == {"sell-1": (105, 10.5), "sell-2": (110, 1.5)}


def test_an_edited_range_does_not_sell_at_a_loss() -> None:
    view = a_view(95.0, [a_fill("buy-2", "105", "10")], lower="90", upper="108", levels=4)
    assert story(Grid().plan(view))["sell-2"] == (108, 10)
    lower = a_view(85.0, [a_fill("buy-5", "105", "10")], lower="80", upper="100")
    assert story(Grid().plan(lower))["sell-5"] == (105.21, 10)


def test_a_restart_changes_nothing() -> None:
    fills = [a_fill("buy-2", "105", "10")]
    before = Grid().plan(a_view(104.0, fills))
    resting = [an_order(order.tag, str(order.price), str(order.quantity)) for order in before.orders]
    assert Grid().plan(a_view(104.0, fills, resting)) == before


def test_a_resting_buy_at_the_close_is_not_taken_back() -> None:
    view = a_view(105.0, orders=[an_order("buy-2", "105", "10")])
    assert "buy-2" in story(Grid().plan(view))
    assert "buy-2" not in story(Grid().plan(a_view(105.0)))


def test_a_shared_amount_does_not_churn_resting_orders() -> None:
    first = Grid().plan(a_view(quote_amount="none"))
    resting = [an_order(order.tag, str(order.price), str(order.quantity)) for order in first.orders]
    poorer = replace(a_view(orders=resting, quote_amount="none"), capital=Decimal(9_900))
    assert Grid().plan(poorer) == first


def test_outside_the_range_it_says_that_it_is_idle() -> None:
    assert Grid().plan(a_view(90.0)).remark == "idle: 90.0 is below the range 100 to 110; 0 buys below, 0 sells above"
    assert Grid().plan(a_view(120.0)).remark.startswith("idle: 120.0 is above the range")


def test_stop_high_takes_the_buys_away() -> None:
    assert Grid().plan(a_view(120.0, stop_high="115")).orders == ()


def test_stop_low_leaves_and_stays_out_until_a_new_run() -> None:
    fills = [a_fill("buy-1", "100", "10.5")]
    leaving = Grid().plan(a_view(94.0, fills, stop_low="95"))
    assert leaving.exit_text == "close 94.0 is at or below stop_low 95"
    sold = replace(a_view(107.0, stop_low="95"), last_fills={"exit": a_fill("exit", "94", "10.5")})
    assert Grid().plan(sold).orders == ()
    closed_by_hand = replace(a_view(107.0, stop_low="95"), last_fills={"exit": a_fill("exit", "104", "10.5")})
    assert story(Grid().plan(closed_by_hand)) == {"buy-2": (105, 10), "buy-1": (100, 10.5)}


def test_geometric_levels_are_equal_shares_on_the_tick() -> None:
    plan = Grid().plan(a_view(500.0, lower="100", upper="400", levels=3, spacing="geometric"))
    assert sorted(price for price, _ in story(plan).values()) == [100, 200]
