"""Life-cycle: run, pause, resume, stop, close; one or more bots at a time."""

from typing import Annotated

from typing_extensions import override

from bot.commands import numbers
from bot.commands.bot_changes import change, changes_reply, many_reply, one_reply
from bot.commands.catalog.typed import BotNames, Tag
from bot.commands.reply import Headline, Reply, Text, Tone, reply
from bot.commands.request import Context
from bot.commands.spec import Act, Alias, Arguments, Place, Question, Topic, Traits, Word, command
from bot.commands.stop_words import closed_text, sale, stopped_text
from bot.commands.words import CLOSED, REAL_MONEY, WORKING, about, bot_line, handle, named
from bot.domain.instance import Bot, StopPolicy
from bot.domain.market import Mode
from bot.domain.people import Role
from bot.engine.lifecycle import Lifecycle
from bot.engine.queries import Queries
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
    found = await queries.find_all(ctx.operator, args.names, args.tag)
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
    found = await queries.find_all(ctx.operator, args.names, args.tag)
    rows = [await queries.figures(bot) for bot in found]
    if not any(row.quantity for row in rows):
        return None
    lines = tuple(bot_line(row.bot, f"{sale(row)}?", "") for row in rows if row.quantity)
    return Question(
        reply=reply(*lines, tone=Tone.BAD), acts=(Act(act, _by_id(args, found)),), subject=named(rows[0].bot)
    )


@command(
    "run",
    summary="Start a bot, also after a stop or a failure",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/run alpha", "/run alpha sol-rsi", "/run all"),
    traits=Traits(confirm=ask_live, notes=("Not the same: /resume ends a pause.",)),
)
async def run(args: SomeBots, ctx: Context, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Start bots."""
    found = await queries.find_all(ctx.operator, args.names, args.tag)
    changes = await change(found, lambda bot: lifecycle.start(bot.bot_id, ctx.operator, ctx.trace_id))
    return await changes_reply(changes, "running", queries)


@command(
    "pause",
    summary="No new entries; exits are still managed",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/pause alpha", "/pause all"),
    traits=Traits(aliases=(Alias("stopentry"),), is_reducing_risk=True),
)
async def pause(args: SomeBots, ctx: Context, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Pause bots."""
    found = await queries.find_all(ctx.operator, args.names, args.tag)
    changes = await change(found, lambda bot: lifecycle.pause(bot.bot_id, ctx.operator, ctx.trace_id))
    return await changes_reply(changes, "paused", queries)


@command(
    "resume",
    summary="End a pause",
    role=Role.TRADER,
    topic=Topic.LIFE_CYCLE,
    examples=("/resume alpha", "/resume all"),
    traits=Traits(notes=("Not the same: /run starts a bot that is stopped.",)),
)
async def resume(args: SomeBots, ctx: Context, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Resume bots."""
    found = await queries.find_all(ctx.operator, args.names, args.tag)
    changes = await change(found, lambda bot: lifecycle.resume(bot.bot_id, ctx.operator, ctx.trace_id))
    return await changes_reply(changes, "running again", queries)


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
    found = await queries.find_all(ctx.operator, args.names, args.tag)
    before = {bot.bot_id: await queries.view(bot) for bot in found}
    changes = await change(found, lambda bot: lifecycle.stop(bot.bot_id, args.policy, ctx.operator, ctx.trace_id))
    if len(found) > 1:
        return many_reply(changes, "stopped")
    row = await queries.figures(changes.changed[0].after.bot)
    return one_reply(row, stopped_text(before[row.bot.bot_id], row, args.policy))


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
    found = await queries.find_all(ctx.operator, args.names, args.tag)
    held = {bot.bot_id: (await queries.figures(bot)).quantity for bot in found}
    changes = await change(found, lambda bot: lifecycle.close(bot.bot_id, ctx.operator, ctx.trace_id))
    if len(found) > 1:
        return many_reply(changes, "closing; you are told when their positions are closed")
    row = await queries.figures(changes.changed[0].after.bot)
    text = closed_text(row, held[row.bot.bot_id])
    if row.quantity:
        waiting = Text("You are told when it is closed. The bot goes on as it was.")
        return reply(bot_line(row.bot, text, WORKING), waiting, about=f"bot:{row.bot.bot_id}")
    trade = numbers.signed_money(row.closed_profit, row.market.quote)
    going_on = f"Bot: {trade} closed so far. It goes on {row.bot.status}."
    return reply(bot_line(row.bot, text, CLOSED), Text(going_on), tone=Tone.NEUTRAL, about=f"bot:{row.bot.bot_id}")


def _by_id(args: SomeBots, found: tuple[Bot, ...]) -> SomeBots:
    """Name the bots that the question is about by id, whatever they are called when it is answered."""
    return args.model_copy(update={"names": tuple(handle(bot) for bot in found), "tag": None})
