"""How a simulated venue behaves: its options, and faults that tests inject."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from bot.domain.ids import AccountId, ClientOrderId
from bot.domain.money import ZERO
from bot.domain.order import OrderIntent


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationOptions:
    """How fills are simulated.

    `slippage` makes market orders and stops worse by that fraction; `is_fee_in_base` takes the fee of a buy from the
    coins bought; `max_volume_share` is how much of a candle's volume one order may fill, None is no bound.
    """

    slippage: Decimal = ZERO
    is_fee_in_base: bool = False
    max_volume_share: Decimal | None = None
    has_conditional_orders: bool = True


class Fault(StrEnum):
    """What goes wrong with one call."""

    NONE = "none"
    UNAVAILABLE = "unavailable"
    """Nothing is done."""
    REJECT = "reject"
    """The order is refused for good."""
    LOSE_ANSWER = "lose_answer"
    """It is done, but neither the answer nor the report of it arrives."""


class FaultInjector(Protocol):
    """Decides what goes wrong; asked once per call."""

    def on_submit(self, intent: OrderIntent) -> Fault:
        """Decide about a submit."""

    def on_cancel(self, account_id: AccountId, client_order_id: ClientOrderId) -> Fault:
        """Decide about a cancel; REJECT means nothing here."""

    def on_lookup(self, account_id: AccountId) -> Fault:
        """Decide about reading orders, fills or balances; only UNAVAILABLE means something here."""


class NoFaults:
    """Nothing goes wrong."""

    def on_submit(self, intent: OrderIntent) -> Fault:
        del intent
        return Fault.NONE

    def on_cancel(self, account_id: AccountId, client_order_id: ClientOrderId) -> Fault:
        del account_id, client_order_id
        return Fault.NONE

    def on_lookup(self, account_id: AccountId) -> Fault:
        del account_id
        return Fault.NONE
