"""Notifier: turns the relay's events into messages and sends them through gateways."""

import logging
from dataclasses import dataclass

from bot.commands.notify.event_messages import digest_message, event_message, mark_as_repeat
from bot.commands.notify.gateway import Gateway
from bot.commands.reply.amount_visibility import make_visible
from bot.commands.reply.blocks import Image, Reply, Tone, sentence_reply
from bot.commands.spec.button_permissions import ButtonPermissions
from bot.commands.text.captions import file_stem, render_chart
from bot.commands.text.times import UTC_ZONE
from bot.domain.destination import Destination
from bot.domain.errors import DeliveryError, QuarterdeckError
from bot.domain.events import Event, NotificationLevel, OrderFilled, TradeClosed, order_thread
from bot.domain.guard import NO_GUARDS, PositionGuards
from bot.domain.instance import Bot, BotStatus
from bot.domain.order import OrderSide
from bot.domain.people import Operator
from bot.engine.charts.candle_charts import CandleChartReader, price_lines
from bot.engine.health.platforms import PlatformHealth
from bot.engine.notifications.level import acting_operator
from bot.engine.reports.queries import Queries
from bot.ports.charts import ChartRenderer, PriceLine
from bot.ports.storage import DeliveredEvent, NumberedEvent, Reader

logger = logging.getLogger(__name__)

CHART_CANDLES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatNotifier:
    """Sends one message for one or several events on the destination's platform."""

    gateways: dict[str, Gateway]
    reader: Reader
    queries: Queries
    candle_charts: CandleChartReader
    charts: ChartRenderer
    platform_health: PlatformHealth
    button_permissions: ButtonPermissions

    def add_gateway(self, gateway: Gateway) -> None:
        self.gateways[gateway.platform] = gateway

    @property
    def open_platforms(self) -> frozenset[str]:
        """Return the platforms that this process is connected to, or will be."""
        health = self.platform_health
        return (frozenset(self.gateways) | health.open_platforms) - health.closed_platforms

    async def deliver_events(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, level: NotificationLevel, is_repeat: bool
    ) -> str:
        """Send events as one message; raise DeliveryError when it did not arrive."""
        gateway = self.gateways.get(chat.platform)
        if gateway is None:
            raise DeliveryError(f"{chat.platform} is not connected")
        message = await self._build_message(chat, tuple(item.event for item in events))
        if is_repeat:
            return await gateway.send_message(chat.address, mark_as_repeat(message), level=level)
        before = await self._previous_message(chat, events)
        if before is not None and gateway.can_edit and _is_next_fill_of_order(before.event.event, events[0].event):
            try:
                await gateway.edit_message(chat.address, before.message_id, message)
            except DeliveryError as error:
                if error.retry_after is not None:
                    # The message can be changed soon: a new one would report the same order twice.
                    raise
            else:
                return before.message_id
        return await gateway.send_message(
            chat.address, message, level=level, reply_to=before.message_id if before else ""
        )

    async def send_announcement(self, chat: Destination, text: str) -> None:
        """Send a sentence that no event is about."""
        gateway = self.gateways.get(chat.platform)
        if gateway is not None:
            await gateway.send_message(
                chat.address, sentence_reply(text, tone=Tone.WARNING), level=NotificationLevel.SILENT
            )

    async def _previous_message(self, chat: Destination, events: tuple[NumberedEvent, ...]) -> DeliveredEvent | None:
        """Return the message to reply to: the last one of the trade, else that of the order."""
        event = events[0].event
        if len(events) > 1 or not event.thread:
            return None
        found = await self.reader.last_delivered_event(chat.key, event.thread)
        if found is None and isinstance(event.payload, OrderFilled | TradeClosed):
            return await self.reader.last_delivered_event(chat.key, order_thread(event.payload.intent))
        return found

    async def _build_message(self, chat: Destination, events: tuple[Event, ...]) -> Reply:
        """Build the message for a chat: no amounts for a group, no forbidden buttons for an operator."""
        recipient = next((one for one in await self.reader.operators() if one.operator_id == chat.operator_id), None)
        message = await self._build_event_message(chat, events, recipient)
        is_hiding = not (chat.is_private or chat.shows_amounts)
        visible = make_visible(message, is_hiding_amounts=is_hiding)
        if not chat.is_private or recipient is None:
            return visible
        return await self.button_permissions.filter_buttons(visible, recipient)

    async def _build_event_message(
        self, chat: Destination, events: tuple[Event, ...], recipient: Operator | None
    ) -> Reply:
        timezone = recipient.timezone if recipient else UTC_ZONE
        if len(events) > 1:
            return digest_message(events, timezone)
        event, by = events[0], acting_operator(events[0])
        image = await self._draw_chart(chat, event, recipient)
        return event_message(event, image, "" if by is None else await self.queries.operator_name(by), timezone)

    async def _working_guards(self, bot: Bot, payload: OrderFilled | TradeClosed) -> PositionGuards:
        """Return what guards the position that a fill left: by now if it is still the same, else when it was filled."""
        if isinstance(payload, TradeClosed):
            return NO_GUARDS
        if bot.status is not BotStatus.DELETED:
            view = await self.queries.view(bot)
            if view.ledger.position.quantity == payload.position_quantity:
                return view.guards
        return payload.guards or NO_GUARDS

    async def _draw_chart(self, destination: Destination, event: Event, recipient: Operator | None) -> Image | None:
        """Draw the candles around a fill; a failing chart never holds up the message."""
        payload = event.payload
        if event.bot is None or not isinstance(payload, OrderFilled | TradeClosed):
            return None
        bot = await self.queries.bot_by_id(event.bot.bot_id)
        if bot is None:
            return None
        zone = recipient.timezone if recipient else UTC_ZONE
        try:
            guards = await self._working_guards(bot, payload)
            spec = await self.candle_charts.fill_chart(
                bot, payload.fill, _fill_lines(payload, guards), count=CHART_CANDLES, timezone=zone
            )
            name = file_stem(event.bot.name, event.bot.mode, f"{payload.intent.reference[2:6].lower()}")
            return await render_chart(self.charts, spec, name, recipient if destination.is_private else None)
        except QuarterdeckError as error:
            logger.warning("no chart for a message", extra={"event_id": event.event_id, "error": str(error)})
            return None


def _is_next_fill_of_order(before: Event, now: Event) -> bool:
    """Return whether a fill continues the order of the last message, which is then changed in place."""
    if not (isinstance(before.payload, OrderFilled) and isinstance(now.payload, OrderFilled)):
        return False
    is_same = before.payload.intent.client_order_id == now.payload.intent.client_order_id
    return is_same and before.payload.order_filled < now.payload.order_filled


def _fill_lines(payload: OrderFilled | TradeClosed, guards: PositionGuards) -> tuple[PriceLine, ...]:
    price = payload.fill.price
    if isinstance(payload, TradeClosed):
        return price_lines(exit=price, entry=payload.trade.entry_price)
    is_buy = payload.fill.side is OrderSide.BUY
    return price_lines(
        bought=price if is_buy else None,
        sold=None if is_buy else price,
        stop=guards.stop_price,
        target=guards.target_price,
    )
