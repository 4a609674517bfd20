"""Changing bots: edit, rename, delete, and canceling one order."""

from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotName, OneBot, Settings
from bot.commands.forms.edit_bot import BOT, EDIT
from bot.commands.forms.edit_refusal import edit_refusal
from bot.commands.forms.form_service import FormDesk
from bot.commands.reply.blocks import Button, Headline, Meaning, Reply, Text, Tone, reply, row_of
from bot.commands.reply.input_text import counted
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Act, Arguments, Completion, Question, Topic, Traits, Word, command
from bot.commands.text import numbers
from bot.commands.text.labels import DONE, bot_line, handle, named, position
from bot.commands.views.bot_changes import changed_card
from bot.domain.errors import Refused, UserError
from bot.domain.ids import short_reference
from bot.domain.instance import ACTIVE_STATUSES, Bot
from bot.domain.market import Mode
from bot.domain.people import Role
from bot.engine.bots.checks import EditPreview
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.people.topics import Topics
from bot.engine.reports.explanations import Explain
from bot.engine.reports.queries import BotFigures, Queries
from bot.strategy.registry import StrategyRegistry


class EditArguments(Arguments):
    """Which bot, and the new settings."""

    name: BotName
    changes: Settings = Field(default_factory=dict)


class RenameArguments(Arguments):
    """Which bot, and its new name."""

    name: BotName
    new: Annotated[str, Word("the new name", "beta")]


class CancelArguments(Arguments):
    """Which bot, and the reference of its order."""

    name: BotName
    order: Annotated[str, Word("the reference of an order as /orders shows it", "o-8F2K", completion=Completion.ORDERS)]


async def ask_edit(args: EditArguments, ctx: Context, queries: Queries, lifecycle: Lifecycle) -> Question | None:
    """Ask before the settings of a bot with real money change."""
    bot = await queries.find(ctx.asker, args.name)
    if bot.mode is not Mode.LIVE or not args.changes:
        return None
    preview = await lifecycle.check_edit(bot.bot_id, args.changes, ctx.operator)
    by_id = args.model_copy(update={"name": handle(bot)})
    return Question(reply=reply(_change_line(preview, bot)), acts=(Act("Apply", by_id),), subject=named(bot))


@command(
    "edit",
    summary="Change a bot's settings; validated first, a new version is kept",
    role=Role.TRADER,
    topic=Topic.BOTS,
    examples=("/edit alpha stop_loss=3%", "/edit alpha capital=500 fast=10", "/edit alpha"),
    traits=Traits(confirm=ask_edit, notes=("Symbol, account and strategy are fixed after the first run: /clone.",)),
)
async def edit(args: EditArguments, ctx: Context, queries: Queries, lifecycle: Lifecycle, forms: FormDesk) -> Reply:
    """Change settings, or ask which."""
    bot = await queries.find(ctx.asker, args.name)
    if not args.changes:
        return await forms.open(EDIT, ((BOT, bot.bot_id),), ctx)
    try:
        done = await lifecycle.edit(bot.bot_id, args.changes, ctx.operator, ctx.trace_id)
    except UserError as error:
        raise edit_refusal(error, bot, args.changes) from None
    return reply(
        _change_line(done, bot),
        Text(_effect(await queries.figures(done.bot))),
        row_of(Button("Card", f"/bot {handle(bot)}", Meaning.PRIMARY), *_undo(done)),
        tone=Tone.GOOD,
        about=f"bot:{bot.bot_id}",
    )


@command(
    "rename",
    summary="Give a bot another name",
    role=Role.TRADER,
    topic=Topic.BOTS,
    examples=("/rename alpha beta",),
)
async def rename(
    args: RenameArguments,
    ctx: Context,
    queries: Queries,
    lifecycle: Lifecycle,
    topics: Topics,
    strategies: StrategyRegistry,
) -> Reply:
    """Rename a bot, and the topics that were made for it."""
    bot = await queries.find(ctx.asker, args.name)
    view = await lifecycle.rename(bot.bot_id, args.new, ctx.operator, ctx.trace_id)
    await topics.renamed(view.bot)
    state = f"renamed from {bot.name}, {view.bot.status}"
    return await changed_card(view.bot, ctx, queries, strategies, state)


