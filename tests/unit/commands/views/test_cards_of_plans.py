"""What a card says of a plan comes from the plan's own declaration."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.commands.reply.amount_visibility import make_visible
from bot.commands.reply.blocks import Text, build_reply
from bot.commands.text.labels import exit_reason_label
from bot.commands.views.card import figure_rows
from bot.commands.views.statistics_table import plan_text
from bot.engine.reports.curves import CurveReader
from bot.engine.reports.plan_profit import plan_profit
from bot.engine.reports.statistics import StatisticsReader
from bot.ports.storage import Page
from bot.strategy.base import PlanStrategy
from bot.strategy.registry import StrategyRegistry
from tests.builders.replies import shown
from tests.builders.small_engine import SmallEngine, a_small_engine, queries_of
from tests.fakes.dca import Dca, DcaParameters, SilentDca


@pytest.fixture
async def engine() -> AsyncIterator[SmallEngine]:
    registry = StrategyRegistry()
    registry.register_strategy(Dca())
    registry.register_strategy(SilentDca())
    async with a_small_engine(strategies=registry) as small:
        yield small


async def card_after_half_a_deal(engine: SmallEngine, strategy: PlanStrategy[DcaParameters]) -> dict[str, str]:
    """Buy two units at 95 and sell one of them at 100; return the amounts on the card."""
    bot_id = await engine.running(strategy.name)
    await engine.candle(100)
    base = next(intent for intent in engine.world.venue.submitted if intent.tag == "base")
    engine.world.venue.fill(base, Decimal(95))
    await engine.quiet()
    await engine.fill("100")
    row = await queries_of(engine).figures(await engine.bot(bot_id))
    return {shown(name).strip(): shown(amount) for name, amount, *_ in figure_rows(row, plan_profit(row))}


async def test_the_profit_of_rounds_stands_under_the_title_of_the_plan(engine: SmallEngine) -> None:
    rows = await card_after_half_a_deal(engine, Dca())
    assert "grid" not in rows
    deals, holding, total = (Decimal(rows[name]) for name in ("deals", "holding", "Total PnL"))
    assert deals > Decimal("4.5")
    assert deals + holding == total


async def test_the_profit_of_a_plan_without_rounds_is_not_split(engine: SmallEngine) -> None:
    rows = await card_after_half_a_deal(engine, SilentDca())
    assert {"grid", "deals", "holding"} & set(rows) == set()


async def test_an_order_gives_the_reason_of_its_plan(engine: SmallEngine) -> None:
    await engine.running(Dca.name)
    await engine.candle(100)
    reasons = {intent.tag: intent.reason for intent in engine.world.venue.submitted}
    assert reasons == {"base": "first buy of the deal", "safety-1": "safety order 1"}


async def test_what_a_plan_won_is_qualified_and_its_exit_is_no_signal(engine: SmallEngine) -> None:
    bot_id = await engine.running(Dca.name)
    await engine.candle(100)
    base = next(intent for intent in engine.world.venue.submitted if intent.tag == "base")
    engine.world.venue.fill(base, Decimal(95), Decimal(1))
    await engine.quiet()
    await engine.fill("100")
    (trade,) = await engine.world.storage.trades(bot_id, Page())
    assert (trade.profit, exit_reason_label(trade.exit_reason)) == (Decimal("5") - Decimal("0.195"), "plan")
    queries = queries_of(engine)
    reader = StatisticsReader(engine.world.storage, queries, CurveReader(engine.world.storage, queries))
    bot = await engine.bot(bot_id)
    start = "Won and p-value say little: dca closes trades only when flat"
    assert shown(plan_text(await reader.read_statistics(bot))) == f"{start}."
    # Two more at 95, worth 90 each: -10 and the fee of 0.19, of a capital of 1,000.
    await engine.candle(100)
    again = [intent for intent in engine.world.venue.submitted if intent.tag == "base"][-1]
    engine.world.venue.fill(again, Decimal(95))
    await engine.quiet()
    await engine.candle(90)
    told = plan_text(await reader.read_statistics(bot))
    assert shown(told) == f"{start}; loss of 1.02% of the capital is open, 10.19 USDT."
    group = make_visible(build_reply(Text(told)), is_hiding_amounts=True)
    assert group.headline == f"{start}; loss of 1.02% of the capital is open."
