"""Command for backtests of bots."""

import asyncio
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotName, keyword_spec
from bot.commands.notify.backtest_news import BacktestNews
from bot.commands.reply.blocks import Reply
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, Effect, command
from bot.commands.text.captions import file_stem, render_chart
from bot.commands.views.backtest_reply import progress_reply, report_reply, unfinished_reply
from bot.commands.views.backtest_report import equity_chart
from bot.domain.people import Role
from bot.engine.reports.bot_backtests import BotBacktest, BotBacktests
from bot.engine.reports.queries import Queries
from bot.ports.charts import ChartRenderer

SHORT_SECONDS = 2.0
"""A backtest that is done by then is answered at once, any other by its progress."""


class BacktestAction(StrEnum):
    """What to do with a backtest under way."""

    SHOW = "show"
    CANCEL = "cancel"


class BacktestArguments(Arguments):
    name: BotName
    job: Annotated[int | None, Field(ge=1), keyword_spec("a backtest under way, as its buttons give it", "3")] = None
    action: Annotated[BacktestAction, keyword_spec("show, or cancel one under way", "show")] = BacktestAction.SHOW


@command("backtest", Role.TRADER, "/backtest alpha", effect=Effect.READS)
async def backtest(
    args: BacktestArguments,
    ctx: CommandContext,
    queries: Queries,
    bot_backtests: BotBacktests,
    backtest_news: BacktestNews,
    charts: ChartRenderer,
) -> Reply:
    """A bot's settings tried on the candles of its run.

    The result is that of /stats if nothing was edited or paused meanwhile. A bot that never ran is tried on all candles
    that are known. On the command line: quarterdeck backtest --bot NAME
    """
    bot = await queries.find_bot(ctx.requester, args.name)
    run = (
        await bot_backtests.start_backtest(bot)
        if args.job is None
        else bot_backtests.find_backtest(bot.bot_id, args.job)
    )
    if run is not None and args.action is BacktestAction.CANCEL:
        await bot_backtests.cancel_backtest(run)
    if run is not None and args.job is None:
        await _wait_a_moment(run)
    if run is not None and run.is_running:
        backtest_news.follow(ctx.request, run)
        return progress_reply(run)
    if run is None or run.result is None:
        return unfinished_reply(bot, run)
    spec = equity_chart(run.result, title=f"{bot.name} · {bot.mode} · backtest", timezone=ctx.operator.timezone)
    stem = file_stem(bot.name, bot.mode, "backtest")
    image = await render_chart(charts, spec, stem, ctx.operator, is_hiding_amounts=ctx.is_hiding_amounts)
    return report_reply(run, run.result, await queries.figures(bot), image, ctx.times)


async def _wait_a_moment(run: BotBacktest) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(SHORT_SECONDS):
            await run.finished.wait()
