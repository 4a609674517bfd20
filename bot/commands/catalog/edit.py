"""Commands that change bots: edit, rename, delete, and cancel one order."""

from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotArguments, BotName, NewTags, SettingWords
from bot.commands.forms.edit_bot import BOT, EDIT_BOT_FORM, edit_refusal
from bot.commands.forms.form_service import FormService
from bot.commands.reply.amount_visibility import amount_button
from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Headline,
    Reply,
    Text,
    Tone,
    WarningText,
    build_reply,
    button_row,
    sentence_reply,
)
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.reply.input_text import count_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, Choice, ChoiceSource, Effect, Question, command
from bot.commands.text import numbers
from bot.commands.text.config_rows import setting_text
from bot.commands.text.labels import DONE, FLEET_BUTTON, bot_headline, bot_name_with_mode, bot_reference, side_label
from bot.commands.text.stop_text import dust_text, edited_guard_text, guard_change_text
from bot.commands.views.card import BotCards
from bot.domain.errors import CommandFix, Refused, UserError
from bot.domain.ids import short_reference
from bot.domain.instance import ACTIVE_STATUSES, Bot, BotConfig
from bot.domain.market import Mode
from bot.domain.money import Money
from bot.domain.people import Role
from bot.engine.bots.checks import EditPreview
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.setting_fields import BARRIER_FIELDS
from bot.engine.bots.tags import parse_tags, tags_text
from bot.engine.people.topics import Topics
from bot.engine.reports.explanations import ExplanationReader
from bot.engine.reports.queries import BotFigures, Queries


class EditArguments(Arguments):
    name: BotName
    tag: NewTags = None
    changes: SettingWords = Field(default_factory=dict)


class RenameArguments(Arguments):
    name: BotName
    new: Annotated[str, ArgumentSpec("the new name", "beta")]


class CancelArguments(Arguments):
    name: BotName
    order: Annotated[
        str, ArgumentSpec("the reference of an order as /orders shows it", "o-8F2K", choice_source=ChoiceSource.ORDERS)
    ]


async def ask_edit(args: EditArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle) -> Question | None:
    """Ask before the settings of a LIVE bot change, and before a position loses its guard or is sold at once."""
    bot = await queries.find_bot(ctx.requester, args.name)
    if not args.changes:
        return None
    try:
        preview = await lifecycle.check_edit(bot.bot_id, args.changes, ctx.operator)
    except UserError as error:
        raise edit_refusal(error, bot, args.changes) from None
    if bot.mode is not Mode.LIVE and not preview.guard.needs_confirmation:
        return None
    warning = guard_change_text(preview.guard, await queries.figures(bot))
    label = "Sell at once" if preview.guard.touched else "Apply"
    return Question(
        reply=build_reply(
            _change_headline(preview, bot),
            WarningText(warning) if warning else None,
            tone=Tone.WARNING if warning else Tone.INFORMATION,
        ),
        choices=(Choice(label, args.model_copy(update={"name": bot_reference(bot)})),),
        subject=bot_name_with_mode(bot),
    )


async def is_tightening(args: EditArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle) -> bool:
    """Return whether an edit only moves a stop closer or lets the bot use less; without changes it opens a form."""
    if not args.changes:
        return True
    bot = await queries.find_bot(ctx.requester, args.name)
    preview = await lifecycle.check_edit(bot.bot_id, args.changes, ctx.operator)
    return all(_is_less(one.name, preview.bot.config, preview.config) for one in preview.changed)


def _is_less(name: str, before: BotConfig, after: BotConfig) -> bool:
    """Return whether a changed setting risks less than before; whatever is not known to does not."""
    match name:
        case "stop_loss":
            old, new = before.barriers.stop_loss, after.barriers.stop_loss
            return new is not None and (old is None or new < old)
        case "stake":
            return before.stake is not None and after.stake is not None and after.stake < before.stake
        case "capital":
            return after.capital < before.capital
        case _:
            return False


@command(
    "edit",
    Role.TRADER,
    "/edit alpha stop_loss=3%",
    "/edit alpha capital=500 fast=10",
    "/edit alpha tag=trend,btc",
    "/edit alpha",
    confirm=ask_edit,
    reduces_risk=is_tightening,
)
async def edit(
    args: EditArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle, forms: FormService
) -> Reply:
    """Change a bot's settings; validated first, a new version is kept.

    Symbol, account and strategy are fixed after the first run: /clone.
    tag=trend,btc sets its tags, tag=none takes them off.
    """
    bot = await queries.find_bot(ctx.requester, args.name)
    if args.tag is not None:
        view = await lifecycle.tag_bot(bot.bot_id, parse_tags(args.tag), ctx.operator, ctx.trace_id)
        if not args.changes:
            return _tags_reply(bot, view.bot)
    if not args.changes:
        return await forms.open_form(EDIT_BOT_FORM, ((BOT, bot.bot_id),), ctx)
    try:
        done = await lifecycle.edit_bot(bot.bot_id, args.changes, ctx.operator, ctx.trace_id)
    except UserError as error:
        raise edit_refusal(error, bot, args.changes) from None
    before = (join_text(f"{one.name}=", setting_text(one.before, one)) for one in done.changed)
    undo = amount_button("Undo", join_text(f"/edit {bot_reference(done.bot)} ", join_with(" ", before)))
    return build_reply(
        _change_headline(done, bot),
        Text(_effect_text(await queries.figures(done.bot), done)),
        button_row(Button("Card", f"/bot {bot_reference(bot)}", ButtonStyle.PRIMARY), undo),
        tone=Tone.SUCCESS,
        subject_key=f"bot:{bot.bot_id}",
    )


