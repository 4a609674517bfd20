"""Takes events from the relay and hands messages to gateways."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from bot.commands.notify.event_messages import notice
from bot.commands.notify.gateway import Gateway
from bot.commands.reply.blocks import (
    Button,
    Footer,
    Headline,
    Image,
    Meaning,
    Reply,
    Text,
    Tone,
    reply,
    row_of,
    sentence,
)
from bot.commands.reply.inline_time import in_lines
from bot.commands.reply.input_text import counted
from bot.commands.spec.button_permissions import Reach
from bot.commands.text.amount_masking import discreet, hiding
from bot.commands.text.captions import file_stem, picture
from bot.commands.text.event_text import event_headline
from bot.commands.text.labels import face_button
from bot.commands.text.times import UTC_ZONE
from bot.domain.destination import Destination
from bot.domain.errors import DeliveryError, QuarterdeckError
from bot.domain.events import (
    BotPaused,
    BotResumed,
    BotStarted,
    BotStopped,
    Event,
    Level,
    OrderFilled,
    PanicEngaged,
    PanicLifted,
    TradeClosed,
    order_thread,
)
from bot.domain.people import Operator
from bot.engine.health.platforms import PlatformBoard
from bot.engine.reports.chart_specs import Levels, Pictures
from bot.engine.reports.queries import Queries
from bot.ports.charts import ChartRenderer
from bot.ports.storage import NumberedEvent, OutboxReader, PeopleReader, ToldEvent

logger = logging.getLogger(__name__)

AGAIN = "(sent again)"
CANDLES = 120
MOST_LINES = 40


_DONE_BY_SOMEBODY = BotStarted | BotPaused | BotResumed | BotStopped | PanicEngaged | PanicLifted


class NotifierReader(OutboxReader, PeopleReader, Protocol):
    """What the notifier reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierParts:
    """What messages about events are made with."""

    reader: NotifierReader
    queries: Queries
    pictures: Pictures
    charts: ChartRenderer
    board: PlatformBoard
    reach: Reach


class Notifier:
    """Draws one message for one or many events and sends it over the destination's platform."""

    def __init__(self, gateways: Iterable[Gateway], parts: NotifierParts) -> None:
        self._gateways = {gateway.platform: gateway for gateway in gateways}
        self._board = parts.board
        self._reader = parts.reader
        self._queries = parts.queries
        self._pictures = parts.pictures
        self._charts = parts.charts
        self._reach = parts.reach

    def add(self, gateway: Gateway) -> None:
        """Send over another platform from now on."""
        self._gateways[gateway.platform] = gateway

    @property
    def open_platforms(self) -> frozenset[str]:
        """Return the platforms this process talks to, or will as soon as they answer."""
        return (frozenset(self._gateways) | self._board.open_platforms) - self._board.closed_platforms

    async def deliver(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, level: Level, is_repeat: bool
    ) -> str:
        """Send events as one message; raise DeliveryError when it did not arrive."""
        gateway = self._gateways.get(chat.platform)
        if gateway is None:
            raise DeliveryError(f"{chat.platform} is not connected")
        message = await self._message(chat, tuple(item.event for item in events))
        if is_repeat:
            return await gateway.send(chat.address, sent_again(message), level=level)
        before = await self._before(chat, events)
        if before is not None and gateway.can_edit and _goes_on(before.numbered.event, events[0].event):
            try:
                await gateway.edit(chat.address, before.message_id, message)
            except DeliveryError as error:
                if error.retry_after is not None:
                    # It can be changed soon: another message would tell the same order twice.
                    raise
            else:
                return before.message_id
        return await gateway.send(chat.address, message, level=level, answers=before.message_id if before else "")

    async def announce(self, chat: Destination, text: str) -> None:
        """Say one sentence at a destination that no event is about."""
        gateway = self._gateways.get(chat.platform)
        if gateway is not None:
            await gateway.send(chat.address, sentence(text, tone=Tone.LOOK), level=Level.SILENT)

    async def _before(self, chat: Destination, events: tuple[NumberedEvent, ...]) -> ToldEvent | None:
        """Return what a message answers: the last one of its trade, else that of its order."""
        event = events[0].event
        if len(events) > 1 or not event.thread:
            return None
        found = await self._reader.last_told(chat.key, event.thread)
        if found is None and isinstance(event.payload, OrderFilled | TradeClosed):
            return await self._reader.last_told(chat.key, order_thread(event.payload.intent))
        return found

    async def _message(self, chat: Destination, events: tuple[Event, ...]) -> Reply:
        """Draw events for who reads a chat: a group sees no amounts, one person no button that would be refused."""
        reader = await self._reader_of(chat)
        if chat.is_private:
            message = await self._about(chat, events, reader)
            return message if reader is None else await self._reach.of(message, reader)
        with hiding(is_hiding=not chat.shows_amounts):
            message = await self._about(chat, events, reader)
        return message if chat.shows_amounts else discreet(message, self._queries.currencies())

    async def _about(self, chat: Destination, events: tuple[Event, ...], reader: Operator | None) -> Reply:
        timezone = reader.timezone if reader else UTC_ZONE
        if len(events) > 1:
            return digest(events, timezone)
        event = events[0]
        return notice(event, await self._image(chat, event, reader), await self._doer(event), timezone)

    async def _reader_of(self, chat: Destination) -> Operator | None:
        """Return the person whose clock and colours a message to a chat has."""
        operators = {one.operator_id: one for one in await self._reader.operators()}
        return operators.get(chat.operator_id)

    async def _doer(self, event: Event) -> str:
        """Return the name of who changed the state of a bot, or of all; nothing if a bot did that by itself."""
        payload = event.payload
        if not isinstance(payload, _DONE_BY_SOMEBODY) or payload.by is None:
            return ""
        return await self._queries.operator_name(payload.by)

    async def _image(self, destination: Destination, event: Event, reader: Operator | None) -> Image | None:
        """Draw the candles around a fill; a chart that cannot be drawn never holds the message up."""
        payload = event.payload
        if event.bot is None or not isinstance(payload, OrderFilled | TradeClosed):
            return None
        bot = await self._queries.bot_by_id(event.bot.bot_id)
        if bot is None:
            return None
        zone = reader.timezone if reader else UTC_ZONE
        try:
            spec = await self._pictures.candles_until(
                bot, payload.fill.moment.market, count=CANDLES, levels=_levels(payload), timezone=zone
            )
            name = file_stem(event.bot.name, event.bot.mode, f"{payload.intent.reference[2:6].lower()}")
            return await picture(self._charts, spec, name, reader if destination.is_private else None)
        except QuarterdeckError as error:
            logger.warning("no chart for a message", extra={"event_id": event.event_id, "error": str(error)})
            return None


