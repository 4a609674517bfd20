"""Risk checks of one drafted order (RISK.md): new risk must pass all, less risk only the venue's rules."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.instance import RiskLimits
from bot.domain.market import Market
from bot.domain.money import ONE
from bot.domain.order import OrderPurpose, OrderSide
from bot.engine.trading.planning import OrderDraft

MINUTE = timedelta(minutes=1)


class RiskControl(StrEnum):
    """Risk controls by name."""

    MARKET_RULES = "market rules"
    PRICE_SANITY = "price sanity"
    CAPITAL = "capital ceiling"
    ORDER_RATE = "orders per minute"
    OPEN_ORDERS = "open orders"
    BLOCKED = "kill switch"
    UNKNOWN_ORDER = "unknown order"
    NO_WORKING_STOP = "no working stop"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A risk control's refusal of an order, with the reason in a sentence."""

    control: RiskControl
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskView:
    """What the checks look at; amounts in quote, `committed_value` is the position's cost plus working entries."""

    market: Market
    limits: RiskLimits
    last_price: Decimal | None
    money_left: Decimal
    committed_value: Decimal
    open_orders: int
    recent_orders: tuple[datetime, ...]
    now: datetime
    is_blocked: bool
    has_unknown: bool


def is_adding_risk(draft: OrderDraft, held: Decimal) -> bool:
    """Return whether a fill would make the position bigger."""
    if draft.purpose in (OrderPurpose.EXIT, OrderPurpose.BARRIER):
        return False
    return held * draft.side.sign >= 0


def check_order(draft: OrderDraft, view: RiskView, held: Decimal) -> Refusal | None:
    """Return why the order must not be sent, None if it may."""
    price = draft.reference_price if draft.price is None else draft.price
    if not math.isfinite(price) or price <= 0:
        return Refusal(RiskControl.PRICE_SANITY, f"the price is {price}, expected more than 0")
    refusal = check_size(draft.quantity, price, view.market)
    if refusal or not is_adding_risk(draft, held):
        return refusal
    return _check_new_risk(draft, view)


def is_plainly_allowed(
    quantity: Decimal, price: Decimal, money_left: Decimal, market: Market, limits: RiskLimits
) -> bool:
    """Tell whether `check_order` passes an entry at the last price, of a flat bot without other orders.

    For long backtests: there the view of an account that holds nothing costs more than the entry. A new control of
    `check_order` belongs here, too; a property test compares them.
    """
    return (
        quantity * price * (ONE + market.fee_rate) <= money_left
        and check_size(quantity, price, market) is None
        and min(limits.max_open_orders, limits.max_orders_per_minute) > 0
    )


def check_size(quantity: Decimal, price: Decimal, market: Market) -> Refusal | None:
    """Return a refusal if the venue would find the order too small."""
    if quantity < market.min_quantity:
        text = f"too small: {quantity} {market.base}, the market wants {market.min_quantity} {market.base}"
        return Refusal(RiskControl.MARKET_RULES, text)
    if quantity * price < market.min_notional:
        value = (quantity * price).quantize(Decimal("0.01"))
        text = f"too small: {value} {market.quote}, the market wants {market.min_notional} {market.quote}"
        return Refusal(RiskControl.MARKET_RULES, text)
    return None


def _check_new_risk(draft: OrderDraft, view: RiskView) -> Refusal | None:
    if view.is_blocked:
        return Refusal(RiskControl.BLOCKED, "the kill switch is on")
    if view.has_unknown:
        return Refusal(RiskControl.UNKNOWN_ORDER, "an order's outcome is unknown, it is being looked up")
    return _check_collar(draft, view) or _check_capital(draft, view) or _check_counts(view)


def _check_collar(draft: OrderDraft, view: RiskView) -> Refusal | None:
    last, collar = view.last_price, view.limits.price_collar
    if last is None or not last.is_finite() or last <= 0:
        return Refusal(RiskControl.PRICE_SANITY, "no price is known yet")
    # A buy far below the market is an ordinary level of a grid; only paying too much, or selling too low, loses money.
    price = draft.reference_price if draft.price is None else draft.price
    worse = price - last if draft.side is OrderSide.BUY else last - price
    if worse > last * collar:
        text = f"the price {price} is more than {collar:%} beyond the last price {last}"
        return Refusal(RiskControl.PRICE_SANITY, text)
    return None


def _check_capital(draft: OrderDraft, view: RiskView) -> Refusal | None:
    needed = view.committed_value + draft.notional * (ONE + view.market.fee_rate)
    if needed > view.money_left:
        text = (
            f"needs {needed:.2f} {view.market.quote} in all, the bot may use {view.money_left:.2f} {view.market.quote}"
        )
        return Refusal(RiskControl.CAPITAL, text)
    return None


def _check_counts(view: RiskView) -> Refusal | None:
    if view.open_orders >= view.limits.max_open_orders:
        return Refusal(RiskControl.OPEN_ORDERS, f"{view.open_orders} orders rest already, the limit")
    lately = sum(1 for time in view.recent_orders if time > view.now - MINUTE)
    if lately >= view.limits.max_orders_per_minute:
        return Refusal(RiskControl.ORDER_RATE, f"{lately} orders within a minute, the limit")
    return None
