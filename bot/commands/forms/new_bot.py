"""The form of `/new`: strategy, market, candle, account, capital, then a summary to check."""

from dataclasses import replace

from bot.commands.forms.field_steps import field_step, name_rows
from bot.commands.forms.form import Finished, FormState, Going, Opening, Outcome, Step, answer_button
from bot.commands.forms.new_bot_answers import NewAnswers, request_of
from bot.commands.forms.new_bot_choices import NewPlaces
from bot.commands.forms.new_bot_sheet import LISTED, NewSheet
from bot.commands.forms.new_bot_summary import created, summary_step
from bot.commands.reply.blocks import Headline, Meaning, Text
from bot.commands.reply.input_text import clean, echo
from bot.commands.spec.request import Context
from bot.commands.text import numbers
from bot.domain.errors import InvalidInput, UserError
from bot.domain.instance import Bot
from bot.domain.market import Timeframe
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.setting_fields import BARRIERS, CAPITAL, LIMITS, STAKE
from bot.engine.reports.balances import Balances
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry

NEW = "new"
CREATE, CREATE_AND_RUN = "create", "create and run"
RUN_WORDS = frozenset({CREATE_AND_RUN, "run", "create run"})
CREATE_WORDS = frozenset({CREATE, "yes", "y", "ok"})
NAME, PARAMETERS, RISK = "name", "parameters", "risk"
FIELD = "field:"
CAPITALS = (100, 500, 1000)


