"""The places of a new bot: what may be answered for each, and what was meant by an answer."""

from collections import Counter
from collections.abc import Mapping

from bot.commands.reply.input_text import closest_match, echo_text
from bot.domain.errors import InvalidInput
from bot.domain.market import Timeframe
from bot.domain.people import Account
from bot.engine.bots.configuration import parse_timeframe, setting_specs
from bot.engine.bots.naming import NAME_PATTERN
from bot.engine.bots.setting_fields import GENERAL_FIELDS
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import Queries
from bot.strategy.field_spec import FieldSpec
from bot.strategy.field_value import parse_value
from bot.strategy.fields import field_specs, narrow_bounds
from bot.strategy.registry import AnyStrategy, StrategyRegistry

MAX_UNSORTED_SYMBOLS = 20
"""As many names are found at a glance; so they keep their places."""
BASIC_FIELDS = ("name", "strategy", "symbol", "timeframe", "account", "capital")


class NewBotChoices:
    """Knows markets, candles, accounts and settings that a new bot may have."""

    def __init__(self, queries: Queries, strategies: StrategyRegistry) -> None:
        self._queries = queries
        self._strategies = strategies

    def strategy_names(self) -> list[str]:
        return [strategy.name for strategy in self._strategies.all_strategies()]

    def find_strategy(self, name: str) -> AnyStrategy:
        """Return a strategy; raise InvalidInput with the nearest name if there is none."""
        return self._strategies.get_strategy(name.casefold())

    def symbol_names(self) -> list[str]:
        """Return all markets."""
        return list(dict.fromkeys(str(series.symbol) for series in self._queries.all_series()))

    async def ranked_symbols(self, asker: Requester) -> list[str]:
        """Return all markets, of many those first on which most of a person's bots trade."""
        symbols = self.symbol_names()
        if len(symbols) <= MAX_UNSORTED_SYMBOLS:
            return symbols
        traded = Counter(str(bot.config.symbol) for bot in await self._queries.visible_bots(asker))
        return sorted(symbols, key=lambda symbol: -traded[symbol])

    def resolve_symbol(self, value: str) -> str:
        """Return the market that was meant, also without its slash."""
        symbols = self.symbol_names()
        wanted = value.upper().replace("-", "/")
        if wanted in symbols:
            return wanted
        bare = {symbol.replace("/", ""): symbol for symbol in symbols}
        if wanted in bare:
            return bare[wanted]
        near = closest_match(wanted.casefold(), [symbol.casefold() for symbol in symbols])
        raise InvalidInput(
            f"no market {echo_text(value)}. Expected BASE/QUOTE, for example {(near or symbols[0]).upper()}",
            fix=f"symbol={near.upper()}" if near else None,
        )

    def timeframes(self, symbol: str) -> list[str]:
        """Return the candle lengths there are of a market, or of any while none is chosen, shortest first."""
        known = {series.timeframe for series in self._queries.all_series() if symbol in ("", series.symbol)}
        return [str(timeframe) for timeframe in Timeframe if timeframe in known]

    def resolve_timeframe(self, symbol: str, value: str) -> str:
        """Return the candle length that was meant, if the market has it."""
        known = self.timeframes(symbol)
        timeframe = parse_timeframe(value)
        if timeframe in known:
            return timeframe
        market = symbol or "any market"
        raise InvalidInput(f"no {timeframe} candles of {market}. Expected {' or '.join(known)}, for example {known[0]}")

    async def own_accounts(self, asker: Requester) -> tuple[Account, ...]:
        """Return the accounts a person may trade on."""
        every = await self._queries.accounts(asker)
        return tuple(item for item in every if item.owner == asker.operator.operator_id)

    async def resolve_account(self, value: str, asker: Requester) -> str:
        """Return the label of the account that was meant."""
        labels = [item.label for item in await self.own_accounts(asker)]
        wanted = value.split(" · ", maxsplit=1)[0].casefold()
        found = next((label for label in labels if label.casefold() == wanted), None)
        if found is None:
            example = labels[0] if labels else "practice"
            raise InvalidInput(f"no account {echo_text(value)}. Expected one of yours, for example {example}")
        return found

    def setting_specs(self, strategy: str) -> dict[str, FieldSpec]:
        """Return everything that a bot of a strategy may be given, by name; without one, what any bot may."""
        return (
            {spec.name: spec for spec in setting_specs(self._strategies.get_strategy(strategy))}
            if strategy
            else dict(GENERAL_FIELDS)
        )

    def parameter_specs(self, strategy: str) -> tuple[FieldSpec, ...]:
        return field_specs(self._strategies.get_strategy(strategy).Parameters)

    def find_setting(self, strategy: str, name: str) -> FieldSpec:
        """Return a setting; raise InvalidInput with the nearest one if there is none."""
        specs = self.setting_specs(strategy)
        if name not in specs:
            example = closest_match(name, specs) or next(iter(specs))
            raise InvalidInput(
                f"no setting {echo_text(name)}. Expected one of {', '.join(specs)}, for example {example}"
            )
        return specs[name]

    def find_bounded_setting(self, strategy: str, name: str, answers: Mapping[str, str]) -> FieldSpec:
        """Return a setting with the bounds that its neighbours leave: `fast` stays below `slow`."""
        model = self._strategies.get_strategy(strategy).Parameters
        specs = {spec.name: spec for spec in field_specs(model)}
        values = {key: spec.default for key, spec in specs.items()}
        values |= {key: parse_value(specs[key], text) for key, text in answers.items() if key in specs}
        known = {key: value for key, value in values.items() if value is not None}
        return narrow_bounds(model, self.find_setting(strategy, name), known)

    def normalize_setting(self, strategy: str, name: str, value: str) -> str:
        """Read the value of a setting and write it the way it is kept."""
        spec = self.find_setting(strategy, name)
        return spec.format_value(parse_value(spec, value))


def normalize_name(value: str) -> str:
    """Return a name in small letters, what can be none as it was typed."""
    folded = value.casefold()
    return folded if NAME_PATTERN.fullmatch(folded) else value
