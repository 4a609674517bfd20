"""Commands about the installation: logs, audit, health, version."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from bot.commands.catalog.fields import PageNumber, RowLimit
from bot.commands.notify.event_messages import event_headline
from bot.commands.reply.blocks import (
    Align,
    Button,
    ButtonStyle,
    Column,
    Columns,
    Footer,
    Headline,
    KeyValues,
    Reply,
    Table,
    Text,
    Tone,
    build_reply,
    build_table,
    button_row,
    button_rows,
    sentence_reply,
)
from bot.commands.reply.inline_time import RichText, join_lines, join_text
from bot.commands.reply.input_text import count_text, echo_text, join_words, quote_words
from bot.commands.reply.paging import page_buttons
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, ChoiceSource, Effect, Privacy, command
from bot.commands.text.failures import Failures
from bot.commands.text.labels import DONE, WARNING, bot_headline
from bot.commands.text.times import TimeFormatter, duration
from bot.domain.events import AccessChanged
from bot.domain.people import AuditEntry, Role
from bot.engine.health.figures import FeedHealth, HealthFigures, HealthProvider
from bot.engine.reports.activity_log import FAILURE_PREFIX, ActivityLog
from bot.engine.reports.queries import Queries
from bot.ports.storage import NumberedEvent, Page

MEBIBYTE = 1024 * 1024
SLOW_LOOP_MS = 100.0


class LogsArguments(Arguments):
    name: Annotated[
        str | None,
        ArgumentSpec("one of your bots, or a reference such as E-5K2P", "alpha", choice_source=ChoiceSource.BOTS),
    ] = None
    limit: RowLimit = 20


class AuditArguments(Arguments):
    limit: RowLimit = 20
    page: PageNumber = 1


@command("logs", Role.TRADER, "/logs", "/logs alpha limit=50", "/logs E-5K2P", effect=Effect.READS)
async def logs(
    args: LogsArguments, ctx: CommandContext, queries: Queries, activity_log: ActivityLog, failures: Failures
) -> Reply:
    """What happened; with a reference, what failed."""
    if args.name is not None and args.name[:2].upper() == FAILURE_PREFIX:
        return await _reference_reply(args.name.upper(), ctx, activity_log, failures)
    bot = None if args.name is None else await queries.find_bot(ctx.requester, args.name)
    found = await activity_log.events(ctx.requester, bot, args.limit)
    if not ctx.request.is_private:
        # Changes of access are not shown in groups.
        found = tuple(item for item in found if not isinstance(item.event.payload, AccessChanged))
    failed = await activity_log.failed_commands(ctx.operator) if bot is None else ()
    title = f"{count_text(len(found), 'event')}, newest first"
    return build_reply(
        bot_headline(bot, title, "") if bot else Headline(f"Logs · {title}"),
        Text(join_lines(_event_line(item, ctx) for item in found)) if found else Text("Nothing has happened yet."),
        *(Text(join_text(ctx.times.inline_time(entry.at), f"  /{entry.command}: {entry.result}")) for entry in failed),
        Footer(f"times {ctx.times.zone_label}") if found or failed else None,
        button_row(Button("Audit", "/audit")) if ctx.operator.role is Role.OWNER else None,
        subject_key=f"list:logs:{bot.bot_id if bot else 'all'}",
    )


@command("audit", Role.OWNER, "/audit", "/audit limit=50", privacy=Privacy.PRIVATE_ANSWER, effect=Effect.READS)
async def audit(args: AuditArguments, ctx: CommandContext, activity_log: ActivityLog) -> Reply:
    """Who did what."""
    found = await activity_log.audit_entries(Page(limit=args.limit, offset=(args.page - 1) * args.limit))
    names = await activity_log.operator_names()
    columns: Columns[AuditEntry] = (
        (Column("when"), lambda entry: ctx.times.time_text(entry.at)),
        (Column("who"), lambda entry: names.get(entry.operator_id or "", f"{entry.platform} {entry.platform_id}")),
        (
            Column("command", is_prose=True),
            lambda entry: quote_words(echo_text(f"/{entry.command} {entry.arguments}".strip())),
        ),
        (Column("took", Align.RIGHT, priority=1), lambda entry: f"{entry.duration_ms} ms"),
        (Column("result", line=2, is_prose=True), lambda entry: quote_words(echo_text(entry.result))),
    )
    line = f"/audit limit={args.limit}"
    return build_reply(
        Headline(f"Audit · newest first, page {args.page}"),
        build_table(columns, found) if found else Text("Nothing older is kept."),
        Footer(f"times {ctx.times.zone_label}"),
        button_rows(page_buttons(line, args.page, has_more=len(found) == args.limit)),
        subject_key="list:audit",
    )


@command("health", Role.VIEWER, "/health", effect=Effect.READS)
async def show_health(ctx: CommandContext, health: HealthProvider) -> Reply:
    """How the process does: loop, feeds, queues, memory."""
    figures = health.health_figures()
    faults = _faults(figures)
    is_well = not faults
    word = f"look at {join_words(faults, 'and')}" if faults else "all well"
    return build_reply(
        Headline(f"{word}, up {duration(ctx.now - figures.started_at)}", DONE if is_well else WARNING, "Health"),
        KeyValues(_health_rows(figures)),
        Text("Feeds, and how far the newest candle is behind:") if figures.feeds else None,
        _feed_table(figures.feeds, ctx.times) if figures.feeds else None,
        button_row(Button("Logs", "/logs", ButtonStyle.PRIMARY), Button("Version", "/version")),
        tone=Tone.SUCCESS if is_well else Tone.WARNING,
        subject_key="list:health",
    )


@command("version", Role.VIEWER, "/version", effect=Effect.READS)
async def version(ctx: CommandContext, health: HealthProvider) -> Reply:
    """Which version runs."""
    figures = health.health_figures()
    return sentence_reply(f"Quarterdeck {figures.version}, up {duration(ctx.now - figures.started_at)}")


def _event_line(item: NumberedEvent, ctx: CommandContext) -> RichText:
    event, times = item.event, ctx.times
    return join_text(times.inline_time(event.moment.wall), "  ", event_headline(event, times.timezone).line)


def _audit_line(entry: AuditEntry, ctx: CommandContext) -> RichText:
    said = quote_words(f"  /{entry.command} {entry.arguments}: {entry.result}")
    return join_text(ctx.times.inline_time(entry.at), said)


def _faults(figures: HealthFigures) -> tuple[str, ...]:
    """Return what is not as it should be, with its state."""
    faults = tuple(f"{part.name} ({part.state})" for part in figures.components if not part.is_healthy)
    if figures.worst_lag_ms > SLOW_LOOP_MS:
        faults += (f"the loop (it stood for {figures.worst_lag_ms:.0f} ms lately, {SLOW_LOOP_MS:.0f} are in order)",)
    return faults


def _health_rows(figures: HealthFigures) -> tuple[tuple[str, str], ...]:
    return (
        ("Bots running", str(figures.running_bots)),
        ("Loop lag now, worst", f"{figures.loop_lag_ms:.1f}, {figures.worst_lag_ms:.1f} ms"),
        ("Memory", f"{figures.memory_bytes / MEBIBYTE:,.0f} MiB"),
        *((f"Queue {name}", str(length)) for name, length in figures.queues),
        *((part.name, part.state) for part in figures.components),
    )


def _feed_table(feeds: Sequence[FeedHealth], times: TimeFormatter) -> Table:
    columns: Columns[FeedHealth] = (
        (Column("feed"), lambda feed: f"{feed.name} {feed.remark}".strip()),
        (Column("series", Align.RIGHT, priority=2), lambda feed: str(feed.series)),
        (Column("newest candle", priority=1), lambda one: times.recording_time(one.newest) if one.newest else "none"),
        (
            Column("behind", Align.RIGHT),
            lambda feed: duration(max(feed.market_time - feed.newest, timedelta())) if feed.newest else "n/a",
        ),
    )
    return build_table(columns, feeds)


async def _reference_reply(reference: str, ctx: CommandContext, activity_log: ActivityLog, failures: Failures) -> Reply:
    failure = failures.find_failure(reference)
    entries = await activity_log.audit_entries_by_reference(reference)
    events = await activity_log.events_by_reference(ctx.requester, reference)
    lines = [_audit_line(entry, ctx) for entry in entries] + [_event_line(item, ctx) for item in events]
    if failure is not None:
        lines.append(f"What broke: {failure.error}. The log holds the traceback under {reference}.")
    if not lines:
        return sentence_reply(f"Logs · nothing is known of {reference}", Button("Logs", "/logs"))
    return build_reply(Headline(f"Logs · {reference}"), Text(join_lines(lines)))
