"""Profit of a plan strategy, split into finished rounds and the position's gain or loss."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.fill import Fill
from bot.domain.money import ZERO
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
    rounds = row.closed_profit
    if trade is not None:
        rounds += sum((_earned(fills, trade.sign, row.market.base) for fills in plan.fills), ZERO)
    return PlanProfit(plan.title, rounds, row.total - rounds)


def _earned(fills: tuple[Fill, ...], sign: int, base: str) -> Decimal:
    """Return the profit of a round's sold part, with its share of the fees."""
    entries = tuple(fill for fill in fills if fill.side.sign == sign)
    exits = tuple(fill for fill in fills if fill.side.sign != sign)
    bought, sold = (sum((fill.quantity for fill in fills), ZERO) for fills in (entries, exits))
    if not bought:
        return ZERO
    share = min(sold / bought, Decimal(1))
    cost, worth = _value(entries) * share, _value(exits)
    fees = _fees(entries, base) * share + _fees(exits, base)
    return sign * (worth - cost) - fees


def _value(fills: tuple[Fill, ...]) -> Decimal:
    return sum((fill.quantity * fill.price for fill in fills), ZERO)


def _fees(fills: tuple[Fill, ...], base: str) -> Decimal:
    return sum((fill.fee * fill.price if fill.fee_currency == base else fill.fee for fill in fills), ZERO)
