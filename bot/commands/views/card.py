"""The card of one bot: state, position, profit, and what can be done with it."""

from dataclasses import dataclass
from datetime import datetime

from bot.commands.reply.blocks import Footer, Headline, KeyValues, Reply, Text, Tone, reply
from bot.commands.reply.input_text import counted
from bot.commands.spec.request import Context
from bot.commands.text import numbers
from bot.commands.text.config_rows import config_rows
from bot.commands.text.labels import about, bot_line, position
from bot.commands.text.times import Times
from bot.commands.views.card_actions import card_actions
from bot.commands.views.card_state import kept_line, now_line, state_text
from bot.domain.events import BotFailed
from bot.domain.instance import BotStatus
from bot.engine.reports.plan_profit import PlanProfit, plan_profit
from bot.engine.reports.queries import BotFigures, Queries
from bot.strategy.registry import StrategyRegistry

TONES = {
    BotStatus.RUNNING: Tone.GOOD,
    BotStatus.PAUSED: Tone.LOOK,
    BotStatus.FAILED: Tone.BAD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """Everything a card says: `by` is who changed its state last, `split` the profit of a plan's parts."""

    row: BotFigures
    times: Times
    market_time: datetime
    by: str = ""
    account: str = ""
    failure: BotFailed | None = None
    split: PlanProfit | None = None


async def card_facts(row: BotFigures, ctx: Context, queries: Queries) -> CardFacts:
    """Look up what a card needs beside the figures."""
    bot = row.bot
    account = await queries.account(bot.config.account_id)
    return CardFacts(
        row=row,
        times=ctx.times,
        market_time=queries.venue(bot.venue).clock.now(),
        by=await queries.operator_name(bot.status_by) if bot.status_by else "",
        account=account.label if account else "",
        failure=await queries.last_failure(bot) if bot.status is BotStatus.FAILED else None,
        split=plan_profit(row) if row.view.is_plan and bot.has_run else None,
    )


def bot_card(facts: CardFacts, strategies: StrategyRegistry, headline: Headline | None = None) -> Reply:
    """Show everything worth knowing of a bot now."""
    row, times = facts.row, facts.times
    bot = row.bot
    as_of = f"{times.market(facts.market_time, bot.mode)} {times.label_at(facts.market_time)}"
    kept = kept_line(row, facts.failure)
    reference = f"ref {facts.failure.reference}" if facts.failure else ""
    return reply(
        headline or bot_line(bot, state_text(row, times, facts.market_time, by=facts.by, failure=facts.failure)),
        kept if bot.status is BotStatus.FAILED else None,
        Text(about(bot.config, row.market, strategies)),
        *_figures(facts, strategies),
        None if bot.status is BotStatus.FAILED else kept,
        now_line(row, times),
        Footer(reference, as_of),
        card_actions(row),
        tone=TONES.get(bot.status, Tone.NEUTRAL),
        about=f"bot:{bot.bot_id}",
    )


def _figures(facts: CardFacts, strategies: StrategyRegistry) -> tuple[KeyValues | Text, ...]:
    row = facts.row
    bot = row.bot
    if not bot.has_run:
        return (KeyValues(tuple(config_rows(bot.config, row.market, facts.account, strategies))),)
    if bot.status is BotStatus.STOPPED and not row.quantity:
        totals = row.view.book.totals
        profit = numbers.profit(row.total, row.market.quote, bot.config.capital)
        return (Text(f"Total PnL {profit}, {counted(totals.trades, 'trade')}, {totals.won} won"),)
    return (KeyValues(figure_rows(row, facts.split)),)


def figure_rows(row: BotFigures, split: PlanProfit | None = None) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a card's table: position, levels, profit, trades."""
    totals = row.view.book.totals
    return (
        ("Position", position(row)),
        *_level_rows(row),
        *_profit_rows(row, split),
        ("Trades", f"{totals.trades} closed, {totals.won} won"),
    )


def _level_rows(row: BotFigures) -> tuple[tuple[str, str], ...]:
    if not row.quantity:
        return ()
    view = row.view
    levels = (
        ("Entry", view.book.position.average_entry),
        ("Last", row.last_price),
        ("Stop", view.stop_price),
        ("Target", view.target_price),
    )
    return tuple((label, numbers.table_price(price, row.market.tick)) for label, price in levels if price is not None)


def _profit_rows(row: BotFigures, split: PlanProfit | None) -> tuple[tuple[str, str, str], ...]:
    """Return profit, open of the entry's cost, all else of the capital; a plan's parts stand below their sum."""
    quote, capital = row.market.quote, row.bot.config.capital
    (opened, closed), total = numbers.as_printed((row.open_profit, row.closed_profit), quote)
    shown = [("Closed PnL", closed, row.closed_profit, capital), ("Total PnL", total, row.total, capital)]
    if row.quantity:
        shown.insert(0, ("Open PnL", opened, row.open_profit, abs(row.view.book.position.cost)))
    if split is not None:
        (rounds, holding), _ = numbers.as_printed((split.rounds, split.holding), quote)
        shown += [("  grid", rounds, split.rounds, capital), ("  holding", holding, split.holding, capital)]
    # Shares are those of the amounts as they are, as sentences say them: 1.3497 of 1,000 is 0.13%, and not 0.14%.
    return tuple(
        (label, numbers.printed(value), numbers.signed_percent(numbers.ratio_of(exact, base)))
        for label, value, exact, base in shown
    )
