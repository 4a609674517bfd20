"""Fills."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from bot.domain.ids import AccountId, BotId, ClientOrderId, Symbol, VenueTradeId
from bot.domain.moment import Moment
from bot.domain.money import ZERO
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


class FillStep(NamedTuple):
    """What a fill changed, signed and with its fee taken off: the quantity held in base and the cash in quote.

    `fee` and `value` are in quote. `reference` is the price that the fill may have slipped from, None for a limit. A
    tuple, since a bot may have a hundred thousand.
    """

    time: datetime
    side: OrderSide
    price: Decimal
    quantity: Decimal
    cash: Decimal
    fee: Decimal
    value: Decimal
    reference: Decimal | None


def fill_step(
    time: datetime, side: OrderSide, amounts: "FillAmounts", *, is_fee_in_base: bool, reference: Decimal | None
) -> FillStep:
    """Return what a fill at a market time changed."""
    price, quantity, fee = amounts
    value = quantity * price
    paid, kept = (ZERO, fee) if is_fee_in_base else (fee, ZERO)
    fee_value = fee * price if is_fee_in_base else fee
    sign = side.sign
    return FillStep(time, side, price, sign * quantity - kept, -sign * value - paid, fee_value, value, reference)


class FillAmounts(NamedTuple):
    """Price, quantity and fee of a fill, as its venue reported them."""

    price: Decimal
    quantity: Decimal
    fee: Decimal
