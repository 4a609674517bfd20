"""The desk itself: logs, audit, health, version."""

from datetime import timedelta
from typing import Annotated

from bot.commands.catalog.fields import Limit, PageNumber
from bot.commands.reply.blocks import (
    Align,
    Button,
    Column,
    Footer,
    Headline,
    KeyValues,
    Meaning,
    Reply,
    Table,
    Text,
    Tone,
    reply,
    row_of,
    rows_of,
)
from bot.commands.reply.inline_time import Words, in_lines, worded
from bot.commands.reply.input_text import counted, echo
from bot.commands.reply.paging import AFTER, BEFORE
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Completion, Privacy, Topic, Traits, Word, command
from bot.commands.text.event_text import event_headline
from bot.commands.text.failures import Failures
from bot.commands.text.labels import DONE, LOOK, bot_line
from bot.commands.text.times import duration
from bot.domain.events import AccessChanged
from bot.domain.people import AuditEntry, Role
from bot.engine.health.figures import DeskHealth, FeedHealth, HealthFigures
from bot.engine.reports.activity_log import FAILURE_PREFIX, Journal
from bot.engine.reports.queries import Queries
from bot.ports.storage import NumberedEvent, Page

MEBIBYTE = 1024 * 1024
SLOW_LOOP_MS = 100.0


class LogsArguments(Arguments):
    """Whose events, or one reference, and how many."""

    name: Annotated[
        str | None, Word("one of your bots, or a reference such as E-5K2P", "alpha", completion=Completion.BOTS)
    ] = None
    limit: Limit = 20


class AuditArguments(Arguments):
    """How many rows, and which page."""

    limit: Limit = 20
    page: PageNumber = 1


@command(
    "logs",
    summary="What happened; with a reference, what failed",
    role=Role.TRADER,
    topic=Topic.DESK,
    examples=("/logs", "/logs alpha limit=50", "/logs E-5K2P"),
)
async def logs(args: LogsArguments, ctx: Context, queries: Queries, journal: Journal, failures: Failures) -> Reply:
    """Show the newest events, or what is behind a reference."""
    if args.name is not None and args.name[:2].upper() == FAILURE_PREFIX:
        return await _reference(args.name.upper(), ctx, journal, failures)
    bot = None if args.name is None else await queries.find(ctx.asker, args.name)
    found = await journal.events(ctx.asker, bot, args.limit)
    if not ctx.request.is_private:
        # Who came aboard as what is nobody's business in a group.
        found = tuple(item for item in found if not isinstance(item.event.payload, AccessChanged))
    failed = await journal.failed_commands(ctx.operator) if bot is None else ()
    title = bot_line(bot, f"{counted(len(found), 'event')}, newest first", "") if bot else None
    return reply(
        title or Headline(f"Logs · {counted(len(found), 'event')}, newest first"),
        Text(in_lines(_line(item, ctx) for item in found)) if found else Text("Nothing has happened yet."),
        *(Text(worded(ctx.times.instant(entry.at), f"  /{entry.command}: {entry.result}")) for entry in failed),
        Footer(f"times {ctx.times.label}") if found or failed else None,
        row_of(Button("Audit", "/audit")) if ctx.operator.role is Role.OWNER else None,
        about=f"list:logs:{bot.bot_id if bot else 'all'}",
    )


@command(
    "audit",
    summary="Who did what",
    role=Role.OWNER,
    topic=Topic.DESK,
    examples=("/audit", "/audit limit=50"),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER),
)
async def audit(args: AuditArguments, ctx: Context, journal: Journal) -> Reply:
    """Show commands with their results."""
    found = await journal.audit(Page(limit=args.limit, offset=(args.page - 1) * args.limit))
    names = await journal.names()
    columns = (
        Column("when"),
        Column("who"),
        Column("command", is_prose=True),
        Column("took", Align.RIGHT, priority=1),
        Column("result", line=2, is_prose=True),
    )
    rows = tuple(_audit_row(entry, names, ctx) for entry in found)
    line = f"/audit limit={args.limit}"
    newer = (Button(BEFORE, f"{line} page={args.page - 1}"),) if args.page > 1 else ()
    older = (Button(AFTER, f"{line} page={args.page + 1}"),) if len(found) == args.limit else ()
    return reply(
        Headline(f"Audit · newest first, page {args.page}"),
        Table(columns, rows) if rows else Text("Nothing older is kept."),
        Footer(f"times {ctx.times.label}"),
        rows_of((*newer, *older)),
        about="list:audit",
    )