async def ask_delete(args: OneBot, ctx: Context, queries: Queries) -> Question | None:
    """Ask before a bot is deleted; refuse at once what cannot be deleted."""
    row = await queries.figures(await queries.find(ctx.asker, args.name))
    bot = row.bot
    if bot.status in ACTIVE_STATUSES or row.quantity:
        held = f" and holds {position(row)}" if row.quantity else ""
        line = f"/stop {bot.name} policy=flatten" if row.quantity else f"/stop {bot.name}"
        label = "Stop and flatten" if row.quantity else "Stop"
        raise Refused(f"{named(bot)} is {bot.status}{held}. First {line}", fix=line, fix_label=label)
    return Question(
        reply=reply(bot_line(bot, "delete it? Its trades stay in the books."), tone=Tone.BAD),
        acts=(Act("Delete", OneBot(name=handle(bot))),),
        subject=named(bot),
        way_out="Back",
    )


@command(
    "delete",
    summary="Delete a bot that neither runs nor holds anything",
    role=Role.TRADER,
    topic=Topic.BOTS,
    examples=("/delete alpha",),
    traits=Traits(confirm=ask_delete),
)
async def delete(args: OneBot, ctx: Context, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Delete a bot."""
    bot = await queries.find(ctx.asker, args.name)
    trades = (await queries.view(bot)).book.totals.trades
    deleted = await lifecycle.delete(bot.bot_id, ctx.operator, ctx.trace_id)
    rest = f" Its {counted(trades, 'trade')} {'stays' if trades == 1 else 'stay'} in the books." if trades else ""
    line = bot_line(deleted, f"deleted.{rest}", DONE)
    return reply(line, row_of(Button("Fleet", "/bots", Meaning.PRIMARY)), tone=Tone.NEUTRAL)


@command(
    "cancel",
    summary="Cancel one of a bot's own orders",
    role=Role.TRADER,
    topic=Topic.ORDERS,
    examples=("/cancel alpha o-8F2K",),
    traits=Traits(is_reducing_risk=True),
)
async def cancel(
    args: CancelArguments, ctx: Context, queries: Queries, explain: Explain, lifecycle: Lifecycle
) -> Reply:
    """Cancel an order."""
    bot = await queries.find(ctx.asker, args.name)
    order = await explain.find_order(ctx.asker, args.order, bot)
    if not order.is_working:
        raise Refused(f"order {short_reference(order.intent.reference)} of {named(bot)} is {order.status} already.")
    await lifecycle.cancel_order(bot.bot_id, order.intent.client_order_id, ctx.operator, ctx.trace_id)
    market = await queries.market_of(bot)
    amount = numbers.quantity(order.remaining, market.step, market.base)
    text = f"order {short_reference(order.intent.reference)} is being canceled: {order.intent.side} {amount}"
    return reply(bot_line(bot, text, DONE), row_of(Button("Orders", f"/orders {handle(bot)}", Meaning.PRIMARY)))


def _change_line(preview: EditPreview, bot: Bot) -> Headline:
    return bot_line(bot, f"v{preview.version}: {', '.join(preview.changed)}", "")


def _effect(row: BotFigures) -> str:
    if row.bot.status not in ACTIVE_STATUSES:
        return "Applied. It counts from the next run."
    if row.quantity:
        return "Applied, from the next candle; the position stays, its levels and its exit follow the change."
    return "Applied, from the next candle."


def _undo(done: EditPreview) -> tuple[Button, ...]:
    words: list[str] = []
    for text in done.changed:
        name, _, values = text.partition(" ")
        words.append(f"{name}={values.partition(' -> ')[0]}")
    return (Button("Undo", f"/edit {handle(done.bot)} {' '.join(words)}"),)
