"""Messages about events: the presenter of each kind, and one, many or repeated events as replies (UX.md, 3.6)."""

from dataclasses import replace
from functools import singledispatch

from bot.commands.notify import state_presenters as state
from bot.commands.notify import trading_presenters as trading
from bot.commands.notify.presentation import EventContext, Presentation
from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Footer,
    Headline,
    Image,
    Reply,
    Text,
    build_reply,
    button_row,
)
from bot.commands.reply.inline_time import RichText, join_lines, join_text
from bot.commands.reply.input_text import count_text
from bot.commands.text.labels import bot_button
from bot.commands.text.times import UTC_ZONE, TimeFormatter
from bot.domain.events import Event, Payload
from bot.domain.market import Mode

SENT_AGAIN_MARK = "(sent again)"
MAX_DIGEST_LINES = 40


@singledispatch
def present_event(payload: Payload, _: EventContext) -> Presentation:
    """Present an event by the presenter of its kind: a new kind needs its line below."""
    raise TypeError(f"{type(payload).__name__} has no presenter")


present_event.register(trading.present_fill)
present_event.register(trading.present_trade)
present_event.register(trading.present_dust)
present_event.register(trading.present_placed_order)
present_event.register(trading.present_canceled_order)
present_event.register(trading.present_rejected_order)
present_event.register(trading.present_signal)
present_event.register(state.present_running)
present_event.register(state.present_pause)
present_event.register(state.present_stop)
present_event.register(state.present_failure)
present_event.register(state.present_risk)
present_event.register(trading.present_lost_stop)
present_event.register(state.present_panic)
present_event.register(state.present_lifted_panic)
present_event.register(state.present_recovery)
present_event.register(state.present_corruption)
present_event.register(state.present_lost_platform)
present_event.register(state.present_returned_platform)
present_event.register(state.present_access)
present_event.register(state.present_difference)


def event_message(event: Event, image: Image | None = None, actor_name: str = "", timezone: str = UTC_ZONE) -> Reply:
    """Return the message about an event; `actor_name` is the operator who did it, `timezone` the reader's."""
    shown = _present(event, timezone)
    headline = _headline(event, shown)
    buttons = tuple(button(event.bot) for button in shown.buttons) if event.bot else shown.desk_buttons
    return build_reply(
        headline.with_suffix(f" by {actor_name}") if actor_name else headline,
        *shown.body,
        image,
        button_row(*buttons),
        tone=shown.tone,
        subject_key=shown.subject_key,
    )


def event_headline(event: Event, timezone: str = UTC_ZONE) -> Headline:
    """Return line 1 of the message about an event, which is also its line in digests and `/logs`."""
    return _headline(event, _present(event, timezone))


def digest_message(events: tuple[Event, ...], timezone: str = UTC_ZONE) -> Reply:
    """Return one message for many events, one line each, oldest first."""
    faces = {event.bot.name: event.bot for event in events if event.bot}
    one = next(iter(faces.values())) if len(faces) == 1 else None
    who = one.name if one else count_text(len(faces), "bot")
    lines = [
        _digest_line(event, TimeFormatter(events[-1].moment.wall, timezone)) for event in events[:MAX_DIGEST_LINES]
    ]
    more = f"… {len(events) - MAX_DIGEST_LINES} more, see /logs" if len(events) > MAX_DIGEST_LINES else ""
    return build_reply(
        Headline(
            f"{count_text(len(events), 'event')}, one message instead of {len(events)}",
            name=who,
            mode=one.mode if one else None,
        ),
        Text(join_lines([*lines, more] if more else lines)),
        button_row(
            bot_button("Card", "bot", one, ButtonStyle.PRIMARY)
            if one
            else Button("Fleet", "/bots", ButtonStyle.PRIMARY),
            bot_button("Logs", "logs", one) if one else Button("Logs", "/logs"),
        ),
    )


def _digest_line(event: Event, times: TimeFormatter) -> RichText:
    """Return when it happened, on a recording's clock in PRACTICE, and what."""
    is_practice = event.bot is not None and event.bot.mode is Mode.PRACTICE
    when = times.table_time(event.moment.market) if is_practice else times.state_time(event.moment.wall)
    return join_text(when, "  ", event_headline(event, times.timezone).line)


def mark_as_repeat(message: Reply) -> Reply:
    """Mark a message that may have arrived before a crash."""
    first, *rest = message.blocks
    if isinstance(first, Headline):
        marked = replace(first, symbol=f"{SENT_AGAIN_MARK} {first.symbol}".strip())
        return replace(message, blocks=(marked, *rest))
    return replace(message, blocks=(*message.blocks, Footer(SENT_AGAIN_MARK)))


def _present(event: Event, timezone: str) -> Presentation:
    context = EventContext(event.bot, TimeFormatter(event.moment.wall, timezone))
    return present_event(event.payload, context)


def _headline(event: Event, shown: Presentation) -> Headline:
    if event.bot is None:
        return Headline(shown.text, shown.symbol)
    return Headline(shown.text, shown.symbol, event.bot.name, event.bot.mode)
