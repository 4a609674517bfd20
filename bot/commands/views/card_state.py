"""State of a bot in words: line 1 of its card, its guards, and what it waits for."""

from datetime import datetime

from bot.commands.reply.blocks import Text
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.reply.input_text import as_sentence, count_text, quote_reason, quote_words
from bot.commands.text import numbers
from bot.commands.text.labels import position_label, side_label
from bot.commands.text.stop_text import kept_position_text
from bot.commands.text.times import TimeFormatter, duration
from bot.domain.events import BotFailed
from bot.domain.instance import BotStatus
from bot.domain.order import OrderPurpose
from bot.engine.reports.queries import BotFigures


def state_text(
    row: BotFigures,
    times: TimeFormatter,
    market_time: datetime,
    *,
    changed_by: str = "",
    failure: BotFailed | None = None,
) -> RichText:
    """Describe a bot's state for line 1 of its card."""
    bot = row.bot
    match bot.status:
        case BotStatus.CREATED:
            return "created, never run"
        case BotStatus.RUNNING if bot.run_started_market is not None:
            running = f"running for {duration(market_time - bot.run_started_market)}"
            return running if row.quantity else f"{running}, flat"
        case BotStatus.PAUSED:
            changed = bot.status_changed_wall
            when = join_text(f" by {changed_by} ", times.state_time(changed)) if changed_by and changed else ""
            return join_text("paused", when, ", exits still managed" if row.quantity else ", flat")
        case BotStatus.FAILED:
            return _failed_text(row, times, failure)
        case BotStatus.STOPPED:
            return join_text("stopped, ", position_label(row))
        case _:
            return bot.status.value


def stop_reason_line(row: BotFigures, failure: BotFailed | None) -> Text | None:
    """Say why a bot failed or was stopped by the engine, and what guards its position."""
    bot = row.bot
    if bot.status is BotStatus.FAILED:
        error = failure.error if failure else bot.status_remark
        held = _failed_position_text(row)
        return Text(join_text(quote_words(as_sentence(error)), " " if held else "", held))
    if bot.status is not BotStatus.STOPPED or not bot.has_run:
        return None
    why = join_text("Why: ", quote_words(bot.status_remark), ".") if bot.status_remark else ""
    held = kept_position_text(row) if row.quantity and bot.exit_wish is None else ""
    text = join_with(" ", (part for part in (why, held) if part))
    return Text(text) if text else None


def waiting_line(row: BotFigures, times: TimeFormatter) -> Text | None:
    """Say what a bot waits for: its exit, its plan, or what its strategy needs."""
    bot = row.bot
    if bot.exit_wish is not None and row.quantity:
        amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
        return Text(join_text("Now: ", "sells " if row.quantity > 0 else "buys back ", amount, " at market"))
    if bot.status not in (BotStatus.RUNNING, BotStatus.PAUSED) or not row.view.remark:
        return None
    parts = (_plan_text(row) or _holding_text(row, times), quote_reason(row.view.remark))
    sentence = join_text("Now: ", *parts, ".")
    if row.view.next_close is None or row.quantity or row.view.plan_rounds is not None:
        return Text(sentence)
    return Text(join_text(sentence, " Next look ", times.time_of_day(row.view.next_close, bot.mode), "."))


def _plan_text(row: BotFigures) -> str:
    """Count a plan's resting orders; empty for a signal strategy."""
    orders = row.view.working_orders
    resting = sum(order.intent.purpose is OrderPurpose.PLAN and not order.is_cancel_wanted for order in orders)
    return f"{count_text(resting, 'order')} {'rests' if resting == 1 else 'rest'}, " if resting else ""


def _holding_text(row: BotFigures, times: TimeFormatter) -> RichText:
    trade = row.view.ledger.trade
    return join_text("holds since ", times.market_time(trade.opened_at.market, row.bot.mode), "; ") if trade else ""


def _failed_text(row: BotFigures, times: TimeFormatter, failure: BotFailed | None) -> RichText:
    changed = row.bot.status_changed_wall
    when = join_text(" ", times.inline_time(changed)) if changed else ""
    tries = f" after {count_text(failure.tries, 'try', 'tries')}" if failure else ""
    return join_text("failed", when, tries)


def _failed_position_text(row: BotFigures) -> RichText:
    if not row.quantity:
        return ""
    amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
    stop = row.view.stop_price
    none = "no working stop" if row.view.guards.stop else "no stop"
    guard = f"keeps its stop at {numbers.price(stop, row.market.tick)}." if stop else f"has {none}: nothing guards it."
    return join_text(f"{side_label(row.quantity).capitalize()} ", amount, f" {guard}")