def digest(events: tuple[Event, ...], timezone: str = UTC_ZONE) -> Reply:
    """Tell many events in one message, one line each, oldest first."""
    faces = {event.bot.name: event.bot for event in events if event.bot}
    one = next(iter(faces.values())) if len(faces) == 1 else None
    who = one.name if one else counted(len(faces), "bot")
    lines = [event_headline(event, timezone).line for event in events[:MOST_LINES]]
    more = f"… {len(events) - MOST_LINES} more, see /logs" if len(events) > MOST_LINES else ""
    return reply(
        Headline(
            f"{counted(len(events), 'event')}, one message instead of {len(events)}", "", who, one.mode if one else None
        ),
        Text(in_lines([*lines, more] if more else lines)),
        row_of(
            face_button("Card", "bot", one, Meaning.PRIMARY) if one else Button("Fleet", "/bots", Meaning.PRIMARY),
            face_button("Logs", "logs", one) if one else Button("Logs", "/logs"),
        ),
    )


def sent_again(message: Reply) -> Reply:
    """Mark a message that may have arrived before a crash."""
    first, *rest = message.blocks
    if isinstance(first, Headline):
        marked = replace(first, symbol=f"{AGAIN} {first.symbol}".strip())
        return Reply(blocks=(marked, *rest), tone=message.tone, about=message.about, is_private=message.is_private)
    return Reply(blocks=(*message.blocks, Footer(AGAIN)), tone=message.tone, about=message.about)


def _goes_on(before: Event, now: Event) -> bool:
    """Tell whether a fill is one more part of the order whose last part was told: then it is one message."""
    if not (isinstance(before.payload, OrderFilled) and isinstance(now.payload, OrderFilled)):
        return False
    is_same = before.payload.intent.client_order_id == now.payload.intent.client_order_id
    return is_same and before.payload.order_filled < now.payload.order_filled


def _levels(payload: OrderFilled | TradeClosed) -> Levels:
    if isinstance(payload, TradeClosed):
        return Levels(entry=payload.trade.entry_price, stop=None, target=None)
    return Levels(entry=None, stop=payload.stop_price, target=payload.target_price)
