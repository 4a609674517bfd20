"""The form of `/edit` without changes: which setting, its new value, then what would change."""

from bot.commands.config_rows import setting_rows
from bot.commands.field_steps import field_step, name_rows
from bot.commands.form import FormState, Going, Handover, Opening, Outcome, Step
from bot.commands.reply import KeyValues
from bot.commands.request import Context
from bot.commands.wording import clean, echo, nearest
from bot.commands.words import bot_line, handle
from bot.domain.errors import InvalidInput
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.configuration import setting_specs
from bot.engine.configuration_field import settings_of
from bot.engine.queries import BY_ID, Queries
from bot.strategy.field_spec import FieldSpec
from bot.strategy.fields import parse_value
from bot.strategy.registry import StrategyRegistry

EDIT = "edit"
BOT, FIELD = "bot", "field"


class EditScript:
    """Asks which setting and which value, then hands the whole `/edit` line over."""

    def __init__(self, queries: Queries, strategies: StrategyRegistry) -> None:
        self._queries = queries
        self._strategies = strategies

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return EDIT

    async def begin(self, state: FormState, ctx: Context) -> Opening:
        """Begin with what is known."""
        del ctx
        return Opening(state)

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Ask for the setting, then for its value."""
        bot = await self._bot(state, ctx)
        specs = self._specs(bot)
        field = state.value(FIELD)
        if field is not None:
            return field_step(state, specs[field], self._current(bot, specs[field]), bot.name)
        return Step(
            headline=bot_line(bot, "edit · which setting?", ""),
            blocks=(KeyValues(tuple(setting_rows(bot.config, self._strategies))),),
            choices=name_rows(state, list(specs)),
            has_back=False,
        )

    def back(self, state: FormState) -> FormState:
        """Return to the choice of the setting."""
        return state.without(FIELD)

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take the setting's name (or `name=value`), then its value."""
        bot = await self._bot(state, ctx)
        specs = self._specs(bot)
        field = state.value(FIELD)
        name, has_value, value = clean(text).partition("=")
        if has_value or field is None:
            spec = _known(specs, name.strip().casefold())
            return self._handover(bot, spec, value) if has_value else Going(state.with_answer(FIELD, spec.name))
        return self._handover(bot, specs[field], name)

    def _handover(self, bot: Bot, spec: FieldSpec, value: str) -> Handover:
        return Handover(f'/edit {handle(bot)} {spec.name}="{spec.shown(parse_value(spec, value))}"')

    async def _bot(self, state: FormState, ctx: Context) -> Bot:
        return await self._queries.find(ctx.asking(Role.TRADER).asker, f"{BY_ID}{state.value(BOT) or ''}")

    def _specs(self, bot: Bot) -> dict[str, FieldSpec]:
        return {spec.name: spec for spec in setting_specs(self._strategies.get(bot.config.strategy))}

    def _current(self, bot: Bot, spec: FieldSpec) -> str:
        values = dict(bot.config.parameters) | settings_of(bot.config)
        return spec.shown(values.get(spec.name))


def _known(specs: dict[str, FieldSpec], name: str) -> FieldSpec:
    if name in specs:
        return specs[name]
    example = nearest(name, specs) or next(iter(specs))
    raise InvalidInput(f"no setting {echo(name)}. Expected one of {', '.join(specs)}, for example {example}")
