"""The form that asks for one missing word of a command, such as which bot or the new name."""

from bot.commands.forms.field_steps import name_rows, split_into_rows
from bot.commands.forms.form import AnswerOutcome, FormStart, FormState, FormStep, RunCommand, answer_button
from bot.commands.reply.blocks import Button, Headline, Text
from bot.commands.reply.input_text import clean_text, count_text, echo_text
from bot.commands.spec.parse import ParsedCommand, argument_spec, parse_command, split_command
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import ArgumentKind, ArgumentSpec, ChoiceSource
from bot.commands.text.labels import bot_name_with_mode
from bot.commands.views.list_tables import order_label
from bot.domain.errors import InvalidInput, Refused
from bot.engine.people.operators import Operators
from bot.engine.people.permissions import Requester
from bot.engine.reports.history import HistoryReader
from bot.engine.reports.queries import ID_PREFIX, Queries

MISSING_WORDS_FORM = "fill"
LINE, FIELD = "line", "field"
MAX_OFFERED = 24


class MissingWordsForm:
    """Asks for the missing word and then carries the whole line out."""

    def __init__(
        self, registry: CommandRegistry, queries: Queries, history: HistoryReader, operators: Operators
    ) -> None:
        self._registry = registry
        self._queries = queries
        self._history = history
        self._operators = operators

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return MISSING_WORDS_FORM

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Look for the bots that are named already: it makes no sense to ask on about others."""
        parsed = parse_command(self._registry, state.value(LINE) or "")
        for name, info in parsed.spec.arguments.model_fields.items():
            given = parsed.values.get(name)
            if given and argument_spec(info).choice_source is ChoiceSource.BOTS:
                names = given if isinstance(given, tuple) else (str(given),)
                await self._queries.find_bots(_asker(parsed, ctx), names)
        return FormStart(state)

    async def current_step(self, state: FormState, ctx: CommandContext) -> FormStep:
        """Ask for the word, offering the bots or orders where one of them is wanted."""
        line, field = state.value(LINE) or "", state.value(FIELD) or ""
        word = self._argument_spec(line, field)
        match word.choice_source:
            case ChoiceSource.BOTS:
                return await self._bot_step(line, field, word, ctx)
            case ChoiceSource.ORDERS:
                return await self._order_step(state, line, ctx)
            case _:
                expected = Text(f"Send {word.expectation}, for example {word.example}")
                title = f"{await self._readable_line(line, ctx)} · {word.expectation}?"
                offered = name_rows(state, await self._offered_values(word))
                return FormStep(headline=Headline(title), blocks=(expected,), choices=offered, has_back=False)

    async def _offered_values(self, spec: ArgumentSpec) -> list[str]:
        """Return what may be tapped: who is aboard, or the choices there are."""
        if spec.choice_source is ChoiceSource.PEOPLE:
            return [one.operator.name for one in await self._operators.members()][:MAX_OFFERED]
        return list(spec.choices)

    async def process_answer(self, state: FormState, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Take the word; a bot must exist."""
        line, field = state.value(LINE) or "", state.value(FIELD) or ""
        word = self._argument_spec(line, field)
        value = clean_text(text)
        if word.choice_source is ChoiceSource.BOTS:
            names = tuple(value.split()) if word.kind is ArgumentKind.VARIADIC else (value,)
            await self._queries.find_bots(_asker(parse_command(self._registry, line), ctx), names)
        return RunCommand(_complete_line(line, field, value))

    def previous_state(self, state: FormState) -> FormState:
        """Stay: there is nothing before the only question."""
        return state

    async def _bot_step(self, line: str, field: str, spec: ArgumentSpec, ctx: CommandContext) -> FormStep:
        command = split_command(line).name
        bots = await self._queries.visible_bots(_asker(parse_command(self._registry, line), ctx))
        if not bots:
            raise InvalidInput(
                f"/{command} needs a bot and there are none yet. Expected one made before, for example /new",
                fix="/new",
                fix_label="Create a bot",
            )
        buttons = [
            Button(bot.name, _complete_line(line, field, f"{ID_PREFIX}{bot.bot_id}")) for bot in bots[:MAX_OFFERED]
        ]
        if spec.kind is ArgumentKind.VARIADIC and len(bots) > 1:
            buttons.append(Button("all", _complete_line(line, field, "all")))
        rest = len(bots) - MAX_OFFERED
        hint = (Text(f"{count_text(rest, 'bot')} more: send a name, /bots lists all."),) if rest > 0 else ()
        return FormStep(
            headline=Headline(f"/{command} · which bot?"), blocks=hint, choices=split_into_rows(buttons), has_back=False
        )

    async def _order_step(self, state: FormState, line: str, ctx: CommandContext) -> FormStep:
        parsed = parse_command(self._registry, line)
        bot = await self._queries.find_bot(_asker(parsed, ctx), str(parsed.values.get("name")))
        resting = await self._history.working_orders((bot,))
        if not resting:
            raise Refused(f"no order of {bot_name_with_mode(bot)} rests.", fix=f"/bot {bot.name}", fix_label="Card")
        buttons = [answer_button(state.form_id, order_label(row), row.item.intent.reference) for row in resting]
        title = Headline(f"/{split_command(line).name} {bot.name} · which order?")
        return FormStep(headline=title, choices=split_into_rows(buttons[:MAX_OFFERED]), has_back=False)

    async def _readable_line(self, line: str, ctx: CommandContext) -> str:
        """Write a line with the names and modes of its bots."""
        parsed = parse_command(self._registry, line)
        given = [value for name, value in parsed.values.items() if self._is_bot_argument(line, name)]
        bots = {word for value in given for word in (value if isinstance(value, tuple) else (str(value),))}
        requester = _asker(parsed, ctx)
        words = [
            bot_name_with_mode(await self._queries.find_bot(requester, word)) if word in bots else word
            for word in line.split()
        ]
        return " ".join(words)

    def _is_bot_argument(self, line: str, field: str) -> bool:
        info = self._registry.resolve_command(split_command(line).name).spec.arguments.model_fields.get(field)
        return info is not None and argument_spec(info).choice_source is ChoiceSource.BOTS

    def _argument_spec(self, line: str, field: str) -> ArgumentSpec:
        spec = self._registry.resolve_command(split_command(line).name).spec
        info = spec.arguments.model_fields.get(field)
        if info is None:
            raise InvalidInput(f"this form is over ({echo_text(line)}). Expected a command, for example /help")
        return argument_spec(info)


def _asker(parsed: ParsedCommand, ctx: CommandContext) -> Requester:
    """Return the person asking for what the line's command needs."""
    return ctx.with_required_role(parsed.spec.role).requester


def _complete_line(line: str, field: str, value: str) -> str:
    """Add a word at its place; one with blanks or signs by its name, since it must not fall apart."""
    if not set(value) & set(" ='\"“«"):
        return f"{line} {value}"
    mark = "'" if '"' in value else '"'
    return f"{line} {field}={mark}{value}{mark}"
