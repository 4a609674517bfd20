"""Messages to a bot's mailbox, and commands to the order router."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.candle import Candle
from bot.domain.ids import AccountId, ClientOrderId
from bot.domain.money import Decimal
from bot.domain.order import Order, OrderIntent
from bot.domain.signal import SignalRow
from bot.ports.host import ControlCommand
from bot.ports.venue import FillReport, OrderReport
from bot.strategy.candles import Candles


@dataclass(frozen=True, slots=True)
class CandleClosed:
    """A candle of the bot's series closed; `row` for signal strategies, `candles` for plan strategies.

    `missed_exit` is an exit on candles that were never handled: exits are acted on late, entries are not.
    """

    candle: Candle
    close_time: datetime
    row: SignalRow | None
    candles: Candles | None
    missed_exit: SignalRow | None = None


@dataclass(frozen=True, slots=True)
class OrderReported:
    """The venue reported the state of an order."""

    report: OrderReport


@dataclass(frozen=True, slots=True)
class FillReported:
    """The venue reported a fill; `order` is the stored one, given if we had closed it already."""

    report: FillReport
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class SubmitRefused:
    """The venue refused the order for good."""

    client_order_id: ClientOrderId
    error: str


@dataclass(frozen=True, slots=True)
class SubmitExpired:
    """The order was not sent (or is proven absent) and it is too late to send it."""

    client_order_id: ClientOrderId


@dataclass(frozen=True, slots=True)
class OrderGone:
    """The order is not at the venue and shall not be sent again; `remark` says how that is known."""

    client_order_id: ClientOrderId
    remark: str = "not found at the venue, looked up twice"


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The answer to a submit was lost; a look-up is under way."""

    client_order_id: ClientOrderId
    error: str


@dataclass(frozen=True, slots=True)
class BarrierTriggered:
    """The watched price, of market time `at`, reached a barrier that does not rest at the venue."""

    tag: str
    price: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """An operator or the engine commands the bot."""

    command: ControlCommand


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The bot is recovered and warm: a new run begins, or goes on after a restart."""

    is_new_run: bool
    candles: Candles | None


@dataclass(frozen=True, slots=True)
class AlignOrders:
    """Align the bot's orders again, for example after recovery."""

    cause: str


@dataclass(frozen=True, slots=True)
class MarketEnded:
    """The venue will never have another price; `remark` says why."""

    remark: str


@dataclass(frozen=True, slots=True)
class FailBot:
    """The bot's strategy or start-up failed for good."""

    error: str
    reference: str
    tries: int


Message = (
    CandleClosed
    | OrderReported
    | FillReported
    | SubmitRefused
    | SubmitExpired
    | OrderGone
    | AnswerLost
    | BarrierTriggered
    | CommandReceived
    | RunStarted
    | AlignOrders
    | MarketEnded
    | FailBot
)


@dataclass(frozen=True, slots=True)
class SendOrder:
    """Send a committed intent to its venue."""

    intent: OrderIntent


@dataclass(frozen=True, slots=True)
class CancelAtVenue:
    """Cancel an order at its venue."""

    account_id: AccountId
    client_order_id: ClientOrderId


@dataclass(frozen=True, slots=True)
class LookUpOrder:
    """Look an order up; one proven absent is sent only if it was never known to be there."""

    intent: OrderIntent
    may_send: bool


RouterCommand = SendOrder | CancelAtVenue | LookUpOrder
