"""Form of `/edit` without changes: the setting, its new value, then a preview of the change."""

from collections.abc import Mapping

from bot.commands.forms.field_steps import field_step, find_setting, name_rows
from bot.commands.forms.form import AnswerOutcome, Answers, Form, FormState, FormStep, RunCommand
from bot.commands.forms.price_steps import PriceSteps
from bot.commands.reply.amount_visibility import show_amounts
from bot.commands.reply.blocks import SEPARATOR, KeyValues
from bot.commands.reply.inline_time import plain_text
from bot.commands.reply.sheet import key_value_line, parse_key_values, setting_form_field
from bot.commands.spec.request import CommandContext
from bot.commands.text.config_rows import setting_rows
from bot.commands.text.labels import bot_headline, bot_reference
from bot.commands.text.refusal import reason_text
from bot.domain.errors import CommandFix, InvalidInput, UserError
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.bots.configuration import FIXED_AFTER_FIRST_RUN, setting_specs
from bot.engine.bots.setting_fields import setting_values
from bot.engine.reports.market_prices import MarketPriceReader
from bot.engine.reports.queries import ID_PREFIX, Queries
from bot.strategy.field_spec import FieldSpec
from bot.strategy.field_value import parse_value
from bot.strategy.fields import narrow_bounds
from bot.strategy.registry import StrategyRegistry

EDIT_BOT_FORM = "edit"
BOT = "bot to edit"


class EditBotForm(Form):
    """Asks for a setting and its value, then runs the complete `/edit` line."""

    name = EDIT_BOT_FORM

    def __init__(self, queries: Queries, strategies: StrategyRegistry, prices: MarketPriceReader) -> None:
        self._queries = queries
        self._strategies = strategies
        self._price_steps = PriceSteps(prices)

    async def ask_field(self, state: FormState, field: str, ctx: CommandContext) -> FormStep:
        """Ask for a setting's value, or for the setting."""
        bot = await self._load_bot(state, ctx)
        specs = self._setting_specs(bot)
        if field:
            model = self._strategies.get_strategy(bot.config.strategy).Parameters
            spec = narrow_bounds(model, specs[field], dict(bot.config.parameters))
            step = field_step(state, spec, _current_value(bot, spec), f"{bot.name}{SEPARATOR}{bot.mode}")
            place = bot.config.symbol, bot.venue
            return await self._price_steps.price_step(state, ctx, step, spec, place) if spec.is_price else step
        return FormStep(
            headline=bot_headline(bot, "edit · which setting?", ""),
            blocks=(KeyValues(tuple(setting_rows(bot.config, self._strategies))),),
            choices=name_rows(state, list(specs)),
            sheet=tuple(setting_form_field(spec, _current_value(bot, spec)) for spec in specs.values()),
        )

    async def process_answer(self, state: FormState, field: str, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Handle the setting's name, one or more `name=value`, or the value."""
        bot = await self._load_bot(state, ctx)
        specs = self._setting_specs(bot)
        words: Answers = parse_key_values(text) or (((field, text),) if field else ())
        if not words:
            return state.with_request(find_setting(specs, text.casefold()).name)
        changes = [(find_setting(specs, name), value) for name, value in words]
        if len(changes) > 1:
            # A whole sheet was sent: only values that differ are changes.
            changes = [(spec, value) for spec, value in changes if value and value != _current_value(bot, spec)]
        if not changes:
            raise InvalidInput("no-edit", name=words[0][0])
        texts = {spec.name: spec.format_value(parse_value(spec, value)) for spec, value in changes}
        return RunCommand(f"/edit {bot_reference(bot)} {key_value_line(texts)}")

    async def _load_bot(self, state: FormState, ctx: CommandContext) -> Bot:
        requester = ctx.with_required_role(Role.TRADER).requester
        return await self._queries.find_bot(requester, f"{ID_PREFIX}{state.value(BOT) or ''}")

    def _setting_specs(self, bot: Bot) -> dict[str, FieldSpec]:
        return {spec.name: spec for spec in setting_specs(self._strategies.get_strategy(bot.config.strategy))}


def edit_refusal(error: UserError, bot: Bot, changes: Mapping[str, str]) -> UserError:
    """Return the refusal of an edit, with the bot's name, and with a clone where only a clone can differ so."""
    if isinstance(error, InvalidInput):
        if bot.name not in plain_text(show_amounts(reason_text(error))):
            error.fields["unchanged"] = f"{bot.name}, {bot.mode}"
        return error
    fixed = tuple(f"{name}={changes[name]}" for name in FIXED_AFTER_FIRST_RUN if name in changes)
    if bot.has_run and fixed and error.fix is None:
        error.fix = CommandFix("clone", (bot.name, *fixed))
    return error


def _current_value(bot: Bot, spec: FieldSpec) -> str:
    return spec.format_value((dict(bot.config.parameters) | setting_values(bot.config)).get(spec.name))
