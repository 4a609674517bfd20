"""A new barrier is one row of the table and one setting: whatever guards, sells, books and shows knows it then."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from bot.domain import barrier as barrier_table
from bot.domain.barrier import BARRIERS, Barrier, Barriers
from bot.domain.order import OrderPurpose, OrderType
from bot.domain.trade import ExitReason
from bot.engine.backtest.run import run_backtest
from bot.engine.market_data.price_watch import barrier_triggers
from bot.engine.trading.messages import BarrierTriggered
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market
from tests.builders.facts import a_config
from tests.builders.one_bot import OneBot, one_bot
from tests.builders.series import random_candles

TRAILING = Barrier(
    tag="trailing_stop",
    setting="trailing_distance",
    order_type=OrderType.STOP,
    reason=ExitReason.TRAILING_STOP,
    level=lambda share, position: position.best_price * (1 - position.sign * share),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailingBarriers(Barriers):
    trailing_distance: Decimal | None = None


@pytest.fixture(autouse=True)
def _trailing_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(barrier_table, "BARRIERS", (TRAILING, *BARRIERS))


def a_trailing_bot(*, rests: bool = True) -> OneBot:
    config = replace(a_config(), barriers=TrailingBarriers(trailing_distance=Decimal("0.1")))
    bot = one_bot(config, has_conditional_orders=rests)
    bot.candle(100, entry=1)
    bot.fill(bot.newest(), "100")
    return bot


def test_it_rests_at_the_venue_and_follows_the_best_price_of_earlier_candles() -> None:
    bot = a_trailing_bot()
    (order,) = bot.working(OrderPurpose.BARRIER)
    assert (order.intent.tag, order.intent.order_type, order.intent.price) == (
        "trailing_stop",
        OrderType.STOP,
        Decimal(90),
    )
    bot.accept(order.intent)
    bot.candle(120)
    assert bot.working(OrderPurpose.BARRIER)[0].is_cancel_wanted
    assert bot.session.levels.stop == 108


def test_it_is_watched_where_it_cannot_rest() -> None:
    bot = a_trailing_bot(rests=False)
    (trigger,) = barrier_triggers(bot.session)[1]
    assert (trigger.tag, trigger.price) == ("trailing_stop", Decimal(90))
    bot.send(BarrierTriggered("trailing_stop", Decimal(89), bot.market_time))
    assert bot.session.bot.exit_wish is not None
    assert bot.session.bot.exit_wish.reason is ExitReason.TRAILING_STOP


def test_its_fill_is_booked_under_its_own_reason() -> None:
    bot = a_trailing_bot()
    bot.fill(bot.newest(), "90")
    assert bot.trade(1).exit_reason is ExitReason.TRAILING_STOP


def test_what_the_card_shows_as_stop_is_the_one_touched_first() -> None:
    bot = a_trailing_bot()
    barriers = TrailingBarriers(trailing_distance=Decimal("0.1"), stop_loss=Decimal("0.05"))
    config = replace(bot.session.bot.config, barriers=barriers)
    levels = replace(bot.session, bot=replace(bot.session.bot, config=config)).levels
    assert (levels.stop, levels.target) == (Decimal(95), None)


def test_a_backtest_trails_it() -> None:
    config = a_backtest_config("ema-cross", {"fast": "2", "slow": "4"}, a_market())
    config = replace(config, barriers=TrailingBarriers(trailing_distance=Decimal("0.004")))
    candles = random_candles(3, 300, volatility=0.003)
    result = run_backtest(config, STRATEGIES.get_strategy("ema-cross"), candles, a_market(), Decimal(10_000))
    trailed = [trade for trade in result.trades if trade.exit_reason is ExitReason.TRAILING_STOP]
    assert len(trailed) > 3
    assert any(trade.profit > 0 for trade in trailed)
