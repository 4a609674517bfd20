"""Presenters of events about bots that stop or fail, the kill switch, platforms and access (UX.md, section 3.6)."""

from functools import partial

from bot.commands.notify.presentation import CARD, CLOSE, RUN, BotButton, EventContext, Presentation
from bot.commands.reply.blocks import Button, ButtonStyle, Footer, Text, Tone
from bot.commands.reply.inline_time import RichText, join_lines, join_text
from bot.commands.reply.input_text import count_text, quote_words
from bot.commands.text import numbers
from bot.commands.text.labels import ALERT, DONE, FAILED, PAUSED, RUNNING, STOPPED, WARNING, bot_button, side_label
from bot.commands.text.stop_text import KeptGuard, canceled_text, held_text, kept_guard_text
from bot.commands.text.times import duration
from bot.commands.text.trade_text import exact_price
from bot.domain import events
from bot.domain.book_events import BooksDiffer
from bot.engine.trading.risk import RiskControl
from bot.ports.replay import RECORDING_ENDED

_STATS: BotButton = partial(bot_button, "Stats", "stats", meaning=ButtonStyle.PRIMARY)
_LOGS: BotButton = partial(bot_button, "Logs", "logs", meaning=ButtonStyle.PRIMARY)
_FLATTEN: BotButton = partial(bot_button, "Flatten", "stop", meaning=ButtonStyle.DANGER, arguments="policy=flatten")
_PEOPLE_BUTTONS = (Button("People", "/users", ButtonStyle.PRIMARY), Button("Audit", "/audit"))


def present_running(payload: events.BotStarted | events.BotResumed, _: EventContext) -> Presentation:
    text = "running" if isinstance(payload, events.BotStarted) else "running again"
    return Presentation(symbol=RUNNING, text=text, tone=Tone.SUCCESS)


def present_pause(_: events.BotPaused, __: EventContext) -> Presentation:
    return Presentation(symbol=PAUSED, text="paused", tone=Tone.WARNING)


def present_stop(payload: events.BotStopped, context: EventContext) -> Presentation:
    """Present what a stop canceled and kept."""
    remark = join_text(": ", quote_words(payload.remark)) if payload.remark else ""
    return Presentation(
        symbol=STOPPED,
        text=join_text("stopped", remark),
        body=(Text(_kept_text(payload, context)),),
        buttons=_stop_buttons(payload),
        tone=Tone.NEUTRAL,
    )


def present_failure(payload: events.BotFailed, _: EventContext) -> Presentation:
    return Presentation(
        symbol=FAILED,
        text=f"failed after {count_text(payload.tries, 'try', 'tries')}",
        body=(Text(quote_words(payload.error)), Footer(f"ref {payload.reference}")),
        buttons=(_LOGS, RUN),
        tone=Tone.ERROR,
    )


def present_risk(payload: events.RiskTripped, context: EventContext) -> Presentation:
    """Present the limit that was reached, and what stays open."""
    left = payload.stays_open
    way_out = ", the owner lifts it with /unlock" if payload.control == RiskControl.BLOCKED else ""
    amount = numbers.exact_quantity(abs(left), context.base_currency)
    stays = join_text(f"Stays open: {side_label(left)} ", amount, ".") if left else "Nothing is held."
    return Presentation(
        symbol=ALERT,
        text=join_text(f"{payload.control.replace('_', ' ')}: ", quote_words(payload.text), way_out),
        body=(Text(stays),),
        buttons=(CARD, CLOSE),
        tone=Tone.ERROR,
    )


def present_panic(payload: events.PanicEngaged, _: EventContext) -> Presentation:
    """Present what the kill switch did."""
    closing = f", {count_text(payload.closing_positions, 'position')} being closed" if payload.closing_positions else ""
    canceled = f"{count_text(payload.canceled_orders, 'own order')} canceled{closing}."
    stopped = f"{count_text(payload.bots, 'bot')} stopped"
    return Presentation(
        symbol=ALERT,
        text=f"Panic · scope {payload.scope}, {payload.policy}: {stopped}",
        body=(Text(f"{canceled} Stays so until the owner sends /unlock."),),
        tone=Tone.ERROR,
    )


def present_lifted_panic(payload: events.PanicLifted, _: EventContext) -> Presentation:
    return Presentation(symbol=DONE, text=f"Panic lifted, scope {payload.scope}", tone=Tone.SUCCESS)


