"""Fills of one bot without an intent, for the books."""

from decimal import Decimal

from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import AccountId, BotId, ClientOrderId, Symbol, VenueTradeId
from bot.domain.order import OrderSide
from tests.builders.facts import at


def bought(quantity: str | Decimal, price: str | Decimal, *, number: int = 1, fee: str = "0", of: str = "USDT") -> Fill:
    return a_plain_fill(OrderSide.BUY, quantity, price, number=number, fee=fee, fee_currency=of)


def sold(quantity: str | Decimal, price: str | Decimal, *, number: int = 2, fee: str = "0", of: str = "USDT") -> Fill:
    return a_plain_fill(OrderSide.SELL, quantity, price, number=number, fee=fee, fee_currency=of)


def a_plain_fill(
    side: OrderSide,
    quantity: str | Decimal,
    price: str | Decimal,
    *,
    number: int = 1,
    fee: str | Decimal = "0",
    fee_currency: str = "USDT",
) -> Fill:
    return Fill(
        account_id=AccountId("acc"),
        bot_id=BotId("bot"),
        client_order_id=ClientOrderId(f"order-{number}"),
        trade_id=VenueTradeId(f"t-{number}"),
        symbol=Symbol("ABC/USDT"),
        side=side,
        price=Decimal(price),
        quantity=Decimal(quantity),
        fee=Decimal(fee),
        fee_currency=fee_currency,
        liquidity=Liquidity.TAKER,
        moment=at(number),
    )
