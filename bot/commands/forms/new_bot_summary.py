"""Summary of a new bot before its creation, and its card afterwards."""

from dataclasses import replace

from bot.commands.forms.form import FormState, FormStep, answer_button
from bot.commands.reply.amount_visibility import amount_button
from bot.commands.reply.blocks import ButtonStyle, Headline, KeyValues, Reply, Tone, WarningText
from bot.commands.reply.input_text import count_text, quote_words
from bot.commands.spec.request import CommandContext
from bot.commands.text.config_rows import config_rows, new_bot_command
from bot.commands.text.labels import STOPPED, bot_headline
from bot.commands.text.refusal import error_text
from bot.commands.views.card import bot_card, load_card_data
from bot.domain.errors import UserError
from bot.domain.instance import BotStatus
from bot.engine.bots.checks import NewBotPreview
from bot.engine.reports.queries import BotFigures, Queries
from bot.strategy.registry import StrategyRegistry


def summary_step(state: FormState, checked: NewBotPreview, strategies: StrategyRegistry) -> FormStep:
    """Return the summary of a new bot with its warnings."""
    mode = checked.account.mode
    first = (
        answer_button(state.form_id, "Create and run", "create and run", ButtonStyle.SUCCESS),
        answer_button(state.form_id, "Create", "create", ButtonStyle.SUCCESS),
    )
    more = tuple(answer_button(state.form_id, label, label.casefold()) for label in ("Name", "Parameters", "Risk"))
    line = new_bot_command(checked.name, checked.config, checked.account.label, strategies)
    rows = config_rows(checked.config, checked.market, checked.account.label, strategies)
    table = KeyValues((("Name", checked.name), *rows, ("Warm-up", count_text(checked.warm_up, "candle"))))
    return FormStep(
        headline=Headline("check and create", name="New bot", mode=mode),
        blocks=(table, *(WarningText(quote_words(text)) for text in checked.warnings)),
        choices=(first, more, (amount_button("Copy /new", "", copy_text=line),)),
    )


async def created_bot_reply(
    row: BotFigures,
    ctx: CommandContext,
    queries: Queries,
    strategies: StrategyRegistry,
    refusal: UserError | None = None,
) -> Reply:
    """Return the card of a created bot; `refusal` is the reason why it was not started as asked."""
    bot = row.bot
    state = "created, never run" if bot.status is BotStatus.CREATED else f"created and {bot.status}"
    headline = bot_headline(bot, state, STOPPED if bot.status is BotStatus.CREATED else None)
    card = bot_card(await load_card_data(row, ctx, queries), strategies, headline)
    if refusal is None:
        return card
    first, *others = card.blocks
    return replace(card, blocks=(first, WarningText(error_text(refusal)), *others), tone=Tone.WARNING)
