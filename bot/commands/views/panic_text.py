"""Questions and reports of panic, as text and tables."""

from collections.abc import Iterator, Sequence

from bot.commands.reply.blocks import Align, Column, Table, WarningText
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import count_text, join_words_limited
from bot.commands.spec.request import CommandContext
from bot.commands.text import numbers
from bot.commands.text.labels import account_name
from bot.domain.market import MODES_BY_RISK
from bot.domain.money import ZERO
from bot.domain.people import Account, PanicState
from bot.engine.bots.panic import PanicReport
from bot.engine.reports.queries import BotFigures, Queries

FLATTEN = "flatten"
MAX_SHOWN = 8
HOLDING_COLUMNS = (Column("bot"), Column("mode"), Column("holds", Align.RIGHT), Column("about", Align.RIGHT, line=2))


def count_by_mode(rows: Sequence[BotFigures]) -> str:
    """Count bots by mode: `1 LIVE bot, 2 PAPER bots`."""
    modes = [row.bot.mode for row in rows]
    counts = [count_text(modes.count(mode), f"{mode} bot") for mode in MODES_BY_RISK if mode in modes]
    return ", ".join(counts) or "no bot runs"


async def scope_text(scope: str, ctx: CommandContext, queries: Queries) -> str:
    """Name a scope within a sentence."""
    named = {"all": "everything", "mine": "only mine"}.get(scope)
    return named or await _account_text(scope, await queries.accounts(ctx.requester), queries)


async def scope_stopped_text(scope: str, ctx: CommandContext, queries: Queries) -> str:
    """Say what a panic of this scope has stopped."""
    whole = {"all": "all stopped", "mine": f"bots of {ctx.operator.name} stopped"}.get(scope)
    return whole or f"{await scope_text(scope, ctx, queries)} stopped"


async def active_scope_texts(states: Sequence[PanicState], ctx: CommandContext, queries: Queries) -> list[str]:
    """Name the scopes of panics in force that concern the sender."""
    accounts = await queries.accounts(ctx.requester)
    ids = {account.account_id for account in accounts}
    texts: list[str] = []
    for scope in (state.scope for state in states):
        if scope == "all":
            texts.append("everything")
        elif scope in ids:
            texts.append(await _account_text(scope, accounts, queries))
        elif ctx.requester.is_owner or scope == ctx.operator.operator_id:
            texts.append(f"bots of {await queries.operator_name(scope)}")
    return texts


def panic_warning(in_force: Sequence[str]) -> WarningText | None:
    """Say that panics are in force, above a list of bots."""
    if not in_force:
        return None
    return WarningText(f"Panic in force: {', '.join(in_force)}. Nothing is bought until the owner sends /unlock.")


async def _account_text(scope: str, accounts: Sequence[Account], queries: Queries) -> str:
    account = next((item for item in accounts if item.account_id == scope), None)
    return f"account {await account_name(account, accounts, queries) if account else scope}"


def holdings_table(rows: Sequence[BotFigures]) -> Table | None:
    """Return the table of positions that would be sold, with their approximate value."""
    held = [row for row in rows if row.quantity]
    if not held:
        return None
    shown = held if len(held) <= MAX_SHOWN + 1 else held[:MAX_SHOWN]
    return Table(HOLDING_COLUMNS, (*(_holding_cells(row) for row in shown), *_remaining_rows(held[len(shown) :])))


def report_rows(report: PanicReport) -> tuple[tuple[str, str], ...]:
    """Return what panic did, in its order."""
    positions = ("3 positions", "kept, stops stay")
    if report.policy == FLATTEN:
        closing = f", {report.closing_positions} closing" if report.closing_positions else ""
        count = report.closed_positions + report.closing_positions
        positions = ("3 positions closed", f"{report.closed_positions} of {count}{closing}")
    return (
        ("1 entries blocked", count_text(len(report.blocked_bots), "bot")),
        ("2 orders canceled", f"{report.canceled_orders} of {report.orders_to_cancel}"),
        positions,
        ("4 left", join_words_limited(report.remaining_bots, MAX_SHOWN) or "nothing"),
    )


def _holding_cells(row: BotFigures) -> tuple[RichText, ...]:
    amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
    return row.bot.name, row.bot.mode, amount, _value_text([row])


def _remaining_rows(rows: Sequence[BotFigures]) -> Iterator[tuple[RichText, ...]]:
    """Yield the sums of the rows without room, by mode and currency."""
    for mode, quote in dict.fromkeys((row.bot.mode, row.market.quote) for row in rows):
        alike = [row for row in rows if (row.bot.mode, row.market.quote) == (mode, quote)]
        yield f"{len(alike):,} more", mode, "", _value_text(alike)


def _value_text(rows: Sequence[BotFigures]) -> RichText:
    """Sum up positions of one currency; unknown if the price of one is."""
    values = [abs(row.quantity) * row.last_price for row in rows if row.last_price is not None]
    if len(values) < len(rows):
        return numbers.NOT_AVAILABLE
    quote = rows[0].market.quote
    return join_text(numbers.table_amount(sum(values, ZERO), quote), f" {quote}")
