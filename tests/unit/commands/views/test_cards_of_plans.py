"""What a card says of a plan comes from the plan's own declaration."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.commands.views.card import figure_rows
from bot.engine.reports.plan_profit import plan_profit
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
