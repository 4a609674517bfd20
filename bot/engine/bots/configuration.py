"""Bot configurations: made from what an operator typed, and changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from bot.domain.errors import InvalidInput, Refused, WordFix
from bot.domain.ids import AccountId, Symbol
from bot.domain.instance import BotConfig
from bot.domain.market import Market, Timeframe
from bot.domain.money import ONE, Money
from bot.engine.bots.losing_barriers import find_losing_barrier
from bot.engine.bots.setting_fields import GENERAL_FIELDS, SettingValues, barriers_of, limits_of, setting_values
from bot.engine.bots.timeframes import parse_timeframe
from bot.engine.trading.planning import RESERVE, default_stake
from bot.strategy.base import PlanStrategy
from bot.strategy.field_spec import FieldSpec
from bot.strategy.field_value import clip_text, parse_value
from bot.strategy.fields import field_specs, load_parameters, parse_parameters, unknown_name_error
from bot.strategy.registry import AnyStrategy, StrategyRegistry

FIXED_AFTER_FIRST_RUN = {"symbol": "symbol", "account": "account_id", "strategy": "strategy"}
"""Settings that the first run fixes, with their fields of a configuration."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting before and after, as both can be typed."""

    name: str
    before: str
    after: str
    is_amount: bool

    @property
    def text(self) -> str:
        """Return the change in words: `fast 12 -> 10`."""
        return f"{self.name} {self.before} -> {self.after}"


def setting_specs(strategy: AnyStrategy) -> tuple[FieldSpec, ...]:
    """Return the fields of a bot with this strategy: its parameters first, then the general ones."""
    return (*field_specs(strategy.Parameters), *GENERAL_FIELDS.values())


def build_config(
    strategy: AnyStrategy,
    market: Market,
    timeframe: Timeframe,
    account_id: AccountId,
    setting_texts: Mapping[str, str],
    *,
    last_price: Decimal | None = None,
) -> BotConfig:
    """Build the configuration of a new bot; raise InvalidInput saying what was expected.

    `setting_texts` holds capital, stake, barriers, limits and the strategy's parameters by name; a stop is judged by
    the last price, where there is one.
    """
    general, own = _parse_setting_texts(strategy, setting_texts)
    settings: SettingValues = {name: spec.default for name, spec in GENERAL_FIELDS.items()} | general
    if settings["capital"] is None:
        spec = GENERAL_FIELDS["capital"]
        fix = WordFix((("capital", spec.example),))
        raise InvalidInput("values-missing", fix, names="capital", count=1, expected=spec.expectation)
    config = BotConfig(
        strategy=strategy.name,
        symbol=market.symbol,
        timeframe=timeframe,
        account_id=account_id,
        capital=Decimal(settings["capital"]),
        parameters=parse_parameters(strategy, own),
    )
    config = _with_settings(config, settings)
    _check_config(strategy, config, market)
    _check_stop(strategy, config, market)
    if problem := find_losing_barrier(config.barriers, market, last_price):
        raise problem
    return config


def change_config(
    registry: StrategyRegistry,
    config: BotConfig,
    changes: Mapping[str, str],
    market: Market,
    *,
    has_run: bool,
    last_price: Decimal | None = None,
) -> tuple[BotConfig, tuple[SettingChange, ...]]:
    """Return the changed configuration and its changes.

    `changes` may also name symbol, account (its id), strategy and timeframe; `market` is that of the wanted symbol.
    Raise Refused for a setting that is fixed after the first run, InvalidInput for an unreadable or invalid one.
    """
    moved = _with_fixed_settings(config, changes)
    for setting, field in FIXED_AFTER_FIRST_RUN.items() if has_run else ():
        if getattr(moved, field) != getattr(config, field):
            raise Refused("setting-fixed", setting=setting, typed=clip_text(getattr(moved, field)))
    strategy = registry.get_strategy(moved.strategy)
    others = {name: text for name, text in changes.items() if name not in (*FIXED_AFTER_FIRST_RUN, "timeframe")}
    general, own = _parse_setting_texts(strategy, others)
    settings = setting_values(config) | general
    base = config.parameters if moved.strategy == config.strategy else ()
    changed = replace(moved, parameters=parse_parameters(strategy, own, base))
    new = _with_settings(changed, settings)
    _check_config(strategy, new, market)
    terms = (config.capital, config.stake, config.barriers.stop_loss)
    if not has_run or terms != (new.capital, new.stake, new.barriers.stop_loss):
        _check_stop(strategy, new, market)
    if problem := find_losing_barrier(new.barriers, market, last_price, kept=config.barriers if has_run else None):
        raise problem
    return new, describe_changes(registry, config, new)


def describe_changes(registry: StrategyRegistry, old: BotConfig, new: BotConfig) -> tuple[SettingChange, ...]:
    before, after = _setting_texts(registry, old), _setting_texts(registry, new)
    names = [*after, *(name for name in before if name not in after)]
    specs = setting_specs(registry.get_strategy(new.strategy))
    amounts = {spec.name for spec in specs if spec.is_amount}
    texts = ((name, before.get(name, "none"), after.get(name, "none")) for name in names)
    return tuple(SettingChange(name, was, will, name in amounts) for name, was, will in texts if was != will)


