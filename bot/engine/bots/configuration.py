"""From what a person asked for to a valid configuration of a bot, and from one configuration to the next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from bot.domain.errors import InvalidInput, Refused
from bot.domain.ids import AccountId, Symbol
from bot.domain.instance import BotConfig
from bot.domain.market import Market, Timeframe
from bot.domain.money import ONE
from bot.engine.bots.setting_fields import GENERAL, Settings, barriers_of, limits_of, settings_of
from bot.engine.trading.planning import RESERVE, default_stake
from bot.strategy.base import PlanStrategy
from bot.strategy.field_spec import FieldSpec, plain
from bot.strategy.field_value import clip, nearest, parse_value
from bot.strategy.fields import field_specs, parse_parameters, thaw, unknown_name
from bot.strategy.registry import AnyStrategy, StrategyRegistry

FIXED_AFTER_FIRST_RUN = ("symbol", "account", "strategy")

_FIX = re.compile(r"for example ([a-z_]+=\S+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBotRequest:
    """What a person asked for: the places resolved, everything else as `name=value` words.

    The words are capital, stake, barriers, limits and the strategy's parameters by name.
    """

    strategy: str
    symbol: Symbol
    timeframe: Timeframe
    account_id: AccountId
    words: Mapping[str, str]


def setting_specs(strategy: AnyStrategy) -> tuple[FieldSpec, ...]:
    """Return every field a bot with this strategy may be given: its parameters first, then the general ones."""
    return (*field_specs(strategy.Parameters), *GENERAL.values())


def parse_timeframe(text: str) -> Timeframe:
    """Read a timeframe; raise InvalidInput with the known ones."""
    try:
        return Timeframe(text.strip().lower())
    except ValueError:
        names = tuple(Timeframe)
        example = nearest(text, names) or Timeframe.H1
        raise InvalidInput(
            f"no timeframe {clip(text)}. Expected one of {', '.join(names)}, for example {example}"
        ) from None


def configure(registry: StrategyRegistry, request: NewBotRequest, market: Market) -> BotConfig:
    """Make the configuration of a new bot; raise InvalidInput saying what was expected."""
    strategy = registry.get(request.strategy)
    general, own = _sorted_words(strategy, request.words)
    settings: Settings = {name: spec.default for name, spec in GENERAL.items()}
    settings |= {name: parse_value(GENERAL[name], text) for name, text in general.items()}
    if settings["capital"] is None:
        spec = GENERAL["capital"]
        raise InvalidInput(f"capital is missing. Expected {spec.expectation}, for example capital={spec.example}")
    config = BotConfig(
        strategy=strategy.name,
        symbol=request.symbol,
        timeframe=request.timeframe,
        account_id=request.account_id,
        capital=Decimal(settings["capital"]),
        parameters=parse_parameters(strategy, own),
    )
    return _checked(strategy, _with_settings(config, settings), market)


def reconfigure(
    registry: StrategyRegistry,
    config: BotConfig,
    changes: Mapping[str, str],
    market: Market,
    *,
    has_run: bool,
) -> tuple[BotConfig, tuple[str, ...]]:
    """Change a configuration; return it with what changed, for example "fast 12 -> 10".

    `changes` may name symbol, account (its id), strategy and timeframe too; `market` is that of the wanted symbol.
    Raise Refused for what the first run has fixed, InvalidInput for what cannot be read or does not work.
    """
    moved = _moved(config, changes)
    if has_run:
        _refuse_fixed(config, moved)
    strategy = registry.get(moved.strategy)
    others = {name: text for name, text in changes.items() if name not in (*FIXED_AFTER_FIRST_RUN, "timeframe")}
    general, own = _sorted_words(strategy, others)
    settings = settings_of(config) | {name: parse_value(GENERAL[name], text) for name, text in general.items()}
    base = config.parameters if moved.strategy == config.strategy else ()
    changed = replace(moved, parameters=parse_parameters(strategy, own, base))
    new = _checked(strategy, _with_settings(changed, settings), market)
    return new, describe_changes(registry, config, new)


def describe_changes(registry: StrategyRegistry, old: BotConfig, new: BotConfig) -> tuple[str, ...]:
    """Return what differs between two configurations, each as "name old -> new"."""
    before, after = _texts(registry, old), _texts(registry, new)
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        f"{name} {before.get(name, 'none')} -> {after.get(name, 'none')}"
        for name in names
        if before.get(name, "none") != after.get(name, "none")
    )


def _texts(registry: StrategyRegistry, config: BotConfig) -> dict[str, str]:
    texts = {
        "strategy": config.strategy,
        "symbol": str(config.symbol),
        "timeframe": str(config.timeframe),
        "account": str(config.account_id),
    }
    own = {spec.name: spec for spec in field_specs(registry.get(config.strategy).Parameters)}
    texts |= {name: own[name].shown(value) if name in own else str(value) for name, value in config.parameters}
    return texts | {name: GENERAL[name].shown(value) for name, value in settings_of(config).items()}


def _moved(config: BotConfig, changes: Mapping[str, str]) -> BotConfig:
    return replace(
        config,
        symbol=Symbol(changes.get("symbol", config.symbol)),
        account_id=AccountId(changes.get("account", config.account_id)),
        strategy=changes.get("strategy", config.strategy),
        timeframe=parse_timeframe(changes.get("timeframe", config.timeframe)),
    )


def _refuse_fixed(old: BotConfig, new: BotConfig) -> None:
    pairs = (
        ("symbol", old.symbol, new.symbol),
        ("account", old.account_id, new.account_id),
        ("strategy", old.strategy, new.strategy),
    )
    for name, before, after in pairs:
        if before != after:
            raise Refused(f"the {name} is fixed after the first run. Use /clone with {name}={clip(after)}")


def _sorted_words(strategy: AnyStrategy, words: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    specs = setting_specs(strategy)
    known = {spec.name for spec in specs}
    for name, text in words.items():
        if name not in known:
            raise unknown_name(name, text, specs)
    general = {name: text for name, text in words.items() if name in GENERAL}
    return general, {name: text for name, text in words.items() if name not in GENERAL}


def _with_settings(config: BotConfig, settings: Settings) -> BotConfig:
    stake = settings["stake"]
    return replace(
        config,
        capital=Decimal(settings["capital"] or 0),
        stake=None if stake is None else Decimal(stake),
        barriers=barriers_of(settings),
        limits=limits_of(settings),
    )


def _checked(strategy: AnyStrategy, config: BotConfig, market: Market) -> BotConfig:
    if isinstance(strategy, PlanStrategy):
        _check_no_stake(strategy, config)
    else:
        _check_stake(config, market)
    problems = strategy.problems(thaw(strategy, config.parameters), market, config)
    if problems:
        found = _FIX.search(problems[0])
        fix = found[1] if found else None
        raise InvalidInput(problems[0], fix=fix, fix_label=f"Use {fix.split('=')[1]}" if fix else None)
    return config


def _check_no_stake(strategy: AnyStrategy, config: BotConfig) -> None:
    if config.stake is not None:
        raise InvalidInput(
            f"{strategy.name} sizes its orders by its own parameters. Expected no stake, for example stake=none"
        )


def _check_stake(config: BotConfig, market: Market) -> None:
    ceiling = default_stake(config.capital, market.fee_rate)
    stake = config.stake
    if stake is not None and stake > config.capital:
        raise InvalidInput(
            f"stake {plain(stake)} is more than capital {plain(config.capital)}. "
            f"Expected at most {plain(config.capital)}, for example stake={plain(config.capital)}",
            fix=f"stake={plain(config.capital)}",
            fix_label=f"Use {plain(config.capital)}",
        )
    least = market.min_notional
    if min(ceiling, ceiling if stake is None else stake) >= least:
        return
    name = "capital" if ceiling < least else "stake"
    enough = least / (ONE - market.fee_rate - RESERVE) if name == "capital" else least
    # One tenth more, since the quantity is rounded down to a step.
    enough = (enough * Decimal("1.1")).quantize(ONE if least >= ONE else least, rounding=ROUND_CEILING)
    raise InvalidInput(
        f"{name} {plain(config.capital if name == 'capital' else stake or ceiling)} is too little, "
        f"{market.symbol} takes no order below {plain(least)} {market.quote}. "
        f"Expected at least {plain(enough)}, for example {name}={plain(enough)}"
    )
