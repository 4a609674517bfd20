"""What people choose for themselves: zone, charts, where and how loudly they are told of what."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.commands.catalog.linking import shown
from bot.commands.reply.blocks import Button, Headline, KeyValues, Meaning, Reply, Tone, reply, rows_of
from bot.commands.reply.input_text import listed
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Completion, Place, Privacy, Topic, Traits, Word, command
from bot.commands.text.labels import DONE
from bot.commands.text.quiet_hours import quiet_text, read_quiet
from bot.commands.text.time_zones import known_zone
from bot.commands.text.times import duration
from bot.domain.errors import InvalidInput
from bot.domain.events import Topic as Kind
from bot.domain.people import Loudness, Operator, Role
from bot.engine.notifications.level import USUAL, chosen_loudness
from bot.engine.people.operators import Crew
from bot.engine.people.preferences import Choices

_KINDS = "fills, orders, signals, life-cycle, risk, errors or reports"
_LEVELS = "on, silent or off"
_NEXT = {Loudness.ON: Loudness.SILENT, Loudness.SILENT: Loudness.OFF, Loudness.OFF: Loudness.ON}
_SHORT = {Kind.LIFE_CYCLE: "Life"}
TOLD_KINDS = tuple(USUAL)
OFF = "off"
IN_PRIVATE = Traits(privacy=Privacy.PRIVATE_ANSWER)


class SettingsArguments(Arguments):
    """What to change; nothing shows them all."""

    timezone: Annotated[
        str | None, Word("an IANA name", "Europe/Berlin", place=Place.KEY, completion=Completion.ZONES)
    ] = None
    language: Annotated[str | None, Word("en", "en", place=Place.KEY)] = None
    charts: Annotated[str | None, Word("dark or light", "light", place=Place.KEY)] = None
    prefer: Annotated[str | None, Word("a platform you are linked on", "telegram", place=Place.KEY)] = None
    failover: Annotated[int | None, Field(ge=1, le=1440), Word("minutes, 1 to 1440", "5", place=Place.KEY)] = None


class NotifyArguments(Arguments):
    """Which kind, and how loudly."""

    kind: Annotated[str | None, Word(_KINDS, "fills")] = None
    level: Annotated[Loudness | None, Word(_LEVELS, "silent")] = None


class QuietArguments(Arguments):
    """The hours, or off."""

    hours: Annotated[str | None, Word("hours as from-to, or off", "23-7")] = None


class ZoneArguments(Arguments):
    """A time zone."""

    zone: Annotated[str, Word("a city or an IANA name", "Europe/Berlin", completion=Completion.ZONES)]


@command(
    "settings",
    summary="Your own settings: time zone, charts, which platform is told first",
    role=Role.VIEWER,
    topic=Topic.ALERTS,
    examples=("/settings", "/settings timezone=Europe/Berlin", "/settings charts=light prefer=discord"),
    traits=IN_PRIVATE,
)
async def settings(args: SettingsArguments, ctx: Context, choices: Choices, crew: Crew) -> Reply:
    """Change settings and show them."""
    operator = ctx.operator
    own = [one.platform for one in await crew.identities(operator.operator_id)]
    preferences = operator.preferences
    if args.language is not None and args.language.casefold() not in ("en", "english"):
        raise InvalidInput("texts are in English so far. Expected en, for example language=en", fix="language=en")
    if args.charts is not None:
        preferences = replace(preferences, charts=_one_of(args.charts, ("dark", "light"), "charts"))
    if args.prefer is not None:
        preferences = replace(preferences, prefers=_one_of(args.prefer, own, "prefer"))
    if args.failover is not None:
        preferences = replace(preferences, failover_minutes=args.failover)
    zone = None if args.timezone is None else known_zone(args.timezone)
    if preferences != operator.preferences:
        operator = await choices.prefer(operator, preferences)
    if zone is not None:
        operator = await choices.set_timezone(operator, zone)
    is_changed = operator != ctx.operator
    return _settings_reply(operator, own, is_changed=is_changed)


@command(
    "timezone",
    summary="Set your time zone",
    role=Role.VIEWER,
    topic=Topic.ALERTS,
    examples=("/timezone Europe/Berlin",),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER, is_hidden=True),
)
async def timezone(args: ZoneArguments, ctx: Context, choices: Choices, crew: Crew) -> Reply:
    """Set the time zone, asked for by the settings' button."""
    operator = await choices.set_timezone(ctx.operator, known_zone(args.zone))
    own = [one.platform for one in await crew.identities(operator.operator_id)]
    return _settings_reply(operator, own, is_changed=True)


