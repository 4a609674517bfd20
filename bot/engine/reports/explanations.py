"""Explanations: a bot's last signal with its features, and an order from decision to fills."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import CommandFix, InvalidInput
from bot.domain.events import RiskTripped
from bot.domain.fill import Fill
from bot.domain.ids import short_reference
from bot.domain.instance import Bot, BotConfig
from bot.domain.order import Order, OrderPurpose
from bot.domain.signal import SignalRecord
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.storage import Page, Reader
from bot.strategy.field_value import clip_text

ORDER_PREFIX = "o-"
MAX_SEARCHED_SIGNALS = 200
"""Signals searched for refusals."""
MAX_REFUSALS = 3
_FIGURES = re.compile(r"[0-9][0-9.,]*%?")
_Refused = tuple[datetime, str, SignalRecord | None]
MAX_SEARCHED_ORDERS = 20
"""Orders searched for those of the last signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedRefusal:
    """What was refused for the same reason, apart from its figures: how often, the first and the last time.

    `text` is the reason with its last figures; `signal` the last signal, None for an order of a plan.
    """

    count: int
    first_at: datetime
    last_at: datetime
    text: str
    signal: SignalRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotReason:
    """A bot's last row (in `figures.view`), its last signal, and that signal's configuration and orders.

    `refusals` are those of its last signals, the latest reason first.
    """

    figures: BotFigures
    last_signal: SignalRecord | None
    signal_config: BotConfig
    signal_orders: tuple[Order, ...] = ()
    refusals: tuple[RepeatedRefusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReason:
    """An order of a bot with its fills, oldest first."""

    bot: Bot
    order: Order
    fills: tuple[Fill, ...]


class ExplanationReader:
    """Reads explanations of bots and orders."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def explain_bot(self, bot: Bot) -> BotReason:
        signals = await self._reader.signals(bot.bot_id, Page(limit=MAX_SEARCHED_SIGNALS))
        figures = await self._queries.figures(bot)
        if not signals:
            trips = await self._trips(bot)
            return BotReason(figures=figures, last_signal=None, signal_config=figures.bot.config, refusals=trips)
        return BotReason(
            figures=figures,
            last_signal=signals[0],
            signal_config=await self._config_at(figures.bot, signals[0].moment.wall),
            signal_orders=await self._orders_of_signal(signals[0]),
            refusals=repeated_refusals(signals)[:MAX_REFUSALS],
        )

    async def _trips(self, bot: Bot) -> tuple[RepeatedRefusal, ...]:
        """Return the last refusals of a plan's orders: each is told once until orders pass again."""
        events = await self._reader.recent_events(bot.bot_id, Page(limit=MAX_SEARCHED_SIGNALS))
        found = [(one.event.moment.market, one.event.payload) for one in events]
        return _repeated([(at, one.text, None) for at, one in found if isinstance(one, RiskTripped)])[:MAX_REFUSALS]

    async def _config_at(self, bot: Bot, wall: datetime) -> BotConfig:
        """Return the configuration that was in force at a wall time."""
        versions = await self._reader.versions(bot.bot_id)
        older = [version.config for version in versions if version.made_at <= wall]
        return older[-1] if older else bot.config

    async def _orders_of_signal(self, signal: SignalRecord) -> tuple[Order, ...]:
        """Return the orders of a signal; an exit is sent only after resting orders are canceled."""
        found = await self._reader.orders(signal.bot_id, Page(limit=MAX_SEARCHED_ORDERS))
        wanted = OrderPurpose.EXIT if signal.row.exit else OrderPurpose.ENTRY
        since = (order for order in found if order.intent.decided_at.market >= signal.candle_close)
        return tuple(order for order in since if order.intent.purpose is wanted)

    async def explain_order(self, requester: Requester, reference: str) -> OrderReason:
        """Return an order by a prefix of its reference; raise InvalidInput when none or several match."""
        order = await self.find_order(requester, reference)
        bot = await self._queries.bot_by_id(order.intent.bot_id)
        if bot is None:
            raise InvalidInput("no-order", CommandFix("orders"), typed=clip_text(reference))
        fills = await self._reader.order_fills(order.intent.client_order_id)
        return OrderReason(bot=bot, order=order, fills=fills)

    async def find_order(self, requester: Requester, reference: str, bot: Bot | None = None) -> Order:
        """Return the one visible order, of a bot if given, whose reference has the prefix."""
        wanted = reference.strip()
        prefix = "" if wanted[:2].casefold() == ORDER_PREFIX else ORDER_PREFIX
        found = await self._reader.orders_by_reference(f"{prefix}{wanted}")
        visible = {one.bot_id for one in await self._queries.visible_bots(requester.as_viewer())}
        searched = visible if bot is None else visible & {bot.bot_id}
        mine = [order for order in found if order.intent.bot_id in searched]
        if not mine:
            raise InvalidInput("no-order", CommandFix("orders"), typed=clip_text(reference))
        if len(mine) > 1:
            reference = mine[0].intent.reference
            raise InvalidInput(
                "order-ambiguous",
                CommandFix("why", (reference[:8],)),
                count=len(mine),
                typed=clip_text(wanted),
                reference=short_reference(reference),
            )
        return mine[0]


def repeated_refusals(signals: Sequence[SignalRecord]) -> tuple[RepeatedRefusal, ...]:
    """Group refused signals, newest first, by reason without its figures; the latest reason first."""
    return _repeated([(one.candle_close, one.refusal, one) for one in signals if one.is_refused])


def _repeated(refused: Sequence[_Refused]) -> tuple[RepeatedRefusal, ...]:
    groups: dict[tuple[str, bool], list[_Refused]] = {}
    for one in refused:
        _, text, signal = one
        is_exit = signal is not None and signal.row.exit
        groups.setdefault((_FIGURES.sub("#", text), is_exit), []).append(one)
    return tuple(
        RepeatedRefusal(count=len(found), first_at=found[-1][0], last_at=last_at, text=text, signal=signal)
        for found in groups.values()
        for last_at, text, signal in found[:1]
    )
