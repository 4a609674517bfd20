"""The form of `/edit` without changes: which setting, its new value, then what would change."""

from bot.commands.forms.field_steps import field_step, name_rows
from bot.commands.forms.form import FormState, Going, Handover, Opening, Outcome, Step
from bot.commands.reply.blocks import SEPARATOR, KeyValues
from bot.commands.reply.input_text import clean, echo, nearest
from bot.commands.reply.sheet import named_line, named_words, setting_field
from bot.commands.spec.request import Context
from bot.commands.text.config_rows import setting_rows
from bot.commands.text.labels import bot_line, handle
from bot.domain.errors import InvalidInput
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.bots.configuration import setting_specs
from bot.engine.bots.setting_fields import settings_of
from bot.engine.reports.queries import BY_ID, Queries
from bot.strategy.field_spec import FieldSpec
from bot.strategy.fields import narrowed, parse_value
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
            model = self._strategies.get(bot.config.strategy).Parameters
            spec = narrowed(model, specs[field], dict(bot.config.parameters))
            return field_step(state, spec, self._current(bot, spec), f"{bot.name}{SEPARATOR}{bot.mode}")
        return Step(
            headline=bot_line(bot, "edit · which setting?", ""),
            blocks=(KeyValues(tuple(setting_rows(bot.config, self._strategies))),),
            choices=name_rows(state, list(specs)),
            has_back=False,
            sheet=tuple(setting_field(spec, self._current(bot, spec)) for spec in specs.values()),
        )

    def back(self, state: FormState) -> FormState:
        """Return to the choice of the setting."""
        return state.without(FIELD)

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take the setting's name (or `name=value`), then its value."""
        bot = await self._bot(state, ctx)
        specs = self._specs(bot)
        field = state.value(FIELD)
        words = named_words(clean(text))
        if len(words) > 1:
            return self._changed(bot, words, specs)
        if words:
            ((name, value),) = words
            return self._handover(bot, (_known(specs, name), value))
        if field is not None:
            return self._handover(bot, (specs[field], clean(text)))
        return Going(state.with_answer(FIELD, _known(specs, clean(text).casefold()).name))

    def _handover(self, bot: Bot, *changes: tuple[FieldSpec, str]) -> Handover:
        words = {spec.name: spec.shown(parse_value(spec, value)) for spec, value in changes}
        return Handover(f"/edit {handle(bot)} {named_line(words)}")

    def _changed(self, bot: Bot, words: tuple[tuple[str, str], ...], specs: dict[str, FieldSpec]) -> Handover:
        """Hand over what differs of the values of a whole sheet; raise InvalidInput if nothing does."""
        named = [(_known(specs, name), value) for name, value in words]
        changes = [(spec, value) for spec, value in named if value and value != self._current(bot, spec)]
        if not changes:
            raise InvalidInput(f"nothing differs. Expected a new value, for example {named[0][0].name}=…")
        return self._handover(bot, *changes)

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
