"""The form of `/edit` without changes: which setting, its new value, then what would change."""

from bot.commands.forms.field_steps import field_step, name_rows
from bot.commands.forms.form import AnswerOutcome, Continue, FormStart, FormState, FormStep, RunCommand
from bot.commands.reply.blocks import SEPARATOR, KeyValues
from bot.commands.reply.input_text import clean_text, closest_match, echo_text
from bot.commands.reply.sheet import key_value_line, parse_key_values, setting_form_field
from bot.commands.spec.request import CommandContext
from bot.commands.text.config_rows import setting_rows
from bot.commands.text.labels import bot_headline, bot_reference
from bot.domain.errors import InvalidInput
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.bots.configuration import setting_specs
from bot.engine.bots.setting_fields import setting_values
from bot.engine.reports.queries import ID_PREFIX, Queries
from bot.strategy.field_spec import FieldSpec
from bot.strategy.fields import narrow_bounds, parse_value
from bot.strategy.registry import StrategyRegistry

EDIT_BOT_FORM = "edit"
BOT, FIELD = "bot", "field"


class EditBotForm:
    """Asks which setting and which value, then hands the whole `/edit` line over."""

    def __init__(self, queries: Queries, strategies: StrategyRegistry) -> None:
        self._queries = queries
        self._strategies = strategies

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return EDIT_BOT_FORM

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Begin with what is known."""
        del ctx
        return FormStart(state)

    async def current_step(self, state: FormState, ctx: CommandContext) -> FormStep:
        """Ask for the setting, then for its value."""
        bot = await self._load_bot(state, ctx)
        specs = self._setting_specs(bot)
        field = state.value(FIELD)
        if field is not None:
            model = self._strategies.get_strategy(bot.config.strategy).Parameters
            spec = narrow_bounds(model, specs[field], dict(bot.config.parameters))
            return field_step(state, spec, self._current_value(bot, spec), f"{bot.name}{SEPARATOR}{bot.mode}")
        return FormStep(
            headline=bot_headline(bot, "edit · which setting?", ""),
            blocks=(KeyValues(tuple(setting_rows(bot.config, self._strategies))),),
            choices=name_rows(state, list(specs)),
            has_back=False,
            sheet=tuple(setting_form_field(spec, self._current_value(bot, spec)) for spec in specs.values()),
        )

    def previous_state(self, state: FormState) -> FormState:
        """Return to the choice of the setting."""
        return state.without_answer(FIELD)

    async def process_answer(self, state: FormState, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Take the setting's name (or `name=value`), then its value."""
        bot = await self._load_bot(state, ctx)
        specs = self._setting_specs(bot)
        field = state.value(FIELD)
        words = parse_key_values(clean_text(text))
        if len(words) > 1:
            return self._run_changed_settings(bot, words, specs)
        if words:
            ((name, value),) = words
            return self._run_edit_command(bot, (_find_setting(specs, name), value))
        if field is not None:
            return self._run_edit_command(bot, (specs[field], clean_text(text)))
        return Continue(state.with_answer(FIELD, _find_setting(specs, clean_text(text).casefold()).name))

    def _run_edit_command(self, bot: Bot, *changes: tuple[FieldSpec, str]) -> RunCommand:
        words = {spec.name: spec.format_value(parse_value(spec, value)) for spec, value in changes}
        return RunCommand(f"/edit {bot_reference(bot)} {key_value_line(words)}")

    def _run_changed_settings(
        self, bot: Bot, words: tuple[tuple[str, str], ...], specs: dict[str, FieldSpec]
    ) -> RunCommand:
        """Hand over what differs of the values of a whole sheet; raise InvalidInput if nothing does."""
        named = [(_find_setting(specs, name), value) for name, value in words]
        changes = [(spec, value) for spec, value in named if value and value != self._current_value(bot, spec)]
        if not changes:
            raise InvalidInput(f"nothing differs. Expected a new value, for example {named[0][0].name}=…")
        return self._run_edit_command(bot, *changes)

    async def _load_bot(self, state: FormState, ctx: CommandContext) -> Bot:
        return await self._queries.find_bot(
            ctx.with_required_role(Role.TRADER).requester, f"{ID_PREFIX}{state.value(BOT) or ''}"
        )

    def _setting_specs(self, bot: Bot) -> dict[str, FieldSpec]:
        return {spec.name: spec for spec in setting_specs(self._strategies.get_strategy(bot.config.strategy))}

    def _current_value(self, bot: Bot, spec: FieldSpec) -> str:
        values = dict(bot.config.parameters) | setting_values(bot.config)
        return spec.format_value(values.get(spec.name))


def _find_setting(specs: dict[str, FieldSpec], name: str) -> FieldSpec:
    if name in specs:
        return specs[name]
    example = closest_match(name, specs) or next(iter(specs))
    raise InvalidInput(f"no setting {echo_text(name)}. Expected one of {', '.join(specs)}, for example {example}")
