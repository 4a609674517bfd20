"""Equity points of bots."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.ids import BotId


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """A bot's equity in quote (capital + closed + open profit, fees included) at a market time."""

    bot_id: BotId
    market_time: datetime
    equity: Decimal
    closed_profit: Decimal
    open_profit: Decimal
    exposure: Decimal