def _setting_texts(registry: StrategyRegistry, config: BotConfig) -> dict[str, str]:
    texts = {
        "strategy": config.strategy,
        "symbol": str(config.symbol),
        "timeframe": str(config.timeframe),
        "account": str(config.account_id),
    }
    specs = {spec.name: spec for spec in setting_specs(registry.get_strategy(config.strategy))}
    values = dict(config.parameters) | setting_values(config)
    return texts | {
        name: specs[name].format_value(value) if name in specs else str(value) for name, value in values.items()
    }


def _with_fixed_settings(config: BotConfig, changes: Mapping[str, str]) -> BotConfig:
    return replace(
        config,
        symbol=Symbol(changes.get("symbol", config.symbol)),
        account_id=AccountId(changes.get("account", config.account_id)),
        strategy=changes.get("strategy", config.strategy),
        timeframe=parse_timeframe(changes.get("timeframe", config.timeframe)),
    )


def _parse_setting_texts(
    strategy: AnyStrategy, setting_texts: Mapping[str, str]
) -> tuple[SettingValues, dict[str, str]]:
    """Return the values of general settings, and the texts of the strategy's own."""
    specs = setting_specs(strategy)
    known = {spec.name for spec in specs}
    for name, text in setting_texts.items():
        if name not in known:
            raise unknown_name_error(name, text, specs)
    general = {
        name: parse_value(GENERAL_FIELDS[name], text) for name, text in setting_texts.items() if name in GENERAL_FIELDS
    }
    return general, {name: text for name, text in setting_texts.items() if name not in GENERAL_FIELDS}


def _with_settings(config: BotConfig, settings: SettingValues) -> BotConfig:
    stake = settings["stake"]
    return replace(
        config,
        capital=Decimal(settings["capital"] or 0),
        stake=None if stake is None else Decimal(stake),
        barriers=barriers_of(settings),
        limits=limits_of(settings),
    )


def _check_config(strategy: AnyStrategy, config: BotConfig, market: Market) -> None:
    if not isinstance(strategy, PlanStrategy):
        _check_stake(config, market)
    elif config.stake is not None:
        raise InvalidInput("stake-not-used", WordFix((("stake", "none"),)), strategy=strategy.name)
    problem = strategy.find_problem(load_parameters(strategy, config.parameters), market, config)
    if problem is not None:
        raise problem


def _check_stop(strategy: AnyStrategy, config: BotConfig, market: Market) -> None:
    """Refuse a stop that would be worth less than the venue takes, with the stake or capital whose stop it takes."""
    stop = config.barriers.stop_loss
    if isinstance(strategy, PlanStrategy) or stop is None or stop + market.fee_rate >= ONE:
        return
    ceiling = default_stake(config.capital, market.fee_rate)
    spent = ceiling if config.stake is None else min(config.stake, ceiling)
    kept = ONE - stop - market.fee_rate
    if spent * kept >= market.min_notional:
        return
    # One tenth more, since the quantity is rounded down to a step.
    unit = ONE if market.min_notional >= ONE else market.min_notional
    enough = (market.min_notional / kept * Decimal("1.1")).quantize(unit, rounding=ROUND_CEILING)
    capital = (enough / (ONE - market.fee_rate - RESERVE)).quantize(unit, rounding=ROUND_CEILING)
    stake = None if config.stake is None else ("stake", Money(enough, market.quote))
    needs_capital = ceiling < enough
    words = (*((("capital", Money(capital, market.quote)),) if needs_capital else ()), *((stake,) if stake else ()))
    raise InvalidInput(
        "stop-below-minimum",
        WordFix(words),
        stop=GENERAL_FIELDS["stop_loss"].format_value(stop),
        stake=Money(spent, market.quote),
        symbol=market.symbol,
        value=Money((spent * (ONE - stop)).quantize(Decimal("0.01")), market.quote),
        minimum=Money(market.min_notional, market.quote),
        currency=market.quote,
        enough=Money(enough if stake else capital, market.quote),
        setting="stake" if stake else "capital",
    )


def _check_stake(config: BotConfig, market: Market) -> None:
    ceiling = default_stake(config.capital, market.fee_rate)
    stake = config.stake
    if stake is not None and stake > config.capital:
        capital, wanted = Money(config.capital, market.quote), Money(stake, market.quote)
        raise InvalidInput("stake-above-capital", WordFix((("stake", capital),)), stake=wanted, capital=capital)
    least = market.min_notional
    if min(ceiling, ceiling if stake is None else stake) >= least:
        return
    name = "capital" if ceiling < least else "stake"
    enough = least / (ONE - market.fee_rate - RESERVE) if name == "capital" else least
    # One tenth more, since the quantity is rounded down to a step.
    enough = (enough * Decimal("1.1")).quantize(ONE if least >= ONE else least, rounding=ROUND_CEILING)
    raise InvalidInput(
        "amount-below-minimum",
        WordFix(((name, Money(enough, market.quote)),)),
        setting=name,
        amount=Money(config.capital if name == "capital" else stake or ceiling, market.quote),
        symbol=market.symbol,
        minimum=Money(least, market.quote),
        currency=market.quote,
        enough=Money(enough, market.quote),
    )