@command(
    "health",
    summary="How the process does: loop, feeds, queues, memory",
    role=Role.VIEWER,
    topic=Topic.DESK,
    examples=("/health",),
)
async def show_health(ctx: Context, health: DeskHealth) -> Reply:
    """Show components with their figures."""
    figures = health.figures()
    ill = [part for part in figures.parts if not part.is_well]
    is_slow = figures.worst_lag_ms > SLOW_LOOP_MS
    is_well = not ill and not is_slow
    word = "all well" if is_well else "look at it"
    return reply(
        Headline(f"{word}, up {duration(ctx.now - figures.started_at)}", DONE if is_well else LOOK, "Health"),
        KeyValues(_health_rows(figures)),
        Table(_FEED_COLUMNS, tuple(_feed_row(feed, ctx) for feed in figures.feeds)) if figures.feeds else None,
        row_of(Button("Logs", "/logs", Meaning.PRIMARY), Button("Version", "/version")),
        tone=Tone.GOOD if is_well else Tone.LOOK,
        about="list:health",
    )


@command(
    "version",
    summary="Which version runs",
    role=Role.VIEWER,
    topic=Topic.DESK,
    examples=("/version",),
)
async def version(ctx: Context, health: DeskHealth) -> Reply:
    """Say which version runs and since when."""
    figures = health.figures()
    up = duration(ctx.now - figures.started_at)
    return reply(Headline(f"Quarterdeck {figures.version}, up {up}"))


_FEED_COLUMNS = (
    Column("feed"),
    Column("series", Align.RIGHT, priority=2),
    Column("newest candle", priority=1),
    Column("behind", Align.RIGHT),
)


def _line(item: NumberedEvent, ctx: Context) -> Words:
    event, times = item.event, ctx.times
    return worded(times.instant(event.moment.wall), "  ", event_headline(event, times.timezone).line)


def _audit_row(entry: AuditEntry, names: dict[str, str], ctx: Context) -> tuple[str, ...]:
    who = names.get(entry.operator_id or "", f"{entry.platform} {entry.platform_id}")
    said = echo(f"/{entry.command} {entry.arguments}".strip())
    return ctx.times.prose(entry.at), who, said, f"{entry.duration_ms} ms", echo(entry.result)


def _tried(entry: AuditEntry, ctx: Context) -> Words:
    return worded(ctx.times.instant(entry.at), f"  /{entry.command} {entry.arguments}: {entry.result}")


def _health_rows(figures: HealthFigures) -> tuple[tuple[str, str], ...]:
    return (
        ("Bots running", str(figures.running_bots)),
        ("Loop lag now, worst", f"{figures.loop_lag_ms:.1f}, {figures.worst_lag_ms:.1f} ms"),
        ("Memory", f"{figures.memory_bytes / MEBIBYTE:,.0f} MiB"),
        *((f"Queue {name}", str(length)) for name, length in figures.queues),
        *((part.name, part.state) for part in figures.parts),
    )


def _feed_row(feed: FeedHealth, ctx: Context) -> tuple[str, ...]:
    newest = "none" if feed.newest is None else ctx.times.recorded(feed.newest)
    behind = "n/a" if feed.newest is None else duration(max(feed.market_time - feed.newest, timedelta()))
    return f"{feed.name} {feed.remark}".strip(), str(feed.series), newest, behind


async def _reference(reference: str, ctx: Context, journal: Journal, failures: Failures) -> Reply:
    failure = failures.find(reference)
    entries = await journal.entries_with(reference)
    events = await journal.events_with(ctx.asker, reference)
    lines = [_tried(entry, ctx) for entry in entries]
    lines += [_line(item, ctx) for item in events]
    if failure is not None:
        lines.append(f"What broke: {failure.error}. The log holds the traceback under {reference}.")
    if not lines:
        return reply(Headline(f"Logs · nothing is known of {reference}"), row_of(Button("Logs", "/logs")))
    return reply(Headline(f"Logs · {reference}"), Text(in_lines(lines)))
