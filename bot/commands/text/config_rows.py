"""A configuration as rows of a table, and as the line that would make the same bot."""

from decimal import Decimal

from bot.commands.text import numbers
from bot.commands.text.labels import market_words
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.engine.bots.setting_fields import BARRIERS, LIMITS, STAKE, settings_of
from bot.engine.trading.planning import default_stake
from bot.strategy.base import PlanStrategy
from bot.strategy.fields import field_specs
from bot.strategy.registry import StrategyRegistry

Rows = list[tuple[str, str]]


def config_rows(config: BotConfig, market: Market, account: str, strategies: StrategyRegistry) -> Rows:
    """Return what a bot is made of: market, account, strategy, money, parameters, barriers."""
    rows = [
        ("Market", market_words(config)),
        ("Account", account),
        ("Strategy", config.strategy),
        ("Capital", _amount(config.capital, market.quote)),
    ]
    if not isinstance(strategies.get(config.strategy), PlanStrategy):
        stake = config.stake or default_stake(config.capital, market.fee_rate)
        rows.append(("Stake a trade", _amount(stake, market.quote)))
    return rows + setting_rows(config, strategies)


def setting_rows(config: BotConfig, strategies: StrategyRegistry) -> Rows:
    """Return a configuration's parameters and barriers with their titles."""
    values = dict(config.parameters)
    specs = field_specs(strategies.get(config.strategy).Parameters)
    rows = [(spec.title, spec.shown(values.get(spec.name))) for spec in specs]
    settings = settings_of(config)
    return rows + [(spec.title, spec.shown(settings[spec.name])) for spec in BARRIERS]


def new_line(name: str, config: BotConfig, account: str, strategies: StrategyRegistry) -> str:
    """Write the `/new` line that makes the same bot, with what differs from the defaults."""
    values = dict(config.parameters)
    specs = field_specs(strategies.get(config.strategy).Parameters)
    own = [(spec, values.get(spec.name)) for spec in specs]
    settings = settings_of(config)
    general = [(spec, settings[spec.name]) for spec in (STAKE, *BARRIERS, *LIMITS)]
    words = [f"{spec.name}={spec.shown(value)}" for spec, value in (*own, *general) if value != spec.default]
    places = f"/new {name} {config.strategy} {config.symbol} {config.timeframe}"
    return " ".join([places, f"account={account}", f"capital={config.capital.normalize():f}", *words])


def _amount(value: Decimal, currency: str) -> str:
    return f"{numbers.table_amount(value, currency)} {currency}"
