"""Commands for an operator's preferences: time zone, charts, notifications, quiet hours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import keyword_spec
from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Headline,
    KeyValues,
    Reply,
    Tone,
    build_reply,
    button_rows,
    fill_rows,
)
from bot.commands.reply.input_text import join_words
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, ChoiceSource, Effect, Privacy, command
from bot.commands.text.labels import DONE
from bot.commands.text.time_input import parse_quiet_hours, parse_zone, quiet_hours_text
from bot.commands.text.times import duration
from bot.domain.errors import InvalidInput, WordFix
from bot.domain.events import NotificationKind as Kind
from bot.domain.people import NotificationSetting, Operator, Role
from bot.engine.notifications.level import DEFAULT_SETTINGS, chosen_setting
from bot.engine.people.operators import Operators
from bot.engine.people.preferences import PreferenceEditor

_NEXT_LEVEL = {
    NotificationSetting.ON: NotificationSetting.SILENT,
    NotificationSetting.SILENT: NotificationSetting.OFF,
    NotificationSetting.OFF: NotificationSetting.ON,
}
NOTIFICATION_KINDS = tuple(DEFAULT_SETTINGS)


class SettingsArguments(Arguments):
    """Arguments of `/settings`; none shows them all."""

    timezone: Annotated[
        str | None, keyword_spec("a city or a zone", "Europe/Berlin", choice_source=ChoiceSource.ZONES)
    ] = None
    language: Annotated[str | None, keyword_spec("en", "en")] = None
    charts: Annotated[str | None, keyword_spec("dark or light", "light")] = None
    prefer: Annotated[str | None, keyword_spec("a platform you are linked on", "telegram")] = None
    failover: Annotated[int | None, Field(ge=1, le=1440), keyword_spec("minutes, 1 to 1440", "5")] = None


class NotifyArguments(Arguments):
    kind: Annotated[
        str | None, ArgumentSpec("fills, orders, signals, life-cycle, risk, errors or reports", "fills")
    ] = None
    level: Annotated[NotificationSetting | None, ArgumentSpec("on, silent or off", "silent")] = None


class QuietArguments(Arguments):
    hours: Annotated[str | None, ArgumentSpec("hours as from-to, or off", "23-7")] = None


class ZoneArguments(Arguments):
    zone: Annotated[str, ArgumentSpec("a city or a zone", "Europe/Berlin", choice_source=ChoiceSource.ZONES)]


@command(
    "settings",
    Role.VIEWER,
    "/settings",
    "/settings timezone=Europe/Berlin",
    "/settings charts=light prefer=discord",
    privacy=Privacy.PRIVATE_ANSWER,
    effect=Effect.CHANGES_IF_GIVEN,
)
async def settings(
    args: SettingsArguments, ctx: CommandContext, preference_editor: PreferenceEditor, operators: Operators
) -> Reply:
    """Your own settings: time zone, charts, which platform is told first."""
    operator = ctx.operator
    own = [one.platform for one in await operators.identities(operator.operator_id)]
    preferences = operator.preferences
    if args.language is not None and args.language.casefold() not in ("en", "english"):
        raise InvalidInput("language-missing", WordFix((("language", "en"),)))
    if args.charts is not None:
        preferences = replace(preferences, charts=_require_known_word(args.charts, ("dark", "light"), "charts"))
    if args.prefer is not None:
        preferences = replace(preferences, prefers=_require_known_word(args.prefer, own, "prefer"))
    if args.failover is not None:
        preferences = replace(preferences, failover_minutes=args.failover)
    zone = None if args.timezone is None else parse_zone(args.timezone, ctx.now)
    if preferences != operator.preferences:
        operator = await preference_editor.save_preferences(operator, preferences)
    if zone is not None:
        operator = await preference_editor.set_timezone(operator, zone)
    return _settings_reply(operator, own, is_changed=operator != ctx.operator)


# Hidden, since the settings' button asks for it.
@command("timezone", Role.VIEWER, "/timezone Europe/Berlin", privacy=Privacy.PRIVATE_ANSWER, is_hidden=True)
async def timezone(
    args: ZoneArguments, ctx: CommandContext, preference_editor: PreferenceEditor, operators: Operators
) -> Reply:
    """Set your time zone."""
    zone = parse_zone(args.zone, ctx.now, "zone", is_named=False)
    operator = await preference_editor.set_timezone(ctx.operator, zone)
    own = [one.platform for one in await operators.identities(operator.operator_id)]
    return _settings_reply(operator, own, is_changed=True)


@command(
    "notify",
    Role.VIEWER,
    "/notify",
    "/notify fills off",
    "/notify orders silent",
    privacy=Privacy.PRIVATE_ANSWER,
    effect=Effect.CHANGES_IF_GIVEN,
)
async def notify(args: NotifyArguments, ctx: CommandContext, preference_editor: PreferenceEditor) -> Reply:
    """How loudly you are told of what: on, silent, off.

    On rings, silent does not, off is not sent. What you must act on (🚨) always rings.
    """
    operator = ctx.operator
    if args.kind is not None:
        kind = Kind(_require_known_word(args.kind, NOTIFICATION_KINDS, "kind"))
        level = args.level or _NEXT_LEVEL[chosen_setting(operator, kind)]
        operator = await preference_editor.set_notification(operator, kind, level)
    buttons: list[Button] = []
    for kind in NOTIFICATION_KINDS:
        now = chosen_setting(operator, kind)
        label = "Life" if kind is Kind.LIFE_CYCLE else kind.capitalize()
        buttons.append(Button(f"{label}: {now}", f"/notify {kind} {_NEXT_LEVEL[now]}"))
    return build_reply(
        Headline("on, silent, off in turn; quiet hours silence all but 🚨", name="Alerts"),
        fill_rows(buttons, 2),
        subject_key="list:notify",
    )


@command(
    "quiet",
    Role.VIEWER,
    "/quiet 23-7",
    "/quiet 22:30-06:45",
    "/quiet off",
    privacy=Privacy.PRIVATE_ANSWER,
    effect=Effect.CHANGES_IF_GIVEN,
)
async def quiet(args: QuietArguments, ctx: CommandContext, preference_editor: PreferenceEditor) -> Reply:
    """Hours of the day in which nothing rings."""
    operator = ctx.operator
    if args.hours is not None:
        hours = None if args.hours.casefold() in ("off", "none") else parse_quiet_hours(args.hours)
        operator = await preference_editor.set_quiet_hours(operator, hours)
    now = quiet_hours_text(operator.preferences.quiet)
    text = f"Quiet hours {now} ({operator.timezone}); only 🚨 rings then." if now != "none" else "No quiet hours."
    offered = (Button("23 to 7", "/quiet 23-7", ButtonStyle.PRIMARY), Button("22 to 8", "/quiet 22-8"))
    return build_reply(
        Headline(text, DONE if args.hours is not None else ""),
        button_rows(offered, (Button("Off", "/quiet off"), Button("Settings", "/settings"))),
        tone=Tone.SUCCESS if args.hours is not None else Tone.INFORMATION,
        subject_key="list:quiet",
    )


def _settings_reply(operator: Operator, own: list[str], *, is_changed: bool) -> Reply:
    preferences = operator.preferences
    first = preferences.prefers if preferences.prefers in own else own[0]
    other = "light" if preferences.charts == "dark" else "dark"
    rows = (
        ("Time zone", operator.timezone),
        ("Language", "English"),
        ("Charts", preferences.charts),
        ("Quiet hours", quiet_hours_text(preferences.quiet)),
        ("Told first on", first.capitalize()),
        ("Elsewhere after", duration(timedelta(minutes=preferences.failover_minutes))),
    )
    linked = ", ".join(map(str.capitalize, own))
    prefer = [Button(f"Prefer {one.capitalize()}", f"/settings prefer={one}") for one in own if one != first]
    return build_reply(
        Headline(f"{operator.name}, {operator.role} · {linked} linked", DONE if is_changed else "", "Settings"),
        KeyValues(rows),
        button_rows(
            (Button("Time zone", "/timezone"), Button(f"Charts: {other}", f"/settings charts={other}")),
            (Button("Quiet hours", "/quiet"), Button("Alerts", "/notify")),
            tuple(prefer[:2]),
            (Button("Link another", "/link"), *((Button("Unlink", "/unlink", ButtonStyle.DANGER),) if prefer else ())),
        ),
        subject_key="list:settings",
    )


def _require_known_word(text: str, known: Sequence[str], name: str) -> str:
    wanted = text.strip().casefold()
    if wanted not in known:
        fix = WordFix(((name, known[0]),))
        raise InvalidInput("choice-unknown", fix, name=name, typed=text[:40], known=join_words(known))
    return wanted
