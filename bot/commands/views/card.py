"""Card of one bot: state, position, profit, and next steps."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands.reply.blocks import (
    SEPARATOR,
    Actions,
    Button,
    ButtonStyle,
    Footer,
    Headline,
    KeyValues,
    Reply,
    Text,
    Tone,
    WarningText,
    build_reply,
    button_rows,
)
from bot.commands.reply.inline_time import RichText, join_lines, join_text, join_with
from bot.commands.reply.input_text import count_text
from bot.commands.spec.request import CommandContext
from bot.commands.text import numbers
from bot.commands.text.config_rows import config_rows
from bot.commands.text.guard_text import STATE_SUFFIXES, stop_problem_text
from bot.commands.text.labels import ALERT, bot_button, bot_headline, config_summary, position_label
from bot.commands.text.refusal import error_text
from bot.commands.text.stop_text import dust_text
from bot.commands.text.times import TimeFormatter
from bot.commands.views.card_state import state_text, stop_reason_line, waiting_line
from bot.domain.errors import UserError
from bot.domain.events import BotFailed
from bot.domain.guard import Guard, GuardGap, GuardState
from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Mode
from bot.engine.reports.plan_profit import PlanProfit, plan_profit
from bot.engine.reports.queries import BotFigures, Queries
from bot.strategy.registry import StrategyRegistry

STATUS_TONES = {BotStatus.RUNNING: Tone.SUCCESS, BotStatus.PAUSED: Tone.WARNING, BotStatus.FAILED: Tone.ERROR}
_NEW_STATE_TEXTS = {BotStatus.RUNNING: "running", BotStatus.STARTING: "starting; it is running once it has its candles"}
"""Texts of a state that was just reached, where a card would say how long it lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotCardData:
    """Data of a card: `changed_by` changed its state last, `profit_split` is that of a plan."""

    row: BotFigures
    times: TimeFormatter
    market_time: datetime
    changed_by: str = ""
    account: str = ""
    failure: BotFailed | None = None
    profit_split: PlanProfit | None = None


class BotCards:
    """Loads what cards show, and makes them."""

    def __init__(self, queries: Queries, strategies: StrategyRegistry) -> None:
        self._queries = queries
        self._strategies = strategies

    async def show_card(self, bot: Bot, ctx: CommandContext) -> Reply:
        return bot_card(await self._load_data(bot, ctx), self._strategies)

    async def show_change(self, bot: Bot, ctx: CommandContext, state: str = "") -> Reply:
        """Return the card of a changed bot; line 1 says how it changed."""
        data = await self._load_data(bot, ctx)
        text = state or _NEW_STATE_TEXTS.get(data.row.bot.status, "")
        return bot_card(data, self._strategies, bot_headline(data.row.bot, text) if text else None)

    async def show_created(self, bot: Bot, ctx: CommandContext, refusal: UserError | None = None) -> Reply:
        """Return the card of a created bot; `refusal` is the reason why it was not started as asked."""
        state = "created, never run" if bot.status is BotStatus.CREATED else f"created and {bot.status}"
        card = await self.show_change(bot, ctx, state)
        if refusal is None:
            return card
        first, *others = card.blocks
        return replace(card, blocks=(first, WarningText(error_text(refusal)), *others), tone=Tone.WARNING)

    async def _load_data(self, bot: Bot, ctx: CommandContext) -> BotCardData:
        row = await self._queries.figures(bot)
        bot = row.bot
        account = await self._queries.account(bot.config.account_id)
        return BotCardData(
            row=row,
            times=ctx.times,
            market_time=self._queries.venue(bot.venue).clock.now(),
            changed_by=await self._queries.operator_name(bot.status_by) if bot.status_by else "",
            account=account.label if account else "",
            failure=await self._queries.last_failure(bot) if bot.status is BotStatus.FAILED else None,
            profit_split=plan_profit(row) if bot.has_run else None,
        )


def bot_card(data: BotCardData, strategies: StrategyRegistry, headline: Headline | None = None) -> Reply:
    """Return the card of a bot."""
    row, times = data.row, data.times
    bot = row.bot
    as_of = f"{times.market_time_text(data.market_time, bot.mode)} {times.zone_label_at(data.market_time)}"
    kept = stop_reason_line(row, data.failure)
    reference = f"ref {data.failure.reference}" if data.failure else ""
    state = state_text(row, times, data.market_time, changed_by=data.changed_by, failure=data.failure)
    return build_reply(
        headline or bot_headline(bot, state, ALERT if bot.mode is Mode.LIVE and _is_naked(row) else None),
        kept if bot.status is BotStatus.FAILED else None,
        Text(join_with(SEPARATOR, (config_summary(bot.config, row.market, strategies), *_tags_part(bot)))),
        _figures(data, strategies),
        None if bot.status is BotStatus.FAILED else kept,
        _stop_warning(row),
        waiting_line(row, times),
        Footer(reference, as_of),
        card_actions(row),
        tone=STATUS_TONES.get(bot.status, Tone.NEUTRAL),
        subject_key=f"bot:{bot.bot_id}",
    )


def _tags_part(bot: Bot) -> tuple[str, ...]:
    return (f"tags {', '.join(bot.tags)}",) if bot.tags else ()


