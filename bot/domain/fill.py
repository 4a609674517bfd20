"""Fills."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.ids import AccountId, BotId, ClientOrderId, Symbol, VenueTradeId
from bot.domain.moment import Moment
from bot.domain.order import OrderSide


class Liquidity(StrEnum):
    """Whether the fill's order rested (maker) or took a resting order (taker)."""

    MAKER = "maker"
    TAKER = "taker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution: price in quote, quantity in base, fee in `fee_currency` (quote or base).

    Unique on (account_id, trade_id).
    """

    account_id: AccountId
    bot_id: BotId
    client_order_id: ClientOrderId
    trade_id: VenueTradeId
    symbol: Symbol
    side: OrderSide
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_currency: str
    liquidity: Liquidity
    moment: Moment
