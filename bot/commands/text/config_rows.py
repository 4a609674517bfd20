"""Configurations as table rows, and as the `/new` line that makes the same bot."""

from collections.abc import Collection
from decimal import Decimal
from typing import Protocol

from bot.commands.reply.amount import Amount, AmountKind
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.text import numbers
from bot.commands.text.labels import series_label
from bot.domain.instance import BotConfig, ParameterValue
from bot.domain.market import Market
from bot.engine.bots.setting_fields import BARRIER_FIELDS, CAPITAL, LIMIT_FIELDS, STAKE, setting_values
from bot.engine.trading.planning import default_stake
from bot.strategy.base import PlanPreview, PlanStrategy
from bot.strategy.field_spec import FieldSpec
from bot.strategy.fields import field_specs
from bot.strategy.registry import StrategyRegistry

TitledValues = list[tuple[str, RichText]]


class _KindOfSetting(Protocol):
    @property
    def is_amount(self) -> bool: ...


def setting_text(text: str, setting: _KindOfSetting) -> RichText:
    """Return the text of a setting's value, hidden with other amounts if it is one."""
    return join_text(Amount(AmountKind.SETTING, text)) if setting.is_amount else text


def config_rows(
    config: BotConfig, market: Market, account: str, strategies: StrategyRegistry, preview: PlanPreview | None = None
) -> TitledValues:
    """Return the rows of a bot's configuration: market, account, strategy, money, parameters, barriers.

    With the preview of a plan they say what a level will be.
    """
    rows: TitledValues = [
        ("Market", series_label(config)),
        ("Account", account),
        ("Strategy", config.strategy),
        ("Capital", _amount(config.capital, market.quote)),
    ]
    if not isinstance(strategies.get_strategy(config.strategy), PlanStrategy):
        stake = config.stake or default_stake(config.capital, market.fee_rate)
        rows.append(("Stake a trade", _amount(stake, market.quote)))
    skipped = {preview.amount_field} if preview else frozenset[str]()
    return [*rows, *setting_rows(config, strategies, skipped), *(_preview_rows(preview, market) if preview else ())]


def setting_rows(
    config: BotConfig, strategies: StrategyRegistry, skipped: Collection[str] = frozenset()
) -> TitledValues:
    """Return a configuration's parameters and barriers with their titles."""
    values = dict(config.parameters) | setting_values(config)
    specs = (*field_specs(strategies.get_strategy(config.strategy).Parameters), *BARRIER_FIELDS)
    return [(spec.title, _value_text(spec, values.get(spec.name))) for spec in specs if spec.name not in skipped]


def _value_text(spec: FieldSpec, value: ParameterValue | None) -> RichText:
    return spec.unset_text if value is None else setting_text(spec.format_value(value), spec)


def _preview_rows(preview: PlanPreview, market: Market) -> TitledValues:
    """Return what a level will be: its amount, its step, and the profit of a round after fees."""
    least, most = preview.round_profits
    return [
        ("Amount a level", _amount(preview.amount, market.quote)),
        ("Step", " to ".join(dict.fromkeys(numbers.percent(step) for step in preview.steps))),
        ("Least of a round", numbers.profit(least, market.quote, preview.amount)),
        ("Most of a round", numbers.profit(most, market.quote, preview.amount)),
    ]


def new_bot_command(
    name: str, config: BotConfig, account: str, strategies: StrategyRegistry, tags: tuple[str, ...] = ()
) -> RichText:
    """Return the `/new` line that makes the same bot, with the settings that differ from the defaults."""
    values = dict(config.parameters) | setting_values(config)
    own = field_specs(strategies.get_strategy(config.strategy).Parameters)
    words = (
        join_text(f"{spec.name}=", setting_text(spec.format_value(values.get(spec.name)), spec))
        for spec in (CAPITAL, *own, STAKE, *BARRIER_FIELDS, *LIMIT_FIELDS)
        if values.get(spec.name) != spec.default
    )
    places = f"/new {name} {config.strategy} {config.symbol} {config.timeframe} account={account}"
    tagged = (f"tag={','.join(tags)}",) if tags else ()
    return join_with(" ", (places, *tagged, *words))


def _amount(value: Decimal, currency: str) -> RichText:
    return join_text(numbers.table_amount(value, currency), f" {currency}")