class NewScript:
    """Walks through the places of a new bot; every answer is checked before the next question."""

    def __init__(
        self, lifecycle: Lifecycle, queries: Queries, balances: Balances, strategies: StrategyRegistry
    ) -> None:
        self._lifecycle = lifecycle
        self._queries = queries
        self._balances = balances
        self._strategies = strategies
        self._known = NewPlaces(queries, strategies)
        self._answers = NewAnswers(self._known, lifecycle)
        self._sheet = NewSheet(self._known)

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return NEW

    async def begin(self, state: FormState, ctx: Context) -> Opening:
        """Check the places given beforehand; the first wrong one is asked for again."""
        for place in ("strategy", "symbol", "timeframe", "account"):
            text = state.value(place)
            if text is None or (place == "timeframe" and state.value("symbol") is None):
                continue
            try:
                state = state.with_answer(place, await self._answers.checked(state, place, text, ctx))
            except InvalidInput as error:
                return Opening(state.without(place), error)
        capital = state.value(CAPITAL.name)
        if capital is not None:
            # It is asked for last; whoever gave it first need not answer everything else to hear that it cannot be.
            state = state.with_answer(CAPITAL.name, await self._answers.checked(state, CAPITAL.name, capital, ctx))
        return await self._begin_whole(state, ctx) if self._open_place(state) is None else Opening(state)

    async def _begin_whole(self, state: FormState, ctx: Context) -> Opening:
        """Check everything at once; a name that cannot be is asked for again, the rest is refused as it is."""
        try:
            await self._lifecycle.check_new(request_of(state), ctx.operator)
        except UserError as error:
            unnamed = state.without(NAME)
            if state.value(NAME) is None or not await self._works(unnamed, ctx):
                raise
            return Opening(replace(unnamed, asking=NAME), error)
        return Opening(state)

    async def _works(self, state: FormState, ctx: Context) -> bool:
        try:
            await self._lifecycle.check_new(request_of(state), ctx.operator)
        except UserError:
            return False
        return True

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Ask for the first place that is still open, for what was asked for, or show the summary."""
        if state.asking:
            return self._aside(state)
        place = self._open_place(state)
        if place is None:
            checked = await self._lifecycle.check_new(request_of(state), ctx.operator)
            summary = summary_step(state, checked, self._strategies)
            return replace(summary, sheet=self._sheet.typed(state))
        steps = self._places(state)
        title = f"New bot · {steps.index(place) + 1} of {len(steps)}"
        step = await self._place_step(state, place, title, ctx)
        sheet = () if place in LISTED else self._sheet.typed(state)
        return replace(step, has_back=self.back(state) != state, sheet=sheet)

    async def _place_step(self, state: FormState, place: str, title: str, ctx: Context) -> Step:
        known = self._known
        match place:
            case "strategy":
                text = "What shall decide? Tap one or type its name."
                return _named_step(state, f"{title} · strategy", text, known.strategy_names())
            case "symbol":
                strategy = known.strategy(state.value("strategy") or "")
                does = f"{strategy.name} {strategy.summary[:1].lower()}{strategy.summary[1:]}"
                step = _named_step(state, f"{title} · market", f"{does} {strategy.pitfalls}", known.symbols())
                return replace(step, field=place)
            case "timeframe":
                lengths = known.timeframes(state.value("symbol") or "")
                return _named_step(state, f"{title} · candle", "", lengths, chosen=Timeframe.H1)
            case "account":
                return await self._account_step(state, title, ctx)
            case "capital":
                return await self._capital_step(state, title, ctx)
            case _:
                spec = known.setting_beside(state.value("strategy") or "", place, dict(state.answers))
                return field_step(state, spec, "", title)

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take an answer to the open place, to an aside, or to the summary."""
        value = clean(text)
        named = self._answers.named(state, value)
        if named:
            return Going(await self._answered_all(state, named, ctx))
        if state.asking:
            return Going(await self._answered_aside(state, value, ctx))
        place = self._open_place(state)
        if place is None:
            return await self._summary_answer(state, value, ctx)
        return Going(await self._answered_all(state, ((place, value),), ctx))

    def back(self, state: FormState) -> FormState:
        """Return from an aside to the summary, from there and from a place to the place before."""
        if state.asking:
            return replace(state, asking="")
        places, place = self._places(state), self._open_place(state)
        before = places if place is None else places[: places.index(place)]
        return state.without(before[-1]) if before else state

    async def _answered_all(self, state: FormState, named: tuple[tuple[str, str], ...], ctx: Context) -> FormState:
        """Take answers; together they must make a bot that can be."""
        after = await self._answers.taken(state, named, ctx)
        if self._open_place(after) is None:
            await self._lifecycle.check_new(request_of(after), ctx.operator)
        return after

    def open_places(self, state: FormState) -> list[str]:
        """Return the places that are not answered, in the order in which they are asked for."""
        return [place for place in self._places(state) if state.value(place) is None]

    def _open_place(self, state: FormState) -> str | None:
        return next(iter(self.open_places(state)), None)

    def _places(self, state: FormState) -> list[str]:
        """Return what has to be asked in all: the fixed places and what the strategy requires."""
        name = state.value("strategy")
        required = [spec.name for spec in self._known.own(name) if spec.is_required] if name else []
        asks_account = state.value("account") is not None or state.value("capital") is None
        return ["strategy", "symbol", "timeframe", *(["account"] if asks_account else []), *required, "capital"]

    async def _account_step(self, state: FormState, title: str, ctx: Context) -> Step:
        buttons = tuple(
            answer_button(state.form_id, f"{item.label} · {item.mode}", item.label, Meaning.PRIMARY)
            for item in await self._known.accounts(ctx.asker)
        )
        return Step(headline=Headline(f"{title} · account"), choices=(buttons,))

    async def _capital_step(self, state: FormState, title: str, ctx: Context) -> Step:
        label = state.value("account") or ""
        account = next((item for item in await self._known.accounts(ctx.asker) if item.label == label), None)
        if account is None:
            return Step(
                headline=Headline(f"{title} · capital"), blocks=(Text("How much may it use?"),), field=CAPITAL.name
            )
        free = (await self._balances.capital(account)).free
        amounts = [str(amount) for amount in CAPITALS if amount <= free]
        text = f"How much may it use? {label} has {numbers.money(free, account.currency)} free."
        return Step(
            headline=Headline(f"{title} · {account.mode} · capital"),
            blocks=(Text(text),),
            choices=name_rows(state, amounts, chosen=amounts[-1] if amounts else ""),
            field=CAPITAL.name,
        )

    def _aside(self, state: FormState) -> Step:
        strategy = state.value("strategy") or ""
        if state.asking == NAME:
            text = Text("Send a name: a letter, then letters, digits or -, at most 24")
            return Step(headline=Headline("New bot · name"), blocks=(text,))
        if state.asking in (PARAMETERS, RISK):
            specs = self._known.own(strategy) if state.asking == PARAMETERS else (STAKE, *BARRIERS, *LIMITS)
            title = Headline(f"New bot · {state.asking} · which one?")
            return Step(headline=title, choices=name_rows(state, [spec.name for spec in specs]))
        spec = self._known.setting_beside(strategy, state.asking.removeprefix(FIELD), dict(state.answers))
        return field_step(state, spec, state.value(spec.name) or spec.shown(spec.default))

    async def _answered_aside(self, state: FormState, value: str, ctx: Context) -> FormState:
        if state.asking in (PARAMETERS, RISK):
            name = self._known.setting(state.value("strategy") or "", value.casefold()).name
            return replace(state, asking=f"{FIELD}{name}")
        name = state.asking.removeprefix(FIELD)
        after = state.with_answer(name, await self._answers.checked(state, name, value, ctx))
        await self._lifecycle.check_new(request_of(after), ctx.operator)
        return after

    async def _summary_answer(self, state: FormState, value: str, ctx: Context) -> Outcome:
        word = value.casefold()
        if word in (NAME, PARAMETERS, RISK):
            return Going(replace(state, asking=word))
        if word not in RUN_WORDS and word not in CREATE_WORDS:
            raise InvalidInput(
                f"{echo(value)} is no answer here. Expected create, create and run, name, parameters, risk, "
                "back or cancel, for example create"
            )
        # Named by its form: whoever answers it twice, over a crash or a failed start, finds the bot of the first time.
        bot = await self._lifecycle.create(
            request_of(state), ctx.operator, f"{state.form_id} {state.began_at.isoformat()}"
        )
        refusal = await self._refusal_to_run(bot, ctx) if word in RUN_WORDS else None
        row = await self._queries.figures((await self._queries.bot_by_id(bot.bot_id)) or bot)
        return Finished(await created(row, ctx, self._queries, self._strategies, refusal))

    async def _refusal_to_run(self, bot: Bot, ctx: Context) -> UserError | None:
        """Run a new bot; return why it may not run now, which undoes nothing."""
        try:
            await self._lifecycle.start(bot.bot_id, ctx.operator, ctx.trace_id)
        except UserError as error:
            return error
        return None


def _named_step(state: FormState, title: str, text: str, names: list[str], chosen: str = "") -> Step:
    blocks = (Text(text),) if text else ()
    return Step(headline=Headline(title), blocks=blocks, choices=name_rows(state, names, chosen))
