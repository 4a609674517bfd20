"""The form that asks for one missing word of a command, such as which bot or the new name."""

from bot.commands.form import FormState, Handover, Opening, Outcome, Step, answer_button
from bot.commands.parse import head_of, word_of
from bot.commands.registry import Registry
from bot.commands.reply import Button, Headline, Text
from bot.commands.request import Context
from bot.commands.spec import Completion, Place, Word
from bot.commands.wording import clean, echo
from bot.domain.errors import InvalidInput
from bot.engine.queries import BY_ID, Queries
from bot.engine.rights import Asker

FILL = "fill"
LINE, FIELD = "line", "field"
MOST_OFFERED = 24
A_ROW = 3


class FillScript:
    """Asks for the missing word and then carries the whole line out."""

    def __init__(self, registry: Registry, queries: Queries) -> None:
        self._registry = registry
        self._queries = queries

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return FILL

    async def begin(self, state: FormState, ctx: Context) -> Opening:
        """Begin with what is known."""
        del ctx
        return Opening(state)

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Ask for the word, offering the bots where one of them is wanted."""
        line, field = state.value(LINE) or "", state.value(FIELD) or ""
        word = self._word(line, field)
        command = head_of(line).name
        if word.completion is Completion.BOTS:
            bots = await self._queries.visible(self._asker(line, ctx))
            if not bots:
                raise InvalidInput(
                    f"/{command} needs a bot and there are none yet. Expected one made before, for example /new",
                    fix="/new",
                    fix_label="Create a bot",
                )
            buttons = [Button(bot.name, _completed(line, field, f"{BY_ID}{bot.bot_id}")) for bot in bots[:MOST_OFFERED]]
            if word.place is Place.MANY and len(bots) > 1:
                buttons.append(Button("all", _completed(line, field, "all")))
            rows = tuple(tuple(buttons[i : i + A_ROW]) for i in range(0, len(buttons), A_ROW))
            return Step(headline=Headline(f"/{command} · which bot?"), choices=rows, has_back=False)
        offer = answer_button(state.form_id, word.example)
        expected = Text(f"Send {word.expects}, for example {word.example}")
        return Step(headline=Headline(f"{line} · {field}?"), blocks=(expected,), choices=((offer,),), has_back=False)

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take the word; a bot must exist."""
        line, field = state.value(LINE) or "", state.value(FIELD) or ""
        word = self._word(line, field)
        value = clean(text)
        if word.completion is Completion.BOTS:
            names = tuple(value.split()) if word.place is Place.MANY else (value,)
            await self._queries.find_all(self._asker(line, ctx), names)
        return Handover(_completed(line, field, value))

    def _asker(self, line: str, ctx: Context) -> Asker:
        """Return the person asking for what the line's command needs."""
        return ctx.asking(self._registry.find(head_of(line).name).spec.role).asker

    def _word(self, line: str, field: str) -> Word:
        spec = self._registry.find(head_of(line).name).spec
        info = spec.arguments.model_fields.get(field)
        if info is None:
            raise InvalidInput(f"this form is over ({echo(line)}). Expected a command, for example /help")
        return word_of(info)


def _completed(line: str, field: str, value: str) -> str:
    mark = "'" if '"' in value else '"'
    quoted = f"{mark}{value}{mark}" if " " in value else value
    return f"{line} {field}={quoted}"
