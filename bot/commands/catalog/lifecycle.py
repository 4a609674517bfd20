"""Commands of the life-cycle: run, pause, resume, stop, close; for one or several bots."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from typing_extensions import override

from bot.commands.catalog.fields import BotNames, BotTag, keyword_spec
from bot.commands.reply.blocks import ButtonStyle, Headline, Reply, Text, Tone, build_reply
from bot.commands.reply.inline_time import join_lines, join_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Alias, Arguments, Choice, Effect, Question, command
from bot.commands.text import numbers
from bot.commands.text.labels import (
    CLOSED,
    REAL_MONEY,
    WORKING,
    bot_headline,
    bot_name_with_mode,
    bot_reference,
    config_summary,
)
from bot.commands.text.poll import poll_until
from bot.commands.text.stop_text import close_result_text, close_text, stop_text
from bot.commands.views.bot_changes import (
    BulkActionTexts,
    BulkResult,
    UndoButton,
    apply_to_bots,
    bulk_reply,
    stopped_reply,
    unguarded_warnings,
)
from bot.commands.views.card import BotCards
from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus, StopPolicy
from bot.domain.market import Mode
from bot.domain.people import Operator, Role
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.host import BotView
from bot.strategy.registry import StrategyRegistry


class ManyBotsArguments(Arguments):
    """Arguments of a command about several bots: names, a tag, or `all`."""

    names: BotNames = ()
    tag: BotTag = None

    @override
    def missing_field(self) -> str:
        return "" if self.names or self.tag else "names"


class StopArguments(ManyBotsArguments):
    policy: Annotated[StopPolicy, keyword_spec("entries, cancel or flatten", "flatten")] = StopPolicy.ENTRIES


async def ask_live(
    args: ManyBotsArguments, ctx: CommandContext, queries: Queries, strategies: StrategyRegistry
) -> Question | None:
    """Ask before bots run with real money."""
    found = await queries.find_bots(ctx.requester, args.names, args.tag)
    live = [bot for bot in found if bot.mode is Mode.LIVE]
    if not live:
        return None
    lines = [config_summary(bot.config, await queries.market_of(bot), strategies) for bot in live]
    names = ", ".join(bot.name for bot in live)
    headline = Headline("run with real money?", REAL_MONEY, names, Mode.LIVE)
    return Question(
        reply=build_reply(headline, Text(join_lines(lines)), tone=Tone.WARNING),
        choices=(Choice("Run LIVE", _with_bot_ids(args, found)),),
        subject=bot_name_with_mode(live[0]),
    )


async def ask_flatten(args: StopArguments, ctx: CommandContext, queries: Queries) -> Question | None:
    """Ask before a stop sells positions."""
    if args.policy is not StopPolicy.FLATTEN:
        return None
    return await _ask_before_sale(args, ctx, queries, "Stop and flatten")


async def ask_close(args: ManyBotsArguments, ctx: CommandContext, queries: Queries) -> Question | None:
    return await _ask_before_sale(args, ctx, queries, "Sell")


async def _ask_before_sale(
    args: ManyBotsArguments, ctx: CommandContext, queries: Queries, choice_label: str
) -> Question | None:
    found = await queries.find_bots(ctx.requester, args.names, args.tag)
    rows = [await queries.figures(bot) for bot in found]
    if not any(row.quantity for row in rows):
        return None
    lines = tuple(bot_headline(row.bot, join_text(close_text(row), "?"), "") for row in rows if row.quantity)
    return Question(
        reply=build_reply(*lines, tone=Tone.ERROR),
        choices=(Choice(choice_label, _with_bot_ids(args, found)),),
        subject=bot_name_with_mode(rows[0].bot),
        cancel_label="Back",
    )


_STOP, _PAUSE = UndoButton("Stop", "stop", ButtonStyle.DANGER), UndoButton("Pause", "pause")
_RUN, _RESUME = UndoButton("Run", "run", ButtonStyle.SUCCESS), UndoButton("Resume", "resume", ButtonStyle.SUCCESS)
RUN_TEXTS = BulkActionTexts("running", BotStatus.RUNNING, _STOP)
PAUSE_TEXTS = BulkActionTexts("paused", BotStatus.PAUSED, _RESUME)
RESUME_TEXTS = BulkActionTexts("running again", BotStatus.RUNNING, _PAUSE)
STOP_TEXTS = BulkActionTexts("stopped", BotStatus.STOPPED, _RUN)
CLOSE_TEXTS = BulkActionTexts("closing", BotStatus.CREATED, _STOP)


@command("run", Role.TRADER, "/run alpha", "/run alpha sol-rsi", "/run all", confirm=ask_live)
async def run(
    args: ManyBotsArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle, cards: BotCards
) -> Reply:
    """Start a bot, also after a stop or a failure.

    LIVE asks to confirm.
    Not the same: /resume ends a pause.
    """
    return await _change_bots(lifecycle.start_bot, RUN_TEXTS, args, ctx, queries, cards)


@command("pause", Role.TRADER, "/pause alpha", "/pause all", aliases=(Alias("stopentry"),), effect=Effect.REDUCES_RISK)
async def pause(
    args: ManyBotsArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle, cards: BotCards
) -> Reply:
    """No new entries; exits are still managed."""
    return await _change_bots(lifecycle.pause_bot, PAUSE_TEXTS, args, ctx, queries, cards)


@command("resume", Role.TRADER, "/resume alpha", "/resume all")
async def resume(
    args: ManyBotsArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle, cards: BotCards
) -> Reply:
    """End a pause.

    Not the same: /run starts a bot that is stopped.
    """
    return await _change_bots(lifecycle.resume_bot, RESUME_TEXTS, args, ctx, queries, cards)


@command(
    "stop",
    Role.TRADER,
    "/stop alpha",
    "/stop alpha policy=flatten",
    "/stop all policy=cancel",
    confirm=ask_flatten,
    effect=Effect.REDUCES_RISK,
)
async def stop(args: StopArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Stop: cancel what would buy, keep the position, its barriers and what sells it.

    policy=cancel cancels barriers and sells too; policy=flatten also sells what is held.
    """
    found = await queries.find_bots(ctx.requester, args.names, args.tag)
    before = {bot.bot_id: await queries.view(bot) for bot in found}
    changes = await apply_to_bots(
        found, lambda bot: lifecycle.stop_bot(bot.bot_id, args.policy, ctx.operator, ctx.trace_id)
    )
    rows = [await poll_until(partial(queries.figures, view.bot), _is_stop_done) for view in changes.changed]
    if len(found) > 1:
        waiting = [row for row in rows if row.bot.status is BotStatus.STOPPING]
        done = [row for row in rows if row not in waiting]
        names = ", ".join(bot_name_with_mode(row.bot) for row in waiting) if done else "all of them"
        later = (Text(f"Not yet: {names}; stopped when what is held is sold."),) if waiting else ()
        seen = BulkResult(tuple(row.view for row in done or waiting), changes.refused)
        return bulk_reply(seen, STOP_TEXTS, *unguarded_warnings(rows), *later)
    (row,) = rows
    state = f"{row.bot.status} by {ctx.operator.name}"
    return stopped_reply(row, text=stop_text(before[row.bot.bot_id], row, args.policy), state=state)


