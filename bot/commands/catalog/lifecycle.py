"""Life-cycle: run, pause, resume, stop, close; one or more bots at a time."""

from typing import Annotated

from typing_extensions import override

from bot.commands.catalog.fields import BotNames, Tag
from bot.commands.reply.blocks import Headline, Meaning, Reply, Text, Tone, reply
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Act, Alias, Arguments, Place, Question, Topic, Traits, Word, command
from bot.commands.text import numbers
from bot.commands.text.labels import CLOSED, REAL_MONEY, WORKING, about, bot_line, handle, named
from bot.commands.text.poll import soon
from bot.commands.text.stop_text import closed_text, sale, stopped_text
from bot.commands.views.bot_changes import Changes, Doings, change, changed_card, many_reply, stopped_reply
from bot.domain.instance import Bot, BotStatus, StopPolicy
from bot.domain.market import Mode
from bot.domain.people import Role
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.reports.queries import BotFigures, Queries
from bot.strategy.registry import StrategyRegistry


class SomeBots(Arguments):
    """One or more bots, a tag, or all."""

    names: BotNames = ()
    tag: Tag = None

    @override
    def missing(self) -> str:
        """Return `names` while neither names nor a tag were given."""
        return "" if self.names or self.tag else "names"


class StopArguments(SomeBots):
    """Which bots to stop, and what happens to orders and position."""

    policy: Annotated[StopPolicy, Word("entries, cancel or flatten", "flatten", place=Place.KEY)] = StopPolicy.ENTRIES


async def ask_live(args: SomeBots, ctx: Context, queries: Queries, strategies: StrategyRegistry) -> Question | None:
    """Ask before real money is at risk."""
    found = await queries.find_all(ctx.asker, args.names, args.tag)
    live = [bot for bot in found if bot.mode is Mode.LIVE]
    if not live:
        return None
    lines = [about(bot.config, await queries.market_of(bot), strategies) for bot in live]
    names = ", ".join(bot.name for bot in live)
    headline = Headline("run with real money?", REAL_MONEY, names, Mode.LIVE)
    return Question(
        reply=reply(headline, Text("\n".join(lines)), tone=Tone.LOOK),
        acts=(Act("Run LIVE", _by_id(args, found)),),
        subject=named(live[0]),
    )


async def ask_flatten(args: StopArguments, ctx: Context, queries: Queries) -> Question | None:
    """Ask before a stop sells what is held."""
    if args.policy is not StopPolicy.FLATTEN:
        return None
    return await _ask_sale(args, ctx, queries, "Stop and flatten")


async def ask_close(args: SomeBots, ctx: Context, queries: Queries) -> Question | None:
    """Ask before a position is closed."""
    return await _ask_sale(args, ctx, queries, "Sell")


async def _ask_sale(args: SomeBots, ctx: Context, queries: Queries, act: str) -> Question | None:
    found = await queries.find_all(ctx.asker, args.names, args.tag)
    rows = [await queries.figures(bot) for bot in found]
    if not any(row.quantity for row in rows):
        return None
    lines = tuple(bot_line(row.bot, f"{sale(row)}?", "") for row in rows if row.quantity)
    return Question(
        reply=reply(*lines, tone=Tone.BAD),
        acts=(Act(act, _by_id(args, found)),),
        subject=named(rows[0].bot),
        way_out="Back",
    )


RUN = Doings(word="running", state=BotStatus.RUNNING, back="Stop", back_verb="stop", back_meaning=Meaning.DANGER)
PAUSE = Doings(word="paused", state=BotStatus.PAUSED, back="Resume", back_verb="resume", back_meaning=Meaning.SUCCESS)
RESUME = Doings(word="running again", state=BotStatus.RUNNING, back="Pause", back_verb="pause")
STOP = Doings(word="stopped", state=BotStatus.STOPPED, back="Run", back_verb="run", back_meaning=Meaning.SUCCESS)
CLOSE = Doings(word="closing", state=BotStatus.CREATED, back="Stop", back_verb="stop", back_meaning=Meaning.DANGER)


@command(
    "run",
    summary="Start a bot, also after a stop or a failure",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/run alpha", "/run alpha sol-rsi", "/run all"),
    traits=Traits(confirm=ask_live, notes=("LIVE asks to confirm.", "Not the same: /resume ends a pause.")),
)
async def run(
    args: SomeBots, ctx: Context, queries: Queries, lifecycle: Lifecycle, strategies: StrategyRegistry
) -> Reply:
    """Start bots."""
    found = await queries.find_all(ctx.asker, args.names, args.tag)
    changes = await change(found, lambda bot: lifecycle.start(bot.bot_id, ctx.operator, ctx.trace_id))
    return await _told(changes, RUN, ctx, queries, strategies)