def present_recovery(payload: events.DeskRecovered, context: EventContext) -> Presentation:
    """Present the downtime, and what changed meanwhile."""
    times, down = context.times, duration(payload.up_at - payload.down_since)
    since, until = times.state_time(payload.down_since), times.state_time(payload.up_at)
    recovered = count_text(payload.bots, "running bot")
    changed = join_lines(map(quote_words, payload.changed)) if payload.changed else "nothing"
    return Presentation(
        symbol=WARNING,
        text=join_text(f"Quarterdeck was down for {down}, ", since, " to ", until, f". {recovered} recovered."),
        body=(
            Text(join_text("Changed meanwhile: ", changed)),
            Text(f"Unknown orders: {payload.unknown_orders or 'none'}."),
        ),
        tone=Tone.WARNING,
    )


def present_corruption(payload: events.StoppedByCorruption, context: EventContext) -> Presentation:
    """Say when and why the process before this one stopped."""
    stopped_at = context.times.state_time(payload.stopped_at)
    return Presentation(
        symbol=ALERT,
        text=join_text("Quarterdeck stopped ", stopped_at, ": stored facts contradict each other"),
        body=(Text(join_text(quote_words(payload.error.rstrip(".")), f". Reference {payload.reference}.")),),
        tone=Tone.ERROR,
    )


def present_lost_platform(payload: events.PlatformDown, context: EventContext) -> Presentation:
    """Present since when a chat platform is out of reach, and why."""
    state = "refuses us" if payload.is_final else "is not reachable"
    since = context.times.inline_time(payload.since)
    reason = quote_words(payload.reason.rstrip("."))
    return Presentation(
        symbol=WARNING,
        text=join_text(f"{payload.platform.capitalize()} {state} since ", since),
        body=(Text(join_text(reason, ". Bots trade on; what is told there waits or goes elsewhere.")),),
        tone=Tone.WARNING,
    )


def present_returned_platform(payload: events.PlatformBack, _: EventContext) -> Presentation:
    """Present for how long a chat platform was out of reach."""
    length = duration(payload.back_at - payload.down_since)
    return Presentation(symbol=DONE, text=f"{payload.platform.capitalize()} is back after {length}", tone=Tone.SUCCESS)


def present_access(payload: events.AccessChanged, _: EventContext) -> Presentation:
    return Presentation(symbol=WARNING, text=quote_words(payload.text), desk_buttons=_PEOPLE_BUTTONS, tone=Tone.WARNING)


def present_difference(payload: BooksDiffer, _: EventContext) -> Presentation:
    """Present books that do not say what the venue holds: nobody may trust a figure before somebody has looked."""
    difference = numbers.signed_money(payload.difference, payload.currency)
    return Presentation(
        symbol=ALERT,
        text=join_text(
            quote_words(payload.account),
            f" · {payload.mode} · the venue holds ",
            difference,
            " beyond what the books say",
        ),
        body=(Text("Figures of this account cannot be trusted until somebody has looked."),),
        desk_buttons=(
            Button("Statement", "/statement", ButtonStyle.PRIMARY),
            Button("Logs", "/logs"),
        ),
        tone=Tone.ERROR,
    )


def _kept_text(payload: events.BotStopped, context: EventContext) -> RichText:
    canceled = canceled_text(payload.policy, payload.canceled_orders, payload.kept_orders)
    kept = payload.kept_quantity
    if not kept:
        return f"{canceled} {'Nothing that could be sold' if payload.has_dust else 'Nothing'} is held."
    amount = numbers.exact_quantity(abs(kept), context.base_currency)
    guarded = kept_guard_text(KeptGuard(payload.stop_price, payload.target_price, payload.stop_gap), exact_price)
    return join_text(f"{canceled} ", held_text(join_text(f"{side_label(kept)} ", amount), guarded, payload.remark))


def _stop_buttons(payload: events.BotStopped) -> tuple[BotButton, ...]:
    if payload.remark != RECORDING_ENDED:
        return _STATS, RUN
    # No Run: a bot started after the end is stopped at once. No restart while the bot holds a position.
    return (CARD, _FLATTEN) if payload.kept_quantity else (_STATS, _restart_button)


def _restart_button(_: object) -> Button:
    return Button("Restart market", "/market action=restart")