@command(
    "close", Role.TRADER, "/close alpha", confirm=ask_close, aliases=(Alias("forceexit"),), effect=Effect.REDUCES_RISK
)
async def close(args: ManyBotsArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Sell what a bot holds; it keeps running."""
    found = await queries.find_bots(ctx.requester, args.names, args.tag)
    before = {bot.bot_id: await queries.figures(bot) for bot in found}
    changes = await apply_to_bots(found, lambda bot: lifecycle.close_position(bot.bot_id, ctx.operator, ctx.trace_id))
    if len(found) > 1:
        return bulk_reply(changes, CLOSE_TEXTS, Text("You are told when their positions are closed."))
    row = await queries.figures(changes.changed[0].bot)
    return _closed_reply(before[row.bot.bot_id], row)


async def _change_bots(
    change: Callable[[BotId, Operator, str], Awaitable[BotView]],
    texts: BulkActionTexts,
    args: ManyBotsArguments,
    ctx: CommandContext,
    queries: Queries,
    cards: BotCards,
) -> Reply:
    """Return the card of a single changed bot, or the counts of several."""
    found = await queries.find_bots(ctx.requester, args.names, args.tag)
    result = await apply_to_bots(found, lambda bot: change(bot.bot_id, ctx.operator, ctx.trace_id))
    if len(result.changed) == 1 and not result.refused:
        return await cards.show_change(result.changed[0].bot, ctx)
    rows = await queries.figures_of([view.bot for view in result.changed])
    return bulk_reply(result, texts, *(unguarded_warnings(rows) if texts is PAUSE_TEXTS else ()))


def _is_stop_done(row: BotFigures) -> bool:
    """Return whether a stop is done, rather than waiting for the market."""
    return row.bot.status is not BotStatus.STOPPING or row.bot.exit_wish is not None


def _closed_reply(before: BotFigures, row: BotFigures) -> Reply:
    bot, text = row.bot, close_result_text(row, before.quantity)
    then = f"{'stays' if bot.status is BotStatus.STOPPED else 'goes on'} {bot.status}"
    if row.quantity:
        headline = bot_headline(bot, text, WORKING)
        waiting = Text(f"You are told when it is closed. The bot {then}.")
        return build_reply(headline, waiting, subject_key=f"bot:{bot.bot_id}")
    trade = before.view.ledger.trade
    made = row.view.ledger.totals.closed_profit - before.view.ledger.totals.closed_profit
    profit = numbers.profit(made, row.market.quote, trade.entry_value if trade else None)
    headline = bot_headline(bot, join_text(text, " ", profit, f", bot {then}"), CLOSED)
    return build_reply(headline, subject_key=f"bot:{bot.bot_id}")


def _with_bot_ids(args: ManyBotsArguments, found: tuple[Bot, ...]) -> ManyBotsArguments:
    """Replace names by ids, so that renaming a bot before the answer changes nothing."""
    return args.model_copy(update={"names": tuple(bot_reference(bot) for bot in found), "tag": None})
