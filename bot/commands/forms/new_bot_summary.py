"""Summary of a new bot: what it will be, and the answers that create it."""

from bot.commands.forms.field_steps import KeyboardRows
from bot.commands.forms.form import FormState, FormStep, answer_button
from bot.commands.reply.amount_visibility import amount_button
from bot.commands.reply.blocks import ButtonStyle, Headline, KeyValues, WarningText
from bot.commands.reply.input_text import count_text, quote_words
from bot.commands.reply.sheet import FormField
from bot.commands.text.config_rows import config_rows, new_bot_command
from bot.engine.bots.checks import NewBotPreview
from bot.strategy.registry import StrategyRegistry

CREATE, CREATE_AND_RUN = "create", "create and run"
RUN_WORDS = frozenset({CREATE_AND_RUN, "run", "create run"})
CREATE_WORDS = frozenset({CREATE, "yes", "y", "ok"})
NAME, PARAMETERS, RISK = "name", "parameters", "risk"
SUMMARY_WORDS = RUN_WORDS | CREATE_WORDS | {NAME, PARAMETERS, RISK}
"""Answers to the summary, which its menus take too."""


def summary_step(
    state: FormState, checked: NewBotPreview, strategies: StrategyRegistry, sheet: tuple[FormField, ...]
) -> FormStep:
    """Return the last question, after which the bot is created; `sheet` are the fields that may still change."""
    line = new_bot_command(checked.name, checked.config, checked.account.label, strategies, checked.tags)
    rows = config_rows(checked.config, checked.market, checked.account.label, strategies, checked.plan)
    tags = [("Tags", ", ".join(checked.tags))] if checked.tags else []
    table = KeyValues((("Name", checked.name), *tags, *rows, ("Warm-up", count_text(checked.warm_up, "candle"))))
    return FormStep(
        headline=Headline("check and create", name="New bot", mode=checked.account.mode),
        blocks=(table, *(WarningText(quote_words(text)) for text in checked.warnings)),
        choices=(*_ways_on(state), (amount_button("Copy /new", "", copy_text=line),)),
        sheet=sheet,
        takes_numbers=True,
    )


def _ways_on(state: FormState) -> KeyboardRows:
    first = (
        answer_button(state.form_id, "Create and run", CREATE_AND_RUN, ButtonStyle.SUCCESS),
        answer_button(state.form_id, "Create", CREATE, ButtonStyle.SUCCESS),
    )
    more = tuple(answer_button(state.form_id, name.capitalize(), name) for name in (NAME, PARAMETERS, RISK))
    return first, more
