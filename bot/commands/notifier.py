"""Takes events from the relay and hands messages to gateways."""

import logging
from collections.abc import Iterable

from bot.commands.drawing import file_stem, picture
from bot.commands.event_lines import event_line
from bot.commands.gateway import Gateway
from bot.commands.notices import notice
from bot.commands.reply import Button, Footer, Headline, Image, Meaning, Reply, Text, reply, row_of
from bot.commands.wording import counted
from bot.domain.errors import DeliveryError, QuarterdeckError
from bot.domain.events import Event, Level, OrderFilled, TradeClosed
from bot.domain.facts import Destination
from bot.engine.chart_specs import Levels, Pictures
from bot.engine.queries import Queries
from bot.ports.charts import ChartRenderer
from bot.ports.storage import NumberedEvent, PeopleReader

logger = logging.getLogger(__name__)

AGAIN = "(sent again)"
CANDLES = 120
MOST_LINES = 40
LOUDNESS = (Level.OFF, Level.SILENT, Level.LOUD, Level.CRITICAL)


class Notifier:
    """Draws one message for one or many events and sends it over the destination's platform."""

    def __init__(
        self,
        *,
        gateways: Iterable[Gateway],
        reader: PeopleReader,
        queries: Queries,
        pictures: Pictures,
        charts: ChartRenderer,
    ) -> None:
        self._gateways = {gateway.platform: gateway for gateway in gateways}
        self._reader = reader
        self._queries = queries
        self._pictures = pictures
        self._charts = charts

    async def deliver(self, destination: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool) -> str:
        """Send events as one message; raise DeliveryError when it did not arrive."""
        gateway = self._gateways.get(destination.platform)
        if gateway is None:
            raise DeliveryError(f"{destination.platform} is not connected")
        found = tuple(item.event for item in events)
        message = await self._message(destination, found)
        if is_repeat:
            message = sent_again(message)
        return await gateway.send(destination.address, message, level=loudest(found))

    async def _message(self, destination: Destination, events: tuple[Event, ...]) -> Reply:
        if len(events) > 1:
            return digest(events)
        return notice(events[0], await self._image(destination, events[0]))

    async def _image(self, destination: Destination, event: Event) -> Image | None:
        """Draw the candles around a fill; a chart that cannot be drawn never holds the message up."""
        payload = event.payload
        if event.bot is None or not isinstance(payload, OrderFilled | TradeClosed):
            return None
        bot = await self._queries.bot_by_id(event.bot.bot_id)
        if bot is None:
            return None
        operators = {item.operator_id: item.timezone for item in await self._reader.operators()}
        zone = next((zone for key, zone in operators.items() if key == destination.operator_id), "UTC")
        try:
            spec = await self._pictures.candles_until(
                bot, payload.fill.moment.market, count=CANDLES, levels=_levels(payload), timezone=zone
            )
            name = file_stem(event.bot.name, event.bot.mode, f"{payload.intent.reference[2:6].lower()}")
            return await picture(self._charts, spec, name)
        except QuarterdeckError as error:
            logger.warning("no chart for a message", extra={"event_id": event.event_id, "error": str(error)})
            return None


def digest(events: tuple[Event, ...]) -> Reply:
    """Tell many events in one message, one line each, oldest first."""
    names = list(dict.fromkeys(event.bot.name for event in events if event.bot))
    who = names[0] if len(names) == 1 else counted(len(names), "bot")
    lines = [event_line(event) for event in events[:MOST_LINES]]
    more = f"… {len(events) - MOST_LINES} more, see /logs" if len(events) > MOST_LINES else ""
    return reply(
        Headline(f"{counted(len(events), 'event')}, one message instead of {len(events)}", name=who),
        Text("\n".join([*lines, more] if more else lines)),
        row_of(Button("Fleet", "/bots", Meaning.PRIMARY), Button("Logs", "/logs")),
    )


def sent_again(message: Reply) -> Reply:
    """Mark a message that may have arrived before a crash."""
    first, *rest = message.blocks
    if isinstance(first, Headline):
        marked = Headline(first.text, f"{AGAIN} {first.symbol}".strip(), first.name, first.mode)
        return Reply(blocks=(marked, *rest), tone=message.tone, about=message.about, is_private=message.is_private)
    return Reply(blocks=(*message.blocks, Footer(AGAIN)), tone=message.tone, about=message.about)


def loudest(events: tuple[Event, ...]) -> Level:
    """Return the level of the loudest event."""
    return max((event.level for event in events), key=LOUDNESS.index)


def _levels(payload: OrderFilled | TradeClosed) -> Levels:
    if isinstance(payload, TradeClosed):
        return Levels(entry=payload.trade.entry_price, stop=None, target=None)
    return Levels(entry=None, stop=payload.stop_price, target=payload.target_price)
