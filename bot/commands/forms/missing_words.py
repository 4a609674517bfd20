"""Form that asks for one missing word of a command, such as a bot or a new name."""

from dataclasses import dataclass

from bot.commands.forms.field_steps import BUTTONS_PER_ROW, name_rows
from bot.commands.forms.form import AnswerOutcome, Form, FormStart, FormState, FormStep, RunCommand, answer_button
from bot.commands.reply.blocks import Button, Headline, Text, fill_rows
from bot.commands.reply.inline_time import join_text
from bot.commands.reply.input_text import count_text, echo_text, quote_words
from bot.commands.spec.parse import ParsedCommand, argument_spec, parse_command, split_command
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import ArgumentKind, ArgumentSpec, ChoiceSource
from bot.commands.text.labels import bot_name_with_mode
from bot.commands.text.time_input import USUAL_ZONES
from bot.commands.views.list_tables import order_label
from bot.domain.errors import CommandFix, InvalidInput, Refused
from bot.engine.people.operators import Operators
from bot.engine.people.permissions import Requester
from bot.engine.reports.history import HistoryReader
from bot.engine.reports.queries import ID_PREFIX, Queries

MISSING_WORDS_FORM = "fill"
LINE, FIELD = "line to complete", "missing word"
MAX_OFFERED = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _MissingWord:
    """A line with the field it lacks; `asker` has the role that the line's command requires."""

    line: str
    field: str
    argument: ArgumentSpec
    parsed: ParsedCommand
    asker: Requester

    @property
    def command(self) -> str:
        return f"/{split_command(self.line).name}"

    @property
    def named_bots(self) -> tuple[str, ...]:
        """Return the bots that the line names."""
        infos = self.parsed.spec.arguments.model_fields
        given = [
            value
            for name, value in self.parsed.values.items()
            if name in infos and argument_spec(infos[name]).choice_source is ChoiceSource.BOTS
        ]
        return tuple(name for value in given for name in (value if isinstance(value, tuple) else (str(value),)))

    def completed_line(self, value: str) -> str:
        """Return the line with the word at its place, as `name=value` if it has blanks or quotes."""
        if not set(value) & set(" ='\"“«"):
            return f"{self.line} {value}"
        mark = "'" if '"' in value else '"'
        return f"{self.line} {self.field}={mark}{value}{mark}"


class MissingWordsForm(Form):
    """Asks for the missing word and then runs the whole line."""

    name = MISSING_WORDS_FORM

    def __init__(
        self, registry: CommandRegistry, queries: Queries, history: HistoryReader, operators: Operators
    ) -> None:
        self._registry = registry
        self._queries = queries
        self._history = history
        self._operators = operators

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Check the bots that are named already."""
        missing = self._missing_word(state, ctx)
        await self._queries.find_bots(missing.asker, missing.named_bots)
        return state, None

    async def ask_field(self, state: FormState, field: str, ctx: CommandContext) -> FormStep:
        """Ask for the word, offering bots, orders or other choices."""
        del field
        missing = self._missing_word(state, ctx)
        match missing.argument.choice_source:
            case ChoiceSource.BOTS:
                return await self._bot_step(missing)
            case ChoiceSource.ORDERS:
                return await self._order_step(state, missing)
            case ChoiceSource.PEOPLE:
                offered = [one.operator.name for one in await self._operators.members()][:MAX_OFFERED]
            case ChoiceSource.ZONES:
                offered = list(USUAL_ZONES)
            case _:
                offered = list(missing.argument.choices)
        expectation, spec = missing.argument.expectation, missing.parsed.spec
        # A hidden command was not typed, a button stands for it.
        line = spec.summary if spec.is_hidden else quote_words(await self._readable_line(missing))
        return FormStep(
            headline=Headline(join_text(line, f" · {expectation}?")),
            blocks=(Text(f"Send {expectation}, for example {missing.argument.example}"),),
            choices=name_rows(state, offered),
        )

    async def process_answer(self, state: FormState, field: str, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Handle the word; a bot must exist."""
        del field
        missing = self._missing_word(state, ctx)
        if missing.argument.choice_source is ChoiceSource.BOTS:
            names = text.split() if missing.argument.kind is ArgumentKind.VARIADIC else [text]
            await self._queries.find_bots(missing.asker, tuple(names))
        return RunCommand(missing.completed_line(text))

    async def _bot_step(self, missing: _MissingWord) -> FormStep:
        bots = await self._queries.visible_bots(missing.asker)
        if not bots:
            raise InvalidInput("bot-needed", CommandFix("new"), command=missing.command)
        buttons = [Button(bot.name, missing.completed_line(f"{ID_PREFIX}{bot.bot_id}")) for bot in bots[:MAX_OFFERED]]
        if missing.argument.kind is ArgumentKind.VARIADIC and len(bots) > 1:
            buttons.append(Button("all", missing.completed_line("all")))
        rest = len(bots) - MAX_OFFERED
        hint = (Text(f"{count_text(rest, 'bot')} more: send a name, /bots lists all."),) if rest > 0 else ()
        headline = Headline(f"{missing.command} · which bot?")
        return FormStep(headline=headline, blocks=hint, choices=fill_rows(buttons, BUTTONS_PER_ROW).rows)

    async def _order_step(self, state: FormState, missing: _MissingWord) -> FormStep:
        bot = await self._queries.find_bot(missing.asker, str(missing.parsed.values.get("name")))
        resting = await self._history.working_orders((bot,))
        if not resting:
            raise Refused("no-resting-order", CommandFix("bot", (bot.name,)), bot=bot.name, mode=bot.mode)
        buttons = [answer_button(state.form_id, order_label(row), row.item.intent.reference) for row in resting]
        headline = Headline(f"{missing.command} {bot.name} · which order?")
        return FormStep(headline=headline, choices=fill_rows(buttons[:MAX_OFFERED], BUTTONS_PER_ROW).rows)

    async def _readable_line(self, missing: _MissingWord) -> str:
        """Return the line with names and modes of its bots."""
        words = [
            bot_name_with_mode(await self._queries.find_bot(missing.asker, word))
            if word in missing.named_bots
            else word
            for word in missing.line.split()
        ]
        return " ".join(words)

    def _missing_word(self, state: FormState, ctx: CommandContext) -> _MissingWord:
        line, field = state.value(LINE) or "", state.value(FIELD) or ""
        parsed = parse_command(self._registry, line)
        info = parsed.spec.arguments.model_fields.get(field)
        if info is None:
            raise InvalidInput("form-line-over", line=echo_text(line))
        asker = ctx.with_required_role(parsed.spec.role).requester
        return _MissingWord(line=line, field=field, argument=argument_spec(info), parsed=parsed, asker=asker)
