"""The form that asks for one missing word of a command, such as which bot or the new name."""

from bot.commands.forms.field_steps import name_rows, rows
from bot.commands.forms.form import FormState, Handover, Opening, Outcome, Step, answer_button
from bot.commands.reply.blocks import Button, Headline, Text
from bot.commands.reply.input_text import clean, counted, echo
from bot.commands.spec.parse import Parsed, head_of, parse, word_of
from bot.commands.spec.registry import Registry
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Completion, Place, Word
from bot.commands.text.labels import named
from bot.commands.views.list_tables import order_label
from bot.domain.errors import InvalidInput, Refused
from bot.engine.people.operators import Crew
from bot.engine.people.permissions import Asker
from bot.engine.reports.history import Lists
from bot.engine.reports.queries import BY_ID, Queries

FILL = "fill"
LINE, FIELD = "line", "field"
MOST_OFFERED = 24


class FillScript:
    """Asks for the missing word and then carries the whole line out."""

    def __init__(self, registry: Registry, queries: Queries, lists: Lists, crew: Crew) -> None:
        self._registry = registry
        self._queries = queries
        self._lists = lists
        self._crew = crew

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return FILL

    async def begin(self, state: FormState, ctx: Context) -> Opening:
        """Look for the bots that are named already: it makes no sense to ask on about others."""
        parsed = parse(self._registry, state.value(LINE) or "")
        for name, info in parsed.spec.arguments.model_fields.items():
            given = parsed.given.get(name)
            if given and word_of(info).completion is Completion.BOTS:
                names = given if isinstance(given, tuple) else (str(given),)
                await self._queries.find_all(_asker(parsed, ctx), names)
        return Opening(state)

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Ask for the word, offering the bots or orders where one of them is wanted."""
        line, field = state.value(LINE) or "", state.value(FIELD) or ""
        word = self._word(line, field)
        match word.completion:
            case Completion.BOTS:
                return await self._which_bot(line, field, word, ctx)
            case Completion.ORDERS:
                return await self._which_order(state, line, ctx)
            case _:
                expected = Text(f"Send {word.expects}, for example {word.example}")
                title = f"{await self._shown(line, ctx)} · {word.expects}?"
                offered = name_rows(state, await self._offers(word))
                return Step(headline=Headline(title), blocks=(expected,), choices=offered, has_back=False)

    async def _offers(self, word: Word) -> list[str]:
        """Return what may be tapped: who is aboard, or the choices there are."""
        if word.completion is Completion.PEOPLE:
            return [one.operator.name for one in await self._crew.members()][:MOST_OFFERED]
        return list(word.choices)

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take the word; a bot must exist."""
        line, field = state.value(LINE) or "", state.value(FIELD) or ""
        word = self._word(line, field)
        value = clean(text)
        if word.completion is Completion.BOTS:
            names = tuple(value.split()) if word.place is Place.MANY else (value,)
            await self._queries.find_all(_asker(parse(self._registry, line), ctx), names)
        return Handover(_completed(line, field, value))

    def back(self, state: FormState) -> FormState:
        """Stay: there is nothing before the only question."""
        return state

    async def _which_bot(self, line: str, field: str, word: Word, ctx: Context) -> Step:
        command = head_of(line).name
        bots = await self._queries.visible(_asker(parse(self._registry, line), ctx))
        if not bots:
            raise InvalidInput(
                f"/{command} needs a bot and there are none yet. Expected one made before, for example /new",
                fix="/new",
                fix_label="Create a bot",
            )
        buttons = [Button(bot.name, _completed(line, field, f"{BY_ID}{bot.bot_id}")) for bot in bots[:MOST_OFFERED]]
        if word.place is Place.MANY and len(bots) > 1:
            buttons.append(Button("all", _completed(line, field, "all")))
        rest = len(bots) - MOST_OFFERED
        hint = (Text(f"{counted(rest, 'bot')} more: send a name, /bots lists all."),) if rest > 0 else ()
        return Step(headline=Headline(f"/{command} · which bot?"), blocks=hint, choices=rows(buttons), has_back=False)

    async def _which_order(self, state: FormState, line: str, ctx: Context) -> Step:
        parsed = parse(self._registry, line)
        bot = await self._queries.find(_asker(parsed, ctx), str(parsed.given.get("name")))
        resting = await self._lists.working_orders((bot,))
        if not resting:
            raise Refused(f"no order of {named(bot)} rests.", fix=f"/bot {bot.name}", fix_label="Card")
        buttons = [answer_button(state.form_id, order_label(row), row.item.intent.reference) for row in resting]
        title = Headline(f"/{head_of(line).name} {bot.name} · which order?")
        return Step(headline=title, choices=rows(buttons[:MOST_OFFERED]), has_back=False)

    async def _shown(self, line: str, ctx: Context) -> str:
        """Write a line with the names and modes of its bots."""
        parsed = parse(self._registry, line)
        given = [value for name, value in parsed.given.items() if self._names_bots(line, name)]
        bots = {word for value in given for word in (value if isinstance(value, tuple) else (str(value),))}
        asker = _asker(parsed, ctx)
        words = [named(await self._queries.find(asker, word)) if word in bots else word for word in line.split()]
        return " ".join(words)

    def _names_bots(self, line: str, field: str) -> bool:
        info = self._registry.find(head_of(line).name).spec.arguments.model_fields.get(field)
        return info is not None and word_of(info).completion is Completion.BOTS

    def _word(self, line: str, field: str) -> Word:
        spec = self._registry.find(head_of(line).name).spec
        info = spec.arguments.model_fields.get(field)
        if info is None:
            raise InvalidInput(f"this form is over ({echo(line)}). Expected a command, for example /help")
        return word_of(info)


def _asker(parsed: Parsed, ctx: Context) -> Asker:
    """Return the person asking for what the line's command needs."""
    return ctx.asking(parsed.spec.role).asker


def _completed(line: str, field: str, value: str) -> str:
    """Add a word at its place; one with blanks or signs by its name, since it must not fall apart."""
    if not set(value) & set(" ='\"“«"):
        return f"{line} {value}"
    mark = "'" if '"' in value else '"'
    return f"{line} {field}={mark}{value}{mark}"
