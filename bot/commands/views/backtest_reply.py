"""Backtests of bots in chat: how far one is, what came of it."""

from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Image,
    KeyValues,
    Reply,
    Text,
    Tone,
    WarningText,
    build_reply,
    button_row,
    button_rows,
)
from bot.commands.reply.inline_time import RichText, join_lines, join_text
from bot.commands.reply.input_text import as_sentence, count_text
from bot.commands.text import numbers
from bot.commands.text.labels import DONE, WARNING, WORKING, bot_button, bot_headline, bot_reference
from bot.commands.text.metrics import WITHHELD
from bot.commands.text.refusal import reason_text
from bot.commands.text.times import TimeFormatter
from bot.commands.views.backtest_rows import Rows, net_text, profit_rows, remark_texts, return_rows, trade_rows
from bot.domain.errors import UserError
from bot.domain.instance import Bot
from bot.engine.backtest.result import BacktestResult
from bot.engine.reports.bot_backtests import BotBacktest
from bot.engine.reports.queries import BotFigures

SUBJECT = "backtest:"
"""Subject of a backtest that runs: its message is kept true until the end."""
CHAT_ROWS = (
    *("Trades, won", "Profit factor", "Per trade", "Best, worst"),
    *("Max drawdown", "Now below peak", "Sharpe, Sortino", "CAGR", "Calmar", "In the market"),
)
"""Rows of a report that are shown in chat, besides those of the profit."""


def progress_reply(run: BotBacktest) -> Reply:
    """Return how far a backtest is, with a button that ends it."""
    text = f"{run.row / run.candles:.0%} · {run.row:,} of {run.candles:,} candles" if run.row else "begins"
    return build_reply(
        bot_headline(run.bot, f"backtest · {text}", WORKING),
        button_row(Button("Cancel", f"{_job_line(run)} action=cancel")),
        subject_key=f"{SUBJECT}{run.bot.bot_id}:{run.number}",
    )


def unfinished_reply(bot: Bot, run: BotBacktest | None) -> Reply:
    """Return why a backtest has no result: it was ended, it cannot be run, or a restart of the desk cut it short."""
    again = bot_button("Backtest", "backtest", bot, ButtonStyle.PRIMARY)
    if run is None or run.error is None:
        headline = bot_headline(bot, "this backtest is not known any more", WARNING)
        return build_reply(headline, button_rows((again,)), tone=Tone.WARNING)
    error = run.error
    reason: RichText = reason_text(error) if isinstance(error, UserError) else str(error)
    return build_reply(
        bot_headline(bot, "backtest without a result", WARNING),
        WarningText(reason if not isinstance(reason, str) else as_sentence(reason)),
        button_rows((again, bot_button("Card", "bot", bot))),
        tone=Tone.WARNING,
    )


def report_reply(
    run: BotBacktest, result: BacktestResult, figures: BotFigures, image: Image, times: TimeFormatter
) -> Reply:
    """Return the report: net profit, what it covers and what the bot itself made, figures, remarks, equity."""
    rows: Rows = [*trade_rows(result), *return_rows(result)]
    given = ((label, value) for label, value in rows if label in CHAT_ROWS and value != WITHHELD)
    shown = [*profit_rows(result), *given]
    remarks = remark_texts(result)
    bot = run.bot
    return build_reply(
        bot_headline(bot, "backtest", DONE),
        Text(join_lines([net_text(result), _range_text(run, result, times), _own_text(figures)])),
        image,
        KeyValues(tuple(shown)),
        Text(join_lines(remarks)) if remarks else None,
        button_rows(
            (bot_button("Stats", "stats", bot, ButtonStyle.PRIMARY), bot_button("Card", "bot", bot)),
            (bot_button("Backtest again", "backtest", bot),),
        ),
        subject_key=f"chart:backtest:{bot.bot_id}",
    )


def _range_text(run: BotBacktest, result: BacktestResult, times: TimeFormatter) -> str:
    bot, until = run.bot, times.market_time_text(run.until, run.bot.mode)
    zone = times.zone_label_at(run.until)
    if bot.run_started_market is None:
        since = times.market_time_text(result.started_at, bot.mode)
        unrun = "It has not run since its books were closed" if bot.has_run else "It never ran"
        return f"{unrun}: tried on all candles from {since} to {until} {zone}."
    since = times.market_time_text(bot.run_started_market, bot.mode)
    which, earlier = ("run", "") if is_only_run(bot) else ("last run", ", which has the earlier ones too")
    span = f"Over its {which}, {since} to {until} {zone}"
    return f"{span}, with its settings of now: compare with /stats {bot.name}{earlier}."


def is_only_run(bot: Bot) -> bool:
    """Tell whether the books of a bot hold one run alone."""
    return bot.run_number == 1 or bot.pass_started_market == bot.run_started_market


def _own_text(figures: BotFigures) -> RichText:
    """Say what the bot itself made, as far as that is comparable."""
    bot = figures.bot
    if bot.run_started_market is None:
        return ""
    totals = figures.view.ledger.totals
    profit = numbers.profit(figures.total, figures.market.quote, bot.config.capital)
    return join_text("The bot itself: ", profit, f", {count_text(totals.trades, 'trade')} closed.")


def _job_line(run: BotBacktest) -> str:
    return f"/backtest {bot_reference(run.bot)} job={run.number}"
