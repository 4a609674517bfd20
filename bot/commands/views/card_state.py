"""What a bot does now, in words: line 1 of its card, what guards it, what it waits for."""

from datetime import datetime

from bot.commands.reply.blocks import Text
from bot.commands.reply.inline_time import Words, worded
from bot.commands.reply.input_text import counted
from bot.commands.text import numbers
from bot.commands.text.labels import position
from bot.commands.text.stop_text import kept_text
from bot.commands.text.times import Times, duration
from bot.domain.events import BotFailed
from bot.domain.instance import BotStatus
from bot.domain.order import OrderPurpose
from bot.engine.reports.queries import BotFigures


def state_text(
    row: BotFigures, times: Times, market_time: datetime, *, by: str = "", failure: BotFailed | None = None
) -> Words:
    """Write a bot's state for line 1 of its card."""
    bot = row.bot
    match bot.status:
        case BotStatus.CREATED:
            return "created, never run"
        case BotStatus.RUNNING if bot.run_started_market is not None:
            running = f"running for {duration(market_time - bot.run_started_market)}"
            return running if row.quantity else f"{running}, flat"
        case BotStatus.PAUSED:
            return worded(_paused(row, times, by), ", exits still managed" if row.quantity else ", flat")
        case BotStatus.FAILED:
            return _failed(row, times, failure)
        case BotStatus.STOPPED:
            return f"stopped, {position(row)}"
        case _:
            return bot.status.value


def kept_line(row: BotFigures, failure: BotFailed | None) -> Text | None:
    """Say why a bot that failed or was stopped by itself is so, and what guards what it holds."""
    bot = row.bot
    if bot.status is BotStatus.FAILED:
        error = failure.error if failure else bot.status_remark
        return Text(f"{_sentence(error)} {_failed_holding(row)}".strip())
    if bot.status is not BotStatus.STOPPED or not bot.has_run:
        return None
    why = f"Why: {bot.status_remark}." if bot.status_remark else ""
    held = kept_text(row) if row.quantity and bot.exit_wish is None else ""
    text = " ".join(part for part in (why, held) if part)
    return Text(text) if text else None


def now_line(row: BotFigures, times: Times) -> Text | None:
    """Say what a bot waits for: its exit, its plan, or what its strategy needs."""
    bot = row.bot
    if bot.exit_wish is not None and row.quantity:
        return Text(f"Now: {_leaving(row)}")
    if bot.status not in (BotStatus.RUNNING, BotStatus.PAUSED) or not row.view.remark:
        return None
    parts = (_plan(row) or _holding(row, times), row.view.remark)
    sentence = worded("Now: ", *parts, ".")
    if row.view.next_close is None or row.quantity or row.view.is_plan:
        return Text(sentence)
    return Text(worded(sentence, " Next look ", times.time_of_day(row.view.next_close, bot.mode), "."))


def _plan(row: BotFigures) -> str:
    """Count what rests of a plan; a signal strategy has none."""
    orders = row.view.working_orders
    resting = sum(order.intent.purpose is OrderPurpose.PLAN and not order.is_cancel_wanted for order in orders)
    return f"{counted(resting, 'order')} {'rests' if resting == 1 else 'rest'}, " if resting else ""


def _holding(row: BotFigures, times: Times) -> Words:
    trade = row.view.book.trade
    return worded("holds since ", times.of(trade.opened_at, row.bot.mode), "; ") if trade else ""


def _leaving(row: BotFigures) -> str:
    verb = "sells" if row.quantity > 0 else "buys back"
    amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
    return f"{verb} {amount} at market"


def _paused(row: BotFigures, times: Times, by: str) -> Words:
    changed = row.bot.status_changed_wall
    if not by or changed is None:
        return "paused"
    return worded(f"paused by {by} ", times.since(changed))


def _failed(row: BotFigures, times: Times, failure: BotFailed | None) -> Words:
    changed = row.bot.status_changed_wall
    when = worded(" ", times.instant(changed)) if changed else ""
    tries = f" after {counted(failure.tries, 'try', 'tries')}" if failure else ""
    return worded("failed", when, tries)


def _failed_holding(row: BotFigures) -> str:
    if not row.quantity:
        return ""
    held = _capitalised(position(row))
    stop = row.view.stop_price
    if stop is None:
        return f"{held} has no stop: nothing guards it."
    return f"{held} keeps its stop at {numbers.price(stop, row.market.tick)}."


def _sentence(text: str) -> str:
    shown = _capitalised(text)
    return shown if shown.endswith((".", "!", "?")) or not shown else f"{shown}."


def _capitalised(text: str) -> str:
    """Begin a sentence; unlike str.capitalize it leaves the rest as it is."""
    return text[:1].upper() + text[1:]
