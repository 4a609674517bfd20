"""Table of the fleet, and its totals."""

from collections import Counter
from collections.abc import Sequence

from bot.commands.reply.blocks import SEPARATOR, Align, Column, Table
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.reply.input_text import count_text
from bot.commands.text import numbers
from bot.commands.text.labels import position_label, series_label, status_label
from bot.domain.instance import BotStatus
from bot.engine.reports.fleet import FleetPage, FleetTotals
from bot.engine.reports.queries import BotFigures

COLUMNS = (
    Column("bot"),
    Column("mode"),
    Column("market", line=2),
    Column("state"),
    Column("position", priority=3, line=2),
    Column("open", Align.RIGHT, priority=5, line=3),
    Column("closed", Align.RIGHT, priority=4, line=3),
    Column("total", Align.RIGHT, line=2),
    Column("%", Align.RIGHT, priority=2, line=2),
)
NUMBER_COLUMN = Column("no", Align.RIGHT, line=1)
SHOWN_STATES = (BotStatus.RUNNING, BotStatus.PAUSED, BotStatus.FAILED, BotStatus.STOPPED, BotStatus.CREATED)


def fleet_table(rows: Sequence[BotFigures], *, is_numbered: bool) -> Table:
    """Return the table of bots, numbered if their buttons are numbers."""
    cells = tuple(map(_cells, rows))
    if not is_numbered:
        return Table(COLUMNS, cells)
    return Table((NUMBER_COLUMN, *COLUMNS), tuple((str(number), *row) for number, row in enumerate(cells, start=1)))


def fleet_line(page: FleetPage) -> str:
    """Count bots by state: `Fleet · 3 bots · 2 running, 1 paused`."""
    counts: Counter[str] = Counter()
    for state, count in page.states.items():
        counts[status_label(state)] += count
    words = [*(state.value for state in SHOWN_STATES), "working"]
    shown = [f"{counts[word]} {word}" for word in words if counts[word]]
    return SEPARATOR.join(("Fleet", count_text(page.bots, "bot"), ", ".join(shown)))


def totals_line(totals: Sequence[FleetTotals]) -> RichText:
    """Sum up by mode and currency: `totals  LIVE +5.22 USDT (+1.04%) · PAPER +49.01 USDT (+2.72%)`."""
    return join_text("totals  ", join_with(SEPARATOR, map(_totals_text, totals)))


def _totals_text(item: FleetTotals) -> RichText:
    total = join_text(f"{item.mode} ", numbers.profit_and_share(item.profit, item.currency, item.share))
    if not item.deleted:
        return total
    return join_text(total, ", deleted bots ", numbers.signed_money(item.deleted, item.currency), " of it")


def _cells(row: BotFigures) -> tuple[RichText, ...]:
    closed, opened, total = numbers.round_parts(row.closed_profit, row.open_profit, row.market.quote)
    return (
        row.bot.name,
        row.bot.mode,
        series_label(row.bot.config),
        status_label(row.bot.status),
        position_label(row),
        numbers.signed_rounded_amount(opened, row.open_profit),
        numbers.signed_rounded_amount(closed, row.closed_profit),
        numbers.signed_rounded_amount(total, row.total),
        numbers.signed_percent(row.share_of(row.total)),
    )
