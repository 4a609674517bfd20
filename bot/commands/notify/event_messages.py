"""Messages about events: the presenter of each kind, and one, many or repeated events as replies (UX.md, 3.6)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

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
    Tone,
    build_reply,
    button_row,
)
from bot.commands.reply.inline_time import join_lines
from bot.commands.reply.input_text import count_text
from bot.commands.text.labels import PAUSED, RUNNING, bot_label_button
from bot.commands.text.times import UTC_ZONE, TimeFormatter
from bot.domain.events import (
    AccessChanged,
    BotFailed,
    BotPaused,
    BotResumed,
    BotStarted,
    BotStopped,
    DeskRecovered,
    Event,
    OrderCanceled,
    OrderFilled,
    OrderPlaced,
    OrderRejected,
    PanicEngaged,
    PanicLifted,
    Payload,
    PlatformBack,
    PlatformDown,
    RiskTripped,
    SignalRaised,
    StoppedByCorruption,
    TradeClosed,
)

SENT_AGAIN_MARK = "(sent again)"
MAX_DIGEST_LINES = 40

_Kind = TypeVar("_Kind")
Presenter = Callable[[Payload, EventContext], Presentation]


def _row(kind: type[_Kind], present: Callable[[_Kind, EventContext], Presentation]) -> tuple[type, Presenter]:
    def present_payload(payload: Payload, context: EventContext) -> Presentation:
        if not isinstance(payload, kind):
            raise TypeError(f"{type(payload).__name__} is no {kind.__name__}")
        return present(payload, context)

    return kind, present_payload


PRESENTERS: Mapping[type, Presenter] = dict(
    (
        _row(OrderFilled, trading.present_fill),
        _row(TradeClosed, trading.present_trade),
        _row(OrderPlaced, trading.present_placed_order),
        _row(OrderCanceled, trading.present_canceled_order),
        _row(OrderRejected, trading.present_rejected_order),
        _row(SignalRaised, trading.present_signal),
        _row(BotStarted, lambda *_: Presentation(symbol=RUNNING, text="running", tone=Tone.SUCCESS)),
        _row(BotPaused, lambda *_: Presentation(symbol=PAUSED, text="paused", tone=Tone.WARNING)),
        _row(BotResumed, lambda *_: Presentation(symbol=RUNNING, text="running again", tone=Tone.SUCCESS)),
        _row(BotStopped, state.present_stop),
        _row(BotFailed, state.present_failure),
        _row(RiskTripped, state.present_risk),
        _row(PanicEngaged, state.present_panic),
        _row(PanicLifted, state.present_lifted_panic),
        _row(DeskRecovered, state.present_recovery),
        _row(StoppedByCorruption, state.present_corruption),
        _row(PlatformDown, state.present_lost_platform),
        _row(PlatformBack, state.present_returned_platform),
        _row(AccessChanged, state.present_access),
    )
)
"""The presenter of each kind of event: a new kind needs its row here."""


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
    lines = [event_headline(event, timezone).line for event in events[:MAX_DIGEST_LINES]]
    more = f"… {len(events) - MAX_DIGEST_LINES} more, see /logs" if len(events) > MAX_DIGEST_LINES else ""
    return build_reply(
        Headline(
            f"{count_text(len(events), 'event')}, one message instead of {len(events)}",
            "",
            who,
            one.mode if one else None,
        ),
        Text(join_lines([*lines, more] if more else lines)),
        button_row(
            bot_label_button("Card", "bot", one, ButtonStyle.PRIMARY)
            if one
            else Button("Fleet", "/bots", ButtonStyle.PRIMARY),
            bot_label_button("Logs", "logs", one) if one else Button("Logs", "/logs"),
        ),
    )


def mark_as_repeat(message: Reply) -> Reply:
    """Mark a message that may have arrived before a crash."""
    first, *rest = message.blocks
    if isinstance(first, Headline):
        marked = replace(first, symbol=f"{SENT_AGAIN_MARK} {first.symbol}".strip())
        return Reply(
            blocks=(marked, *rest), tone=message.tone, subject_key=message.subject_key, is_private=message.is_private
        )
    return Reply(blocks=(*message.blocks, Footer(SENT_AGAIN_MARK)), tone=message.tone, subject_key=message.subject_key)


def _present(event: Event, timezone: str) -> Presentation:
    context = EventContext(event.bot, TimeFormatter(event.moment.wall, timezone))
    return PRESENTERS[type(event.payload)](event.payload, context)


def _headline(event: Event, shown: Presentation) -> Headline:
    if event.bot is None:
        return Headline(shown.text, shown.symbol)
    return Headline(shown.text, shown.symbol, event.bot.name, event.bot.mode)
