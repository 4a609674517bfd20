"""A configuration as rows of a table, and as the line that would make the same bot."""

from decimal import Decimal

from bot.commands.text import numbers
from bot.commands.text.labels import series_label
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.engine.bots.setting_fields import BARRIER_FIELDS, LIMIT_FIELDS, STAKE, setting_values
from bot.engine.trading.planning import default_stake
from bot.strategy.base import PlanStrategy
from bot.strategy.fields import field_specs
from bot.strategy.registry import StrategyRegistry

TitledValues = list[tuple[str, str]]


def config_rows(config: BotConfig, market: Market, account: str, strategies: StrategyRegistry) -> TitledValues:
    """Return what a bot is made of: market, account, strategy, money, parameters, barriers."""
    rows = [
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
    values = dict(config.parameters)
    specs = field_specs(strategies.get_strategy(config.strategy).Parameters)
    rows = [(spec.title, spec.format_value(values.get(spec.name))) for spec in specs]
    settings = setting_values(config)
    return rows + [(spec.title, spec.format_value(settings[spec.name])) for spec in BARRIER_FIELDS]


def new_bot_command(name: str, config: BotConfig, account: str, strategies: StrategyRegistry) -> str:
    """Write the `/new` line that makes the same bot, with what differs from the defaults."""
    values = dict(config.parameters)
    specs = field_specs(strategies.get_strategy(config.strategy).Parameters)
    own = [(spec, values.get(spec.name)) for spec in specs]
    settings = setting_values(config)
    general = [(spec, settings[spec.name]) for spec in (STAKE, *BARRIER_FIELDS, *LIMIT_FIELDS)]
    words = [f"{spec.name}={spec.format_value(value)}" for spec, value in (*own, *general) if value != spec.default]
    places = f"/new {name} {config.strategy} {config.symbol} {config.timeframe}"
    return " ".join([places, f"account={account}", f"capital={config.capital.normalize():f}", *words])


def _amount(value: Decimal, currency: str) -> str:
    return f"{numbers.table_amount(value, currency)} {currency}"