def card_actions(row: BotFigures) -> Actions | None:
    """Return the buttons for a bot in its state: the sensible step first, dangerous ones last."""

    def button(label: str, command: str, style: ButtonStyle = ButtonStyle.NONE, arguments: str = "") -> Button:
        return bot_button(label, command, row.bot, style, arguments)

    run, edit = button("Run", "run", ButtonStyle.SUCCESS), button("Edit", "edit")
    chart, more = button("Chart", "chart"), button("More", "more")
    why, trades, backtest = button("Why", "why"), button("Trades", "trades"), button("Backtest", "backtest")
    close, stop = button("Close", "close", ButtonStyle.DANGER), button("Stop", "stop", ButtonStyle.DANGER)
    last = (close, stop) if row.quantity else (stop,)
    match row.bot.status:
        case BotStatus.RUNNING:
            return button_rows((button("Pause", "pause"), chart, why), (trades, edit, backtest), (more, *last))
        case BotStatus.PAUSED:
            resume = button("Resume", "resume", ButtonStyle.SUCCESS)
            return button_rows((resume, chart, why), (trades, edit, backtest), (more, *last))
        case BotStatus.FAILED:
            return button_rows((button("Logs", "logs", ButtonStyle.PRIMARY), run, edit), last)
        case BotStatus.CREATED | BotStatus.STOPPED if row.quantity:
            # Nothing decides on the position: selling it comes before deleting, which would be refused.
            resting = any(not order.is_cancel_wanted for order in row.view.working_orders)
            cancel = (button("Cancel orders", "stop", arguments="policy=cancel"),) if resting else ()
            flatten = button("Flatten", "stop", ButtonStyle.DANGER, "policy=flatten")
            return button_rows((run, edit, chart), (*cancel, flatten))
        case BotStatus.CREATED | BotStatus.STOPPED:
            delete = button("Delete", "delete", ButtonStyle.DANGER)
            return button_rows((run, edit, button("Clone", "clone")), (chart, backtest, more), (delete,))
        case _:
            return button_rows((button("Refresh", "bot", ButtonStyle.PRIMARY),))


def _figures(data: BotCardData, strategies: StrategyRegistry) -> KeyValues | Text:
    row, bot = data.row, data.row.bot
    if not bot.has_run:
        return KeyValues(tuple(config_rows(bot.config, row.market, data.account, strategies)))
    if bot.status is BotStatus.STOPPED and not row.quantity:
        totals = row.view.ledger.totals
        profit = numbers.profit_and_share(row.total, row.market.quote, row.share_of(row.total))
        text = join_text("Total PnL ", profit, f", {count_text(totals.trades, 'trade')}, {totals.won} won")
        return Text(join_lines((text, dust_text(row.dust, row.market))) if row.dust else text)
    return KeyValues(figure_rows(row, data.profit_split))


def figure_rows(row: BotFigures, profit_split: PlanProfit | None = None) -> tuple[tuple[RichText, ...], ...]:
    """Return the rows of a card's table: position, levels, profit, trades."""
    totals = row.view.ledger.totals
    return (
        ("Position", position_label(row)),
        *_dust_row(row),
        *_level_rows(row),
        *_profit_rows(row, profit_split),
        ("Trades", f"{totals.trades} closed, {totals.won} won"),
    )


def _dust_row(row: BotFigures) -> tuple[tuple[RichText, ...], ...]:
    if row.quantity or row.dust is None:
        return ()
    amount = numbers.quantity(abs(row.dust.quantity), row.market.step, row.market.base)
    return (("Dust", join_text(amount, ", ", numbers.money(row.dust.value, row.market.quote))),)


def _level_rows(row: BotFigures) -> tuple[tuple[str, str], ...]:
    if not row.quantity:
        return ()
    levels = (("Entry", row.view.ledger.position.average_entry), ("Last", row.last_price))
    prices = ((label, numbers.table_price(price, row.market.tick)) for label, price in levels if price is not None)
    target = row.view.guards.target
    return (
        *prices,
        _guard_row("Stop", row.view.guards.stop, row),
        *((_guard_row("Target", target, row),) if target else ()),
    )


def _is_naked(row: BotFigures) -> bool:
    """Tell whether a stop is set that does not work."""
    return row.view.guards.stop is not None and row.view.stop_price is None


def _guard_row(label: str, guard: Guard | None, row: BotFigures) -> tuple[str, str]:
    """Return where a barrier works, or that none does."""
    if guard is None or guard.state is GuardState.MISSING:
        return label, "none works" if guard else "none"
    return f"{label}{STATE_SUFFIXES[guard.state]}", numbers.table_price(guard.price, row.market.tick)


def _stop_warning(row: BotFigures) -> WarningText | None:
    """Say why the stop of a position does not rest at the venue, where that is nobody's wish."""
    stop = row.view.guards.stop
    if stop is None or stop.gap not in (GuardGap.TOO_SMALL, GuardGap.REFUSED, GuardGap.CANCELED):
        return None
    return WarningText(join_text("No working stop at the venue: ", stop_problem_text(stop, row.market), "."))


def _profit_rows(row: BotFigures, profit_split: PlanProfit | None) -> tuple[tuple[RichText, ...], ...]:
    """Return profit rows, with open profit in percent of the entry's cost, the rest of capital; parts below
    their sum.
    """
    quote = row.market.quote
    closed, opened, total = numbers.round_parts(row.closed_profit, row.open_profit, quote)
    shown = [
        ("Closed PnL", closed, row.share_of(row.closed_profit), row.closed_profit),
        ("Total PnL", total, row.share_of(row.total), row.total),
    ]
    if row.quantity:
        shown.insert(0, ("Open PnL", opened, row.open_share, row.open_profit))
    if profit_split is not None:
        rounds, holding, _ = numbers.round_parts(profit_split.rounds, profit_split.holding, quote)
        shown += [
            (f"  {profit_split.title}", rounds, row.share_of(profit_split.rounds), profit_split.rounds),
            ("  holding", holding, row.share_of(profit_split.holding), profit_split.holding),
        ]
    # Percentages of exact amounts, as in sentences: 1.3497 of 1,000 is 0.13%, not 0.14% as of the rounded 1.35.
    return tuple(numbers.profit_row(*profit) for profit in shown)