@command(
    "notify",
    summary="How loudly you are told of what: on, silent, off",
    role=Role.VIEWER,
    topic=Topic.ALERTS,
    examples=("/notify", "/notify fills off", "/notify orders silent"),
    traits=Traits(
        privacy=Privacy.PRIVATE_ANSWER,
        notes=("On rings, silent does not, off is not sent. What you must act on (🚨) always rings.",),
    ),
)
async def notify(args: NotifyArguments, ctx: Context, choices: Choices) -> Reply:
    """Show how loudly the person is told of each kind, or change one."""
    operator = ctx.operator
    if args.kind is not None:
        kind = Kind(_one_of(args.kind, [one.value for one in TOLD_KINDS], "kind"))
        level = args.level or _NEXT[chosen_loudness(operator, kind)]
        operator = await choices.set_notify(operator, kind, level)
    buttons = [_kind_button(operator, kind) for kind in TOLD_KINDS]
    return reply(
        Headline("tap to cycle on, silent, off; quiet hours silence all but 🚨", name="Alerts"),
        rows_of(*(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))),
        about="list:notify",
    )


@command(
    "quiet",
    summary="Hours of the day in which nothing rings",
    role=Role.VIEWER,
    topic=Topic.ALERTS,
    examples=("/quiet 23-7", "/quiet 22:30-06:45", "/quiet off"),
    traits=IN_PRIVATE,
)
async def quiet(args: QuietArguments, ctx: Context, choices: Choices) -> Reply:
    """Set quiet hours, end them, or show them."""
    operator = ctx.operator
    if args.hours is not None:
        hours = None if args.hours.casefold() in (OFF, "none") else read_quiet(args.hours)
        operator = await choices.set_quiet(operator, hours)
    now = quiet_text(operator.preferences.quiet)
    text = f"Quiet hours {now} ({operator.timezone}); only 🚨 rings then." if now != "none" else "No quiet hours."
    offered = (Button("23 to 7", "/quiet 23-7", Meaning.PRIMARY), Button("22 to 8", "/quiet 22-8"))
    return reply(
        Headline(text, DONE if args.hours is not None else ""),
        rows_of(offered, (Button("Off", "/quiet off"), Button("Settings", "/settings"))),
        tone=Tone.GOOD if args.hours is not None else Tone.INFORMATION,
        about="list:quiet",
    )


def _settings_reply(operator: Operator, own: list[str], *, is_changed: bool) -> Reply:
    preferences = operator.preferences
    first = preferences.prefers if preferences.prefers in own else own[0]
    other = "light" if preferences.charts == "dark" else "dark"
    rows = (
        ("Time zone", operator.timezone),
        ("Language", "English"),
        ("Charts", preferences.charts),
        ("Quiet hours", quiet_text(preferences.quiet)),
        ("Told first on", shown(first)),
        ("Elsewhere after", duration(timedelta(minutes=preferences.failover_minutes))),
    )
    linked = ", ".join(map(shown, own))
    prefer = [Button(f"Prefer {shown(one)}", f"/settings prefer={one}") for one in own if one != first]
    return reply(
        Headline(f"{operator.name}, {operator.role} · {linked} linked", DONE if is_changed else "", "Settings"),
        KeyValues(rows),
        rows_of(
            (Button("Time zone", "/timezone"), Button(f"Charts: {other}", f"/settings charts={other}")),
            (Button("Quiet hours", "/quiet"), Button("Alerts", "/notify")),
            tuple(prefer[:2]),
            (Button("Link another", "/link"), *((Button("Unlink", "/unlink", Meaning.DANGER),) if prefer else ())),
        ),
        about="list:settings",
    )


def _kind_button(operator: Operator, kind: Kind) -> Button:
    now = chosen_loudness(operator, kind)
    label = f"{_SHORT.get(kind, kind.value.capitalize())}: {now}"
    return Button(label, f"/notify {kind} {_NEXT[now]}")


def _one_of(text: str, known: list[str] | tuple[str, ...], name: str) -> str:
    wanted = text.strip().casefold()
    if wanted in known:
        return wanted
    raise InvalidInput(f"{name} cannot be {text[:40]}. Expected {listed(known)}, for example {name}={known[0]}")
