"""Configurations and markets for backtests."""

from collections.abc import Mapping
from decimal import Decimal

from bot.domain.barrier import Barriers
from bot.domain.ids import AccountId, Symbol
from bot.domain.instance import BotConfig
from bot.domain.market import Market, Timeframe
from bot.engine.bots.configuration import build_config
from strategies.builtin import builtin_strategies

STRATEGIES = builtin_strategies()


def a_market(tick: str = "0.01", step: str = "0.00001", min_notional: str = "5", fee_rate: str = "0.001") -> Market:
    return Market(
        symbol=Symbol("BTC/USDT"),
        base="BTC",
        quote="USDT",
        tick=Decimal(tick),
        step=Decimal(step),
        min_quantity=Decimal(step),
        min_notional=Decimal(min_notional),
        fee_rate=Decimal(fee_rate),
    )


def a_backtest_config(
    strategy: str = "ema-cross",
    words: Mapping[str, str] | None = None,
    market: Market | None = None,
    timeframe: Timeframe = Timeframe.M1,
) -> BotConfig:
    market = market or a_market()
    setting_texts = {"capital": "10000", **(words or {})}
    return build_config(STRATEGIES.get_strategy(strategy), market, timeframe, AccountId("practice"), setting_texts)


def some_barriers(**settings: str) -> Barriers:
    """Barriers from texts such as `1%`; `none` is off."""
    values = {name: Decimal(text.rstrip("%")) / 100 for name, text in settings.items() if text != "none"}
    return Barriers(**values)