@command("rename", Role.TRADER, "/rename alpha beta")
async def rename(
    args: RenameArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle, topics: Topics, cards: BotCards
) -> Reply:
    """Give a bot another name."""
    bot = await queries.find_bot(ctx.requester, args.name)
    view = await lifecycle.rename_bot(bot.bot_id, args.new, ctx.operator, ctx.trace_id)
    await topics.rename_topics(view.bot)
    return await cards.show_change(view.bot, ctx, f"renamed from {bot.name}, {view.bot.status}")


async def ask_delete(args: BotArguments, ctx: CommandContext, queries: Queries) -> Question | None:
    """Ask before a bot is deleted; raise Refused if it cannot be."""
    row = await queries.figures(await queries.find_bot(ctx.requester, args.name))
    bot = row.bot
    if row.quantity and row.dust is None:
        fix = CommandFix("stop", (bot.name, "policy=flatten"))
        side, held = side_label(row.quantity), Money(abs(row.quantity), row.market.base)
        raise Refused("bot-still-holds", fix, bot=bot.name, mode=bot.mode, status=bot.status, side=side, held=held)
    if bot.status in ACTIVE_STATUSES:
        fix = CommandFix("stop", (bot.name,))
        raise Refused("bot-still-active", fix, bot=bot.name, mode=bot.mode, status=bot.status)
    return Question(
        reply=build_reply(bot_headline(bot, join_text("delete it?", _kept_text(row))), tone=Tone.ERROR),
        choices=(Choice("Delete", BotArguments(name=bot_reference(bot))),),
        subject=bot_name_with_mode(bot),
        cancel_label="Back",
    )


@command("delete", Role.TRADER, "/delete alpha", confirm=ask_delete)
async def delete(args: BotArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle) -> Reply:
    """Delete a bot that neither runs nor holds anything."""
    bot = await queries.find_bot(ctx.requester, args.name)
    row = await queries.figures(bot)
    deleted = await lifecycle.delete_bot(bot.bot_id, ctx.operator, ctx.trace_id)
    trades = (Button("Trades", f"/trades {bot_reference(deleted)}"),) if _trade_count(row) else ()
    headline = bot_headline(deleted, join_text("deleted.", _kept_text(row)), DONE)
    return sentence_reply(headline, FLEET_BUTTON, *trades, tone=Tone.NEUTRAL)


def _trade_count(row: BotFigures) -> int:
    ledger = row.view.ledger
    return ledger.next_number - (ledger.trade is None)


def _kept_text(row: BotFigures) -> RichText:
    """Say what is left of a bot: its trades, and what cannot be sold."""
    trades = _trade_count(row)
    kept = f" Its {count_text(trades, 'trade stays', 'trades stay')} in the books." if trades else ""
    dust = row.dust
    return join_text(kept, " ", dust_text(dust, row.market)) if dust else kept


@command("cancel", Role.TRADER, "/cancel alpha o-8F2K", effect=Effect.REDUCES_RISK)
async def cancel(
    args: CancelArguments, ctx: CommandContext, queries: Queries, explanations: ExplanationReader, lifecycle: Lifecycle
) -> Reply:
    """Cancel one of a bot's own orders."""
    bot = await queries.find_bot(ctx.requester, args.name)
    order = await explanations.find_order(ctx.requester, args.order, bot)
    reference = short_reference(order.intent.reference)
    if not order.is_working:
        raise Refused("order-over", reference=reference, bot=bot.name, mode=bot.mode, status=order.status)
    await lifecycle.cancel_order(bot.bot_id, order.intent.client_order_id, ctx.operator, ctx.trace_id)
    market = await queries.market_of(bot)
    amount = numbers.quantity(order.remaining_quantity, market.step, market.base)
    text = join_text(f"order {reference} is being canceled: {order.intent.side} ", amount)
    orders = Button("Orders", f"/orders {bot_reference(bot)}", ButtonStyle.PRIMARY)
    return sentence_reply(bot_headline(bot, text, DONE), orders)


def _tags_reply(before: Bot, bot: Bot) -> Reply:
    undo = Button("Undo", f"/edit {bot_reference(bot)} tag={tags_text(before.tags)}")
    card = Button("Card", f"/bot {bot_reference(bot)}", ButtonStyle.PRIMARY)
    return sentence_reply(bot_headline(bot, f"tags {tags_text(bot.tags)}", DONE), card, undo)


def _change_headline(preview: EditPreview, bot: Bot) -> Headline:
    changes = (
        join_text(f"{one.name} ", setting_text(one.before, one), " -> ", setting_text(one.after, one))
        for one in preview.changed
    )
    return bot_headline(bot, join_text(f"v{preview.version}: ", join_with(", ", changes)), "")


def _effect_text(row: BotFigures, done: EditPreview) -> RichText:
    guard: RichText = ""
    if row.quantity and {one.name for one in done.changed} & {spec.name for spec in BARRIER_FIELDS}:
        guard = edited_guard_text(row)
    if row.bot.status not in ACTIVE_STATUSES:
        return join_text("Applied. It counts from the next run.", guard)
    if row.quantity:
        return join_text("Applied, from the next candle; the position stays, its exit follows the change.", guard)
    return "Applied, from the next candle."
