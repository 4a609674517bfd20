"""Profit of a plan strategy, split into finished rounds and the position's gain or loss."""

from dataclasses import dataclass
from decimal import Decimal

from bot.engine.reports.queries import BotFigures


@dataclass(frozen=True, slots=True)
class PlanProfit:
    """Parts of a bot's total profit in quote, fees included, which add up to it; `title` names the first."""

    title: str
    rounds: Decimal
    holding: Decimal


def plan_profit(row: BotFigures) -> PlanProfit | None:
    """Split a plan bot's total profit: closed trades and finished rounds of the open one, and the rest.

    A sale outside a round belongs to the rest. Return None for a plan without rounds.
    """
    plan, trade = row.view.plan_rounds, row.view.ledger.trade
    if plan is None or not plan.title:
        return None
    rounds = row.view.ledger.totals.closed_profit
    if trade is not None:
        rounds += plan.earned(trade.sign, row.market.base)
    return PlanProfit(plan.title, rounds, row.total - rounds)
