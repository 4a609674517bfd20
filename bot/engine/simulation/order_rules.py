"""What a simulated venue accepts: the market's rules and the account's money."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.errors import InsufficientFunds, VenueRejection
from bot.domain.market import Market
from bot.domain.money import ONE, ZERO
from bot.domain.order import OrderIntent, OrderSide, OrderStatus, OrderType
from bot.engine.simulation.state_rows import VenueOrder
from bot.engine.simulation.venue_state import AccountState


def check_order_rules(intent: OrderIntent, market: Market, price: Decimal) -> None:
    """Raise OrderRejected if the order breaks a rule of its market; `price` is its own or the last one."""
    if intent.quantity <= 0 or intent.quantity % market.step:
        raise VenueRejection(f"quantity {intent.quantity} is not a positive multiple of the step {market.step}")
    if intent.quantity < market.min_quantity:
        raise VenueRejection(f"quantity {intent.quantity} is below the minimum {market.min_quantity}")
    if (intent.price is None) != (intent.order_type is OrderType.MARKET):
        raise VenueRejection(
            f"a {intent.order_type} order came {'without a' if intent.price is None else 'with a'} price"
        )
    if price <= 0 or (intent.price is not None and intent.price % market.tick):
        raise VenueRejection(f"price {price} is not a positive multiple of the tick {market.tick}")
    value = intent.quantity * price
    if value < market.min_notional:
        raise VenueRejection(f"value {value:f} {market.quote} is below the minimum {market.min_notional}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTerms:
    """What an order is judged by: its market, its own price or the last one, and the fee taken in quote."""

    market: Market
    price: Decimal
    quote_fee_rate: Decimal


def accept_order(intent: OrderIntent, terms: OrderTerms, account: AccountState, market_time: datetime) -> VenueOrder:
    """Return the accepted order; raise OrderRejected or InsufficientFunds, and then nothing has changed.

    A buy locks quantity x price with its fee, a sell its coins; orders of one group share the largest lock.
    """
    check_order_rules(intent, terms.market, terms.price)
    is_buy = intent.side is OrderSide.BUY
    order = VenueOrder(
        account_id=intent.account_id,
        client_order_id=intent.client_order_id,
        bot_id=intent.bot_id,
        number=account.order_count + 1,
        symbol=intent.symbol,
        timeframe=intent.timeframe,
        side=intent.side,
        order_type=intent.order_type,
        quantity=intent.quantity,
        price=intent.price,
        group=intent.group,
        lock_currency=terms.market.quote if is_buy else terms.market.base,
        lock_unit=terms.price * (ONE + terms.quote_fee_rate) if is_buy else ONE,
        status=OrderStatus.ACCEPTED,
        market_time=market_time,
    )
    needed, available = order.quantity * order.lock_unit, account.available_amount(order)
    if needed > available:
        raise InsufficientFunds(f"needs {needed:f} {order.lock_currency}, {max(available, ZERO):f} is free")
    return order
