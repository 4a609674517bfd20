"""Pure planning: from a strategy's wish and what is held to the order that should be sent.

The running engine and the backtest call the same functions.
"""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.domain.money import ONE, ROUND_UP, ZERO
from bot.domain.order import OrderPurpose, OrderSide, OrderType

RESERVE = Decimal("0.005")
"""Share of the capital kept back from a default stake: the next open may be above the deciding close."""

SMALLEST_ENTRY = Decimal("1.1")
"""Times the venue's minimum: a quantity is rounded down to a step, and the price moves."""
CENT = Decimal("0.01")

ENTRY_TAG = "entry"
EXIT_TAG = "exit"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order that planning wants and risk has not seen yet; `price` None is a market order."""

    side: OrderSide
    order_type: OrderType
    purpose: OrderPurpose
    tag: str
    quantity: Decimal
    price: Decimal | None
    reference_price: Decimal
    reason: str

    @property
    def notional(self) -> Decimal:
        """Return the value in quote at the order's price, or at the deciding price for market orders."""
        return self.quantity * (self.reference_price if self.price is None else self.price)


def money_left(capital: Decimal, realised: Decimal) -> Decimal:
    """Return what the bot may still use in quote: losses shrink its capital, gains do not grow it."""
    return max(capital + min(realised, ZERO), ZERO)


def least_capital(realised: Decimal, committed: Decimal, market: Market) -> Decimal:
    """Return the capital with which a bot keeps what it has committed, or, with nothing, can buy anything again.

    What was lost comes on top: only gains are left out of what a bot may use.
    """
    smallest = market.min_notional / (ONE - market.fee_rate - RESERVE) * SMALLEST_ENTRY
    needed = (committed or smallest) - min(realised, ZERO)
    return needed.quantize(min(CENT, market.min_notional), rounding=ROUND_UP)


def default_stake(capital: Decimal, fee_rate: Decimal) -> Decimal:
    """Return the stake of an entry in quote when none is configured."""
    return capital * (ONE - fee_rate - RESERVE)


def entry_stake(config: BotConfig, fee_rate: Decimal, realised: Decimal) -> Decimal:
    """Return the quote amount of the next entry: the configured stake, never more than what is left allows."""
    ceiling = default_stake(money_left(config.capital, realised), fee_rate)
    return ceiling if config.stake is None else min(config.stake, ceiling)


def draft_entry(stake: Decimal, close: Decimal, market: Market, reason: str) -> OrderDraft | None:
    """Draft a market entry: the stake at the deciding close, floored to the step; None if that is nothing."""
    quantity = market.floor_quantity(stake / close)
    if not quantity:
        return None
    return OrderDraft(
        side=OrderSide.BUY,
        order_type=OrderType.MARKET,
        purpose=OrderPurpose.ENTRY,
        tag=ENTRY_TAG,
        quantity=quantity,
        price=None,
        reference_price=close,
        reason=reason,
    )


def draft_exit(held: Decimal, reference: Decimal, market: Market, reason: str) -> OrderDraft | None:
    """Draft a market order that leaves the whole position; None if what is held is less than a step."""
    quantity = market.floor_quantity(abs(held))
    if not quantity:
        return None
    return OrderDraft(
        side=OrderSide.SELL if held > 0 else OrderSide.BUY,
        order_type=OrderType.MARKET,
        purpose=OrderPurpose.EXIT,
        tag=EXIT_TAG,
        quantity=quantity,
        price=None,
        reference_price=reference,
        reason=reason,
    )
