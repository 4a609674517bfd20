"""The form of `/new`: strategy, market, candle, account, capital, then a summary to check."""

from dataclasses import replace

from bot.commands import numbers
from bot.commands.field_steps import field_step, name_rows
from bot.commands.form import Finished, FormState, Going, Opening, Outcome, Step, answer_button
from bot.commands.new_summary import created, summary_step
from bot.commands.reply import Headline, Meaning, Text
from bot.commands.request import Context
from bot.commands.wording import clean, echo, nearest
from bot.domain.errors import InvalidInput, UserError
from bot.domain.market import Timeframe
from bot.engine.balances import Balances
from bot.engine.bot_checks import NewBot
from bot.engine.configuration import parse_timeframe, setting_specs
from bot.engine.configuration_field import BARRIERS, CAPITAL, LIMITS, STAKE
from bot.engine.lifecycle import Lifecycle
from bot.engine.queries import Queries
from bot.strategy.field_spec import FieldSpec
from bot.strategy.fields import field_specs, parse_value
from bot.strategy.registry import AnyStrategy, StrategyRegistry

NEW = "new"
PLACES = ("name", "strategy", "symbol", "timeframe", "account", "capital")
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
                state = state.with_answer(place, await self._checked(state, place, text, ctx))
            except InvalidInput as error:
                return Opening(state.without(place), error)
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
            return summary_step(state, checked, self._strategies)
        steps = self._places(state)
        title = f"New bot · {steps.index(place) + 1} of {len(steps)}"
        match place:
            case "strategy":
                names = [strategy.name for strategy in self._strategies.all()]
                text = Text("What shall decide? Tap one or type its name.")
                return _place_step(state, f"{title} · strategy", text, names)
            case "symbol":
                strategy = self._strategies.get(state.value("strategy") or "")
                text = Text(f"{strategy.summary} {strategy.pitfalls}")
                return replace(_place_step(state, f"{title} · market", text, self._symbols()), field=place)
            case "timeframe":
                return _place_step(state, f"{title} · candle", None, self._timeframes(state.value("symbol") or ""))
            case "account":
                return await self._account_step(state, title, ctx)
            case "capital":
                return await self._capital_step(state, title, ctx)
            case _:
                return field_step(state, self._spec(state, place), "", title)

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take an answer to the open place, to an aside, or to the summary."""
        value = clean(text)
        named = self._named(state, value)
        if named is not None:
            return Going(await self._with_named(state, *named, ctx))
        if state.asking:
            return Going(await self._answered_aside(state, value, ctx))
        place = self._open_place(state)
        if place is None:
            return await self._summary_answer(state, value, ctx)
        after = state.with_answer(place, await self._checked(state, place, value, ctx))
        if self._open_place(after) is None:
            await self._lifecycle.check_new(request_of(after), ctx.operator)
        return Going(after)

    def _named(self, state: FormState, value: str) -> tuple[str, str] | None:
        """Take `name=value` for an answer to whatever it names, if the form knows that."""
        name, has_value, text = value.partition("=")
        key = name.strip().casefold()
        strategy = state.value("strategy")
        known = {spec.name for spec in setting_specs(self._strategies.get(strategy))} if strategy else set[str]()
        return (key, text.strip()) if has_value and key in known | set(PLACES) else None

    async def _with_named(self, state: FormState, name: str, text: str, ctx: Context) -> FormState:
        checked = text.casefold() if name == NAME else await self._checked(state, name, text, ctx)
        after = state.with_answer(name, checked)
        if self._open_place(after) is None:
            await self._lifecycle.check_new(request_of(after), ctx.operator)
        return after

    def _open_place(self, state: FormState) -> str | None:
        return next((place for place in self._places(state) if state.value(place) is None), None)

    def _places(self, state: FormState) -> list[str]:
        """Return what has to be asked in all: the fixed places and what the strategy requires."""
        name = state.value("strategy")
        required = [spec.name for spec in self._own_specs(name) if spec.is_required] if name else []
        asks_account = state.value("account") is not None or state.value("capital") is None
        return ["strategy", "symbol", "timeframe", *(["account"] if asks_account else []), *required, "capital"]

    async def _account_step(self, state: FormState, title: str, ctx: Context) -> Step:
        accounts = await self._queries.accounts(ctx.asker)
        buttons = tuple(
            answer_button(state.form_id, f"{item.label} · {item.mode}", item.label, Meaning.PRIMARY)
            for item in accounts
        )
        return Step(headline=Headline(f"{title} · account"), choices=(buttons,))

    async def _capital_step(self, state: FormState, title: str, ctx: Context) -> Step:
        label = state.value("account") or ""
        account = next((item for item in await self._queries.accounts(ctx.asker) if item.label == label), None)
        if account is None:
            return Step(headline=Headline(f"{title} · capital"), blocks=(Text("How much may it use?"),))
        free = (await self._balances.capital(account)).free
        amounts = [str(amount) for amount in CAPITALS if amount <= free]
        text = f"How much may it use? {label} has {numbers.money(free, account.currency)} free."
        return Step(
            headline=Headline(f"{title} · {account.mode} · capital"),
            blocks=(Text(text),),
            choices=name_rows(state, amounts, chosen=amounts[-1] if amounts else ""),
            field=CAPITAL.name,
        )

    async def _checked(self, state: FormState, place: str, value: str, ctx: Context) -> str:
        match place:
            case "strategy":
                return self._strategies.get(value.casefold()).name
            case "symbol":
                return self._known_symbol(value)
            case "timeframe":
                return self._known_timeframe(state.value("symbol") or "", value)
            case "account":
                return await self._known_account(value, ctx)
            case _:
                spec = self._spec(state, place)
                return spec.shown(parse_value(spec, value))

    def _known_symbol(self, value: str) -> str:
        symbols = self._symbols()
        wanted = value.upper().replace("-", "/")
        if wanted in symbols:
            return wanted
        bare = {symbol.replace("/", ""): symbol for symbol in symbols}
        if wanted in bare:
            return bare[wanted]
        near = nearest(wanted.casefold(), [symbol.casefold() for symbol in symbols])
        raise InvalidInput(
            f"no market {echo(value)}. Expected BASE/QUOTE, for example {(near or symbols[0]).upper()}",
            fix=f"symbol={near.upper()}" if near else None,
        )

    def _known_timeframe(self, symbol: str, value: str) -> str:
        known = self._timeframes(symbol)
        timeframe = parse_timeframe(value)
        if timeframe in known:
            return timeframe
        raise InvalidInput(f"no {timeframe} candles of {symbol}. Expected {' or '.join(known)}, for example {known[0]}")

    async def _known_account(self, value: str, ctx: Context) -> str:
        labels = [item.label for item in await self._queries.accounts(ctx.asker)]
        wanted = value.split(" · ", maxsplit=1)[0].casefold()
        found = next((label for label in labels if label.casefold() == wanted), None)
        if found is None:
            example = labels[0] if labels else "practice"
            raise InvalidInput(f"no account {echo(value)}. Expected one of yours, for example {example}")
        return found

    def _symbols(self) -> list[str]:
        return list(dict.fromkeys(str(series.symbol) for series in self._queries.all_series()))

    def _timeframes(self, symbol: str) -> list[str]:
        known = {series.timeframe for series in self._queries.all_series() if series.symbol == symbol}
        return [str(timeframe) for timeframe in Timeframe if timeframe in known]

    def _aside(self, state: FormState) -> Step:
        strategy = self._strategies.get(state.value("strategy") or "")
        if state.asking == NAME:
            text = Text("Send a name: a letter, then letters, digits or -, at most 24, for example alpha")
            return Step(headline=Headline("New bot · name"), blocks=(text,))
        if state.asking in (PARAMETERS, RISK):
            specs = field_specs(strategy.Parameters) if state.asking == PARAMETERS else (STAKE, *BARRIERS, *LIMITS)
            title = Headline(f"New bot · {state.asking} · which one?")
            return Step(headline=title, choices=name_rows(state, [spec.name for spec in specs]))
        spec = self._spec(state, state.asking.removeprefix(FIELD))
        return field_step(state, spec, state.value(spec.name) or spec.shown(spec.default))

    async def _answered_aside(self, state: FormState, value: str, ctx: Context) -> FormState:
        if state.asking in (PARAMETERS, RISK):
            return replace(state, asking=f"{FIELD}{self._spec(state, value.casefold()).name}")
        name = state.asking.removeprefix(FIELD)
        if name == NAME:
            after = state.with_answer(NAME, value.casefold())
        else:
            spec = self._spec(state, name)
            after = state.with_answer(name, spec.shown(parse_value(spec, value)))
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
        bot = await self._lifecycle.create(request_of(state), ctx.operator, ctx.trace_id)
        if word in RUN_WORDS:
            await self._lifecycle.start(bot.bot_id, ctx.operator, ctx.trace_id)
        row = await self._queries.figures((await self._queries.bot_by_id(bot.bot_id)) or bot)
        return Finished(await created(row, ctx, self._queries, self._strategies))

    def _spec(self, state: FormState, name: str) -> FieldSpec:
        if name == CAPITAL.name:
            return CAPITAL
        strategy = self._strategies.get(state.value("strategy") or "")
        specs = {spec.name: spec for spec in setting_specs(strategy)}
        if name not in specs:
            example = nearest(name, specs) or next(iter(specs))
            raise InvalidInput(f"no setting {echo(name)}. Expected one of {', '.join(specs)}, for example {example}")
        return specs[name]

    def _own_specs(self, strategy: str) -> tuple[FieldSpec, ...]:
        found: AnyStrategy = self._strategies.get(strategy)
        return field_specs(found.Parameters)


def request_of(state: FormState) -> NewBot:
    """Make the request that the answers of a form say."""
    words = {key: value for key, value in state.answers if key not in PLACES}
    return NewBot(
        name=state.value("name"),
        strategy=state.value("strategy") or "",
        symbol=state.value("symbol") or "",
        timeframe=state.value("timeframe") or "",
        account=state.value("account"),
        capital=state.value("capital"),
        words=words,
    )


def _place_step(state: FormState, title: str, text: Text | None, names: list[str]) -> Step:
    blocks = () if text is None else (text,)
    return Step(headline=Headline(title), blocks=blocks, choices=name_rows(state, names), has_back=state.answers != ())
