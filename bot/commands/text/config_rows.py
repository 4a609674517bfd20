"""Configurations as table rows, and as the `/new` line that makes the same bot."""

from decimal import Decimal
from typing import Protocol

from bot.commands.reply.amount import Amount, AmountKind
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.text import numbers
from bot.commands.text.labels import series_label
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.engine.bots.setting_fields import BARRIER_FIELDS, CAPITAL, LIMIT_FIELDS, STAKE, setting_values
from bot.engine.trading.planning import default_stake
from bot.strategy.base import PlanStrategy
from bot.strategy.fields import field_specs
from bot.strategy.registry import StrategyRegistry

TitledValues = list[tuple[str, RichText]]


class _KindOfSetting(Protocol):
    @property
    def is_amount(self) -> bool: ...


def setting_text(text: str, setting: _KindOfSetting) -> RichText:
    """Return the text of a setting's value, hidden with other amounts if it is one."""
    return join_text(Amount(AmountKind.SETTING, text)) if setting.is_amount else text


def config_rows(config: BotConfig, market: Market, account: str, strategies: StrategyRegistry) -> TitledValues:
    """Return the rows of a bot's configuration: market, account, strategy, money, parameters, barriers."""
    rows: TitledValues = [
        ("Market", series_label(config)),
        ("Account", account),
        ("Strategy", config.strategy),
        ("Capital", _amount(config.capital, market.quote)),
    ]
    if not isinstance(strategies.get_strategy(config.strategy), PlanStrategy):
        stake = config.stake or default_stake(config.capital, market.fee_rate)
        rows.append(("Stake a trade", _amount(stake, market.quote)))
    return rows + setting_rows(config, strategies)


def setting_rows(config: BotConfig, strategies: StrategyRegistry) -> TitledValues:
    """Return a configuration's parameters and barriers with their titles."""
    values = dict(config.parameters) | setting_values(config)
    specs = (*field_specs(strategies.get_strategy(config.strategy).Parameters), *BARRIER_FIELDS)
    return [(spec.title, setting_text(spec.format_value(values.get(spec.name)), spec)) for spec in specs]


def new_bot_command(name: str, config: BotConfig, account: str, strategies: StrategyRegistry) -> RichText:
    """Return the `/new` line that makes the same bot, with the settings that differ from the defaults."""
    values = dict(config.parameters) | setting_values(config)
    own = field_specs(strategies.get_strategy(config.strategy).Parameters)
    words = (
        join_text(f"{spec.name}=", setting_text(spec.format_value(values.get(spec.name)), spec))
        for spec in (CAPITAL, *own, STAKE, *BARRIER_FIELDS, *LIMIT_FIELDS)
        if values.get(spec.name) != spec.default
    )
    places = f"/new {name} {config.strategy} {config.symbol} {config.timeframe} account={account}"
    return join_with(" ", (places, *words))


def _amount(value: Decimal, currency: str) -> RichText:
    return join_text(numbers.table_amount(value, currency), f" {currency}")