@command(
    "pause",
    summary="No new entries; exits are still managed",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/pause alpha", "/pause all"),
    traits=Traits(aliases=(Alias("stopentry"),), is_reducing_risk=True),
)
async def pause(
    args: SomeBots, ctx: Context, queries: Queries, lifecycle: Lifecycle, strategies: StrategyRegistry
) -> Reply:
    """Pause bots."""
    found = await queries.find_all(ctx.asker, args.names, args.tag)
    changes = await change(found, lambda bot: lifecycle.pause(bot.bot_id, ctx.operator, ctx.trace_id))
    return await _told(changes, PAUSE, ctx, queries, strategies)


@command(
    "resume",
    summary="End a pause",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/resume alpha", "/resume all"),
    traits=Traits(notes=("Not the same: /run starts a bot that is stopped.",)),
)
async def resume(
    args: SomeBots, ctx: Context, queries: Queries, lifecycle: Lifecycle, strategies: StrategyRegistry
) -> Reply:
    """Resume bots."""
    found = await queries.find_all(ctx.asker, args.names, args.tag)
    changes = await change(found, lambda bot: lifecycle.resume(bot.bot_id, ctx.operator, ctx.trace_id))
    return await _told(changes, RESUME, ctx, queries, strategies)


@command(
    "stop",
    summary="Stop: cancel own entries, keep the position and its barriers",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/stop alpha", "/stop alpha policy=flatten", "/stop all policy=cancel"),
    traits=Traits(
        confirm=ask_flatten,
        is_reducing_risk=True,
        notes=("policy=cancel cancels its barriers too; policy=flatten also sells what is held.",),
    ),
)
async def stop(args: StopArguments, ctx: Context, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Stop bots."""
    found = await queries.find_all(ctx.asker, args.names, args.tag)
    before = {bot.bot_id: await queries.view(bot) for bot in found}
    changes = await change(found, lambda bot: lifecycle.stop(bot.bot_id, args.policy, ctx.operator, ctx.trace_id))
    rows = [await _settled(item.before, queries) for item in changes.changed]
    if len(found) > 1:
        return many_reply(changes, STOP, *_still_stopping(rows))
    (row,) = rows
    state = f"{row.bot.status} by {ctx.operator.name}"
    return stopped_reply(row, text=stopped_text(before[row.bot.bot_id], row, args.policy), state=state)


@command(
    "close",
    summary="Sell what a bot holds; it keeps running",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/close alpha",),
    traits=Traits(confirm=ask_close, aliases=(Alias("forceexit"),), is_reducing_risk=True),
)
async def close(args: SomeBots, ctx: Context, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Flatten bots."""
    found = await queries.find_all(ctx.asker, args.names, args.tag)
    before = {bot.bot_id: await queries.figures(bot) for bot in found}
    changes = await change(found, lambda bot: lifecycle.close(bot.bot_id, ctx.operator, ctx.trace_id))
    if len(found) > 1:
        return many_reply(changes, CLOSE, Text("You are told when their positions are closed."))
    row = await queries.figures(changes.changed[0].after.bot)
    return _closed(before[row.bot.bot_id], row)


async def _told(
    changes: Changes, doings: Doings, ctx: Context, queries: Queries, strategies: StrategyRegistry
) -> Reply:
    """Show the card of the only bot, or count by names."""
    if len(changes.changed) == 1 and not changes.refused:
        return await changed_card(changes.changed[0].after.bot, ctx, queries, strategies)
    return many_reply(changes, doings)


async def _settled(bot: Bot, queries: Queries) -> BotFigures:
    async def look() -> BotFigures:
        return await queries.figures(bot)

    return await soon(look, _is_settled)


def _is_settled(row: BotFigures) -> bool:
    """Tell whether a stop is done, or waits for the market."""
    return row.bot.status is not BotStatus.STOPPING or row.bot.exit_wish is not None


def _still_stopping(rows: list[BotFigures]) -> tuple[Text, ...]:
    names = [named(row.bot) for row in rows if row.bot.status is BotStatus.STOPPING]
    return (Text(f"Not yet: {', '.join(names)}; stopped when what is held is sold."),) if names else ()


def _closed(before: BotFigures, row: BotFigures) -> Reply:
    bot, about_it = row.bot, f"bot:{row.bot.bot_id}"
    text = closed_text(row, before.quantity)
    if row.quantity:
        waiting = Text(f"You are told when it is closed. The bot {_goes_on(bot)}.")
        return reply(bot_line(bot, text, WORKING), waiting, about=about_it)
    profit = row.closed_profit - before.closed_profit
    trade = before.view.book.trade
    shown = numbers.profit(profit, row.market.quote, trade.entry_value if trade else None)
    return reply(bot_line(bot, f"{text} {shown}, bot {_goes_on(bot)}", CLOSED), about=about_it)


def _goes_on(bot: Bot) -> str:
    return f"{'stays' if bot.status is BotStatus.STOPPED else 'goes on'} {bot.status}"


def _by_id(args: SomeBots, found: tuple[Bot, ...]) -> SomeBots:
    """Name the bots that the question is about by id, whatever they are called when it is answered."""
    return args.model_copy(update={"names": tuple(handle(bot) for bot in found), "tag": None})
