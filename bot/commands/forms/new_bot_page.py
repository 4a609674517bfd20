"""The form of `/new` on one page, for platforms that show several lists; what stays open is asked one by one."""

from dataclasses import replace

from bot.commands.forms.field_steps import name_rows
from bot.commands.forms.form import FormState, Going, Opening, Outcome, Step
from bot.commands.forms.new_bot import NewScript
from bot.commands.forms.new_bot_answers import NewAnswers, request_of
from bot.commands.forms.new_bot_choices import NewPlaces
from bot.commands.forms.new_bot_sheet import LISTED, NewSheet
from bot.commands.reply.blocks import Block, Headline, KeyValues, Text
from bot.commands.reply.input_text import clean, echo
from bot.commands.reply.sheet import SheetField
from bot.commands.spec.request import Context
from bot.domain.errors import InvalidInput
from bot.domain.market import Mode, Timeframe
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.people.permissions import Asker

NEW_PAGE = "new-page"
PAGE = "page"
NEXT = "Next"
TYPED = "Amount and parameters"
WELCOME = "Choose of each list; Next asks for what is missing."


class NewPageScript:
    """Shows the page until somebody goes on from it, and again whenever they come back."""

    def __init__(self, steps: NewScript, lifecycle: Lifecycle, known: NewPlaces) -> None:
        self._steps = steps
        self._lifecycle = lifecycle
        self._known = known
        self._answers = NewAnswers(known, lifecycle)
        self._sheet = NewSheet(known)

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return NEW_PAGE

    async def begin(self, state: FormState, ctx: Context) -> Opening:
        """Begin on the page, unless everything that stands there was given; what alone was wrong is asked alone."""
        opening = await self._steps.begin(state, ctx)
        places = [place for place in self._steps.open_places(opening.state) if place in LISTED]
        if len(places) <= (0 if opening.error is None else 1):
            return opening
        return replace(opening, state=replace(opening.state, asking=PAGE))

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Show the page, or ask what `NewScript` asks."""
        if state.asking != PAGE:
            return replace(await self._steps.step(state, ctx), has_back=True)
        shown = await self._with_defaults(state, ctx.asker)
        lists = await self._sheet.lists(shown, ctx.asker)
        fields = self._sheet.typed(state)
        return Step(
            headline=Headline("choose, then go on", name="New bot", mode=await self._mode(shown, ctx.asker)),
            blocks=self._words(state, fields),
            choices=name_rows(state, [NEXT]),
            has_back=False,
            sheet=fields,
            sheet_label=TYPED,
            lists=lists,
        )

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take what was chosen or typed on the page, or go on from it."""
        if state.asking != PAGE:
            return await self._steps.answer(state, text, ctx)
        value = clean(text)
        if value.casefold() == NEXT.casefold():
            return Going(await self._left(state, ctx))
        named = self._answers.named(state, value) or await self._meant(state, value, ctx.asker)
        if not named:
            raise InvalidInput(f"{echo(value)} is no answer here. Expected a choice, next or cancel, for example next")
        return Going(await self._changed(state, named, ctx))

    def back(self, state: FormState) -> FormState:
        """Return from an aside to the summary, from everything else to the page."""
        if state.asking == PAGE:
            return state
        return self._steps.back(state) if state.asking else replace(state, asking=PAGE)

    async def _changed(self, state: FormState, named: tuple[tuple[str, str], ...], ctx: Context) -> FormState:
        """Keep what was chosen as it is; what was typed must make a bot that can be, once all is there."""
        after = await self._with_defaults(await self._answers.taken(state, named, ctx), ctx.asker)
        if any(name not in LISTED for name, _ in named):
            await self._check(after, ctx)
        return replace(after, asking=PAGE)

    async def _meant(self, state: FormState, text: str, asker: Asker) -> tuple[tuple[str, str], ...]:
        """Take a bare word for a choice of the list it stands in."""
        lists = await self._sheet.lists(state, asker)
        found = [(item.name, choice) for item in lists for choice in item.choices]
        return tuple((name, choice) for name, choice in found if choice.casefold() == text.casefold())[:1]

    async def _left(self, state: FormState, ctx: Context) -> FormState:
        is_begun = any(state.value(name) is not None for name in LISTED)
        after = await self._with_defaults(state, ctx.asker) if is_begun else state
        await self._check(after, ctx)
        return replace(after, asking="")

    async def _check(self, state: FormState, ctx: Context) -> None:
        if not self._steps.open_places(state):
            await self._lifecycle.check_new(request_of(state), ctx.operator)

    async def _with_defaults(self, state: FormState, asker: Asker) -> FormState:
        """Answer what has a usual answer or only one."""
        accounts = [account.label for account in await self._known.accounts(asker)]
        lengths = self._known.timeframes(state.value("symbol") or "")
        usual = {
            "timeframe": Timeframe.H1 if Timeframe.H1 in lengths else _only(lengths),
            "account": _only(accounts),
        }
        for name, value in usual.items():
            if value and state.value(name) is None:
                state = replace(state.with_answer(name, value), asking=state.asking)
        return state

    async def _mode(self, state: FormState, asker: Asker) -> Mode | None:
        label = state.value("account")
        return next((one.mode for one in await self._known.accounts(asker) if one.label == label), None)

    def _words(self, state: FormState, fields: tuple[SheetField, ...]) -> tuple[Block, ...]:
        """Say what the chosen strategy does, and what was typed so far."""
        name = state.value("strategy")
        strategy = self._known.strategy(name) if name else None
        does = Text(f"{strategy.name}: {strategy.summary} {strategy.pitfalls}" if strategy else WELCOME)
        typed = [(field, state.value(field.name)) for field in fields]
        rows = tuple((field.label, value) for field, value in typed if value is not None)
        return (does, KeyValues(rows)) if rows else (does,)


def _only(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ""
