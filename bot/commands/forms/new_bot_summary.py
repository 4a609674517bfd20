"""What a new bot will be, to check before it is created, and what it is afterwards."""

from dataclasses import replace

from bot.commands.forms.form import FormState, Step, answer_button
from bot.commands.reply.blocks import Button, Headline, KeyValues, Meaning, Reply, Tone, Warn
from bot.commands.reply.input_text import counted
from bot.commands.spec.request import Context
from bot.commands.text.config_rows import config_rows, new_line
from bot.commands.text.labels import STOPPED, bot_line
from bot.commands.text.refusal import error_text
from bot.commands.views.card import bot_card, card_facts
from bot.domain.errors import UserError
from bot.domain.instance import BotStatus
from bot.engine.bots.checks import CheckedBot
from bot.engine.reports.queries import BotFigures, Queries
from bot.strategy.registry import StrategyRegistry


def summary_step(state: FormState, checked: CheckedBot, strategies: StrategyRegistry) -> Step:
    """Show what would be created, with its warnings."""
    mode = checked.account.mode
    first = (
        answer_button(state.form_id, "Create and run", "create and run", Meaning.SUCCESS),
        answer_button(state.form_id, "Create", "create", Meaning.SUCCESS),
    )
    more = tuple(answer_button(state.form_id, label, label.casefold()) for label in ("Name", "Parameters", "Risk"))
    line = new_line(checked.name, checked.config, checked.account.label, strategies)
    return Step(
        headline=Headline("check and create", name="New bot", mode=mode),
        blocks=(
            KeyValues(summary_rows(checked, strategies)),
            *(Warn(text) for text in checked.warnings),
        ),
        choices=(first, more, (Button("Copy /new", "", copied=line),)),
    )


def summary_rows(checked: CheckedBot, strategies: StrategyRegistry) -> tuple[tuple[str, str], ...]:
    """Return the rows of the summary: name, place, money, parameters, barriers, warm-up."""
    rows = config_rows(checked.config, checked.market, checked.account.label, strategies)
    return (("Name", checked.name), *rows, ("Warm-up", counted(checked.warm_up, "candle")))


async def created(
    row: BotFigures, ctx: Context, queries: Queries, strategies: StrategyRegistry, refusal: UserError | None = None
) -> Reply:
    """Turn the form into the card of the new bot; `refusal` is why it was not run as asked."""
    bot = row.bot
    state = "created, never run" if bot.status is BotStatus.CREATED else f"created and {bot.status}"
    headline = bot_line(bot, state, STOPPED if bot.status is BotStatus.CREATED else None)
    card = bot_card(await card_facts(row, ctx, queries), strategies, headline)
    if refusal is None:
        return card
    first, *others = card.blocks
    return replace(card, blocks=(first, Warn(error_text(refusal)), *others), tone=Tone.LOOK)
