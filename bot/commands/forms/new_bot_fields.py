"""Fields of a new bot: their choices, and the meaning of answers."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.commands.forms.field_steps import find_setting
from bot.commands.forms.form import Answers, FormState
from bot.commands.forms.price_steps import price_sample
from bot.commands.forms.symbol_input import find_symbol
from bot.commands.reply.blocks import SEPARATOR
from bot.commands.reply.input_text import echo_text
from bot.commands.reply.sheet import FormField, parse_key_values, setting_form_field
from bot.commands.spec.request import CommandContext
from bot.domain.errors import InvalidInput
from bot.domain.ids import Symbol, VenueId
from bot.domain.market import Timeframe
from bot.domain.people import Account
from bot.engine.bots.checks import NewBot
from bot.engine.bots.configuration import setting_specs
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.naming import NAME_PATTERN
from bot.engine.bots.setting_fields import CAPITAL, GENERAL_FIELDS
from bot.engine.bots.tags import parse_tags, tags_text
from bot.engine.bots.timeframes import parse_timeframe
from bot.engine.reports.market_prices import MarketPriceReader
from bot.engine.reports.queries import Queries
from bot.strategy.base import PlanStrategy
from bot.strategy.field_spec import FieldSpec, plain_number
from bot.strategy.field_value import parse_value
from bot.strategy.fields import check_order, field_specs, narrow_bounds
from bot.strategy.registry import AnyStrategy, StrategyRegistry

LIST_FIELDS = {"strategy": "Strategy", "symbol": "Market", "timeframe": "Candle", "account": "Account"}
"""Fields that are chosen from lists, with their titles."""
BASIC_FIELDS = ("name", "tag", *LIST_FIELDS, CAPITAL.name)
"""Fields of every new bot; an answer may depend on those of the fields before it."""
NAME_HINT = "empty: named by strategy and coin"
MAX_UNSORTED_SYMBOLS = 20
"""Up to this number markets keep their order; more are sorted by use."""


class NewBotFields:
    """Knows the markets, candles, accounts and settings that a new bot may have."""

    def __init__(
        self, queries: Queries, strategies: StrategyRegistry, lifecycle: Lifecycle, prices: MarketPriceReader
    ) -> None:
        self._queries = queries
        self._strategies = strategies
        self._lifecycle = lifecycle
        self._prices = prices

    def symbol_names(self) -> list[str]:
        return [str(symbol) for symbol in self._prices.symbols()]

    def place(self, state: FormState) -> tuple[Symbol, VenueId] | None:
        """Return the chosen market at the first venue that has it, None without one."""
        symbol = Symbol(state.value("symbol") or "")
        return next(((symbol, venue) for venue in self._prices.venues_of(symbol)), None)

    def range_fields(self, state: FormState) -> tuple[str, str] | None:
        """Return the parameters for the lowest and highest price of the chosen strategy, if it has such."""
        strategy = self.chosen_strategy(state)
        return strategy.range_fields if isinstance(strategy, PlanStrategy) else None

    async def own_accounts(self, ctx: CommandContext) -> list[Account]:
        """Return the accounts that a user may trade on."""
        every = await self._queries.accounts(ctx.requester)
        return [account for account in every if account.owner == ctx.operator.operator_id]

    async def chosen_account(self, state: FormState, ctx: CommandContext) -> Account | None:
        return next((one for one in await self.own_accounts(ctx) if one.label == state.value("account")), None)

    def chosen_strategy(self, state: FormState) -> AnyStrategy | None:
        name = state.value("strategy")
        return self._strategies.get_strategy(name) if name else None

    async def list_choices(self, state: FormState, name: str, ctx: CommandContext) -> list[str]:
        """Return the choices of a field, the likeliest first."""
        match name:
            case "strategy":
                return [strategy.name for strategy in self._strategies.all_strategies()]
            case "symbol":
                return await self._ranked_symbols(ctx)
            case "timeframe":
                return [str(timeframe) for timeframe in self._timeframes(state)]
            case _:
                return [account_label(account) for account in await self.own_accounts(ctx)]

    async def select_fields(self, state: FormState, ctx: CommandContext) -> tuple[FormField, ...]:
        """Return the fields that are chosen from lists, with their answers."""
        account = await self.chosen_account(state, ctx)
        shown = dict(state.answers) | {"account": account_label(account) if account else ""}
        fields = [
            FormField(
                name=name,
                label=label,
                value=shown.get(name, ""),
                choices=tuple(await self.list_choices(state, name, ctx)),
                is_required=True,
            )
            for name, label in LIST_FIELDS.items()
        ]
        return tuple(fields)

    def text_fields(self, state: FormState) -> tuple[FormField, ...]:
        """Return the typed fields: name and capital first, then those of the strategy if it is chosen."""
        name = FormField(name="name", label="Name", hint=NAME_HINT, value=state.value("name") or "")
        specs = sorted(self.setting_specs(state).values(), key=lambda spec: not spec.is_required)
        fields = (
            setting_form_field(self._with_price_sample(state, spec), self.current_value(state, spec)) for spec in specs
        )
        return (name, *(self._with_last_price(state, field) for field in fields))

    def _with_last_price(self, state: FormState, field: FormField) -> FormField:
        place = self.place(state)
        last = self._prices.last_price(*place) if place and field.name in (self.range_fields(state) or ()) else None
        return field if last is None else replace(field, hint=f"{field.hint}; the price is {plain_number(last)}")

    def _with_price_sample(self, state: FormState, spec: FieldSpec) -> FieldSpec:
        """Return a field of a price with an example near the last one."""
        place = self.place(state)
        last = self._prices.last_price(*place) if place and spec.is_price else None
        return spec if last is None else price_sample(spec, self.range_fields(state), last)

    def current_value(self, state: FormState, spec: FieldSpec) -> str:
        """Return the answer of a setting, or its default."""
        return state.value(spec.name) or ("" if spec.is_required else spec.format_value(spec.default))

    def setting_specs(self, state: FormState) -> dict[str, FieldSpec]:
        """Return the settings of the chosen strategy's bots by name; without one those of any bot."""
        strategy = self.chosen_strategy(state)
        return {spec.name: spec for spec in setting_specs(strategy)} if strategy else dict(GENERAL_FIELDS)

    def parameter_specs(self, state: FormState) -> tuple[FieldSpec, ...]:
        """Return the parameters of the chosen strategy, none without one."""
        strategy = self.chosen_strategy(state)
        return field_specs(strategy.Parameters) if strategy else ()

    def bounded_setting(self, state: FormState, name: str) -> FieldSpec:
        """Return a setting with the bounds that other answers leave: `fast` stays below `slow`."""
        spec, strategy = find_setting(self.setting_specs(state), name), self.chosen_strategy(state)
        spec = self._with_price_sample(state, spec)
        if strategy is None:
            return spec
        values = {
            own.name: own.default if (text := state.value(own.name)) is None else parse_value(own, text)
            for own in field_specs(strategy.Parameters)
        }
        return narrow_bounds(
            strategy.Parameters, spec, {key: value for key, value in values.items() if value is not None}
        )

    def check_order(self, state: FormState, names: Collection[str]) -> None:
        """Raise InvalidInput if one of these answers breaks a rule with another answer."""
        strategy = self.chosen_strategy(state)
        if strategy is None:
            return
        specs = {spec.name: self._with_price_sample(state, spec) for spec in field_specs(strategy.Parameters)}
        texts = {name: text for name in specs if (text := state.value(name)) is not None}
        values = {name: value for name, text in texts.items() if (value := parse_value(specs[name], text)) is not None}
        check_order(strategy.Parameters, specs, values, tuple(names))

    def parse_named_answers(self, state: FormState, text: str) -> Answers:
        """Parse `name=value` words as answers, if the form knows all their names."""
        named = parse_key_values(text)
        strategy = dict(named).get("strategy")
        known = self.setting_specs(state.with_answer("strategy", strategy) if strategy else state)
        return named if {name for name, _ in named} <= {*BASIC_FIELDS, *known} else ()

    async def apply_answers(self, state: FormState, answers: Answers, ctx: CommandContext) -> FormState:
        """Apply answers, the basic fields first since others depend on them; a blank one removes an answer."""
        order = {name: place for place, name in enumerate(BASIC_FIELDS)}
        for name, text in sorted(answers, key=lambda answer: order.get(answer[0], len(order))):
            if not text:
                state = state.without_answer(name)
                continue
            state = state.with_answer(name, await self.read_answer(state, name, text, ctx))
            if name == "strategy":
                known = {*BASIC_FIELDS, *self.setting_specs(state)}
                state = replace(state, answers=tuple(pair for pair in state.answers if pair[0] in known))
            elif name == "symbol" and state.value("timeframe") not in self._timeframes(state):
                state = state.without_answer("timeframe")
        return state

    async def read_answer(self, state: FormState, field: str, text: str, ctx: CommandContext) -> str:
        """Return an answer in its stored form."""
        match field:
            case "name":
                # An invalid name is shown as it was typed.
                name = text.casefold() if NAME_PATTERN.fullmatch(text.casefold()) else text
                return await self._lifecycle.checks.check_free_name(name)
            case "tag":
                return tags_text(parse_tags(text))
            case "strategy":
                return self._strategies.get_strategy(text.casefold()).name
            case "symbol":
                return find_symbol(text, self._prices.symbols())
            case "timeframe":
                return parse_timeframe(text, self._timeframes(state))
            case "account":
                return await self._resolve_account(text, ctx)
        spec = self._with_price_sample(state, find_setting(self.setting_specs(state), field))
        value = spec.format_value(parse_value(spec, text))
        if field == CAPITAL.name:
            await self._lifecycle.checks.check_capital(new_bot_request(state.with_answer(field, value)), ctx.operator)
        return value

    async def fill_defaults(self, state: FormState, ctx: CommandContext) -> FormState:
        """Answer fields that have a default or only one choice."""
        timeframes = self._timeframes(state)
        usual = {
            "timeframe": Timeframe.H1 if Timeframe.H1 in timeframes else _only(timeframes),
            "account": _only([account.label for account in await self.own_accounts(ctx)]),
        }
        for name, value in usual.items():
            if value and state.value(name) is None:
                state = state.with_answer(name, value).with_request(state.requested_field)
        return state

    async def _ranked_symbols(self, ctx: CommandContext) -> list[str]:
        """Return all markets; if there are many, those of most of the user's bots first."""
        symbols = self.symbol_names()
        if len(symbols) <= MAX_UNSORTED_SYMBOLS:
            return symbols
        traded = Counter(str(bot.config.symbol) for bot in await self._queries.visible_bots(ctx.requester))
        return sorted(symbols, key=lambda symbol: -traded[symbol])

    def _timeframes(self, state: FormState) -> list[Timeframe]:
        """Return the timeframes of the chosen market, or of any without one, shortest first."""
        symbol = state.value("symbol") or ""
        known = {series.timeframe for series in self._queries.all_series() if symbol in ("", series.symbol)}
        return [timeframe for timeframe in Timeframe if timeframe in known]

    async def _resolve_account(self, value: str, ctx: CommandContext) -> str:
        """Return the label of the account that was meant."""
        labels = [account.label for account in await self.own_accounts(ctx)]
        wanted = value.split(SEPARATOR, maxsplit=1)[0].casefold()
        for label in labels:
            if label.casefold() == wanted:
                return label
        raise InvalidInput("account-choice", typed=echo_text(value), near=(*labels, "practice")[0])


def new_bot_request(state: FormState) -> NewBot:
    """Return the request for a bot with a form's answers."""
    return NewBot(
        name=state.value("name"),
        strategy=state.value("strategy") or "",
        symbol=state.value("symbol") or "",
        timeframe=state.value("timeframe") or "",
        account=state.value("account"),
        capital=state.value("capital"),
        setting_texts={key: value for key, value in state.answers if key not in BASIC_FIELDS},
        tags=parse_tags(state.value("tag") or "none"),
    )


def account_label(account: Account) -> str:
    return f"{account.label}{SEPARATOR}{account.mode}"


def _only(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ""
