"""Questions and reports of panic, as text and tables."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.commands.reply.blocks import Align, Column, Table
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
HOLDING_COLUMNS = (
    Column("bot"),
    Column("mode"),
    Column("holds", Align.RIGHT),
    Column("about", Align.RIGHT, line=2),
)


def count_by_mode(rows: Sequence[BotFigures]) -> str:
    """Count bots by mode: `1 LIVE bot, 2 PAPER bots`."""
    modes = [row.bot.mode for row in rows]
    counts = [count_text(modes.count(mode), f"{mode} bot") for mode in MODES_BY_RISK if mode in modes]
    return ", ".join(counts) or "no bot runs"


async def scope_text(scope: str, ctx: CommandContext, queries: Queries) -> str:
    """Name a scope within a sentence."""
    accounts = await queries.accounts(ctx.requester)
    account = next((item for item in accounts if item.account_id == scope), None)
    name = f"account {scope}" if account is None else await account_text(account, accounts, queries)
    return {"all": "everything", "mine": "only mine"}.get(scope, name)


async def scope_stopped_text(scope: str, ctx: CommandContext, queries: Queries) -> str:
    """Say what a panic of this scope has stopped."""
    whole = {"all": "all stopped", "mine": f"bots of {ctx.operator.name} stopped"}.get(scope)
    return whole or f"{await scope_text(scope, ctx, queries)} stopped"


async def active_scope_texts(states: Sequence[PanicState], ctx: CommandContext, queries: Queries) -> list[str]:
    """Name the scopes of panics in force that concern the sender."""
    accounts = {account.account_id for account in await queries.accounts(ctx.requester)}
    concern = {"all", ctx.operator.operator_id, *accounts}
    scopes = [state.scope for state in states if ctx.requester.is_owner or state.scope in concern]
    return [await _scope_name(scope, scope in accounts, ctx, queries) for scope in scopes]


async def _scope_name(scope: str, is_account: bool, ctx: CommandContext, queries: Queries) -> str:
    if is_account or scope == "all":
        return await scope_text(scope, ctx, queries)
    return f"bots of {await queries.operator_name(scope)}"


async def account_text(account: Account, among: Sequence[Account], queries: Queries) -> str:
    """Name an account within a sentence."""
    return f"account {await account_name(account, among, queries)}"


def holdings_table(rows: Sequence[BotFigures]) -> Table | None:
    """Return the table of positions that would be sold, with their approximate value."""
    held = [row for row in rows if row.quantity]
    if not held:
        return None
    shown = held if len(held) <= MAX_SHOWN + 1 else held[:MAX_SHOWN]
    return Table(HOLDING_COLUMNS, (*(_holding_cells(row) for row in shown), *_remaining_rows(held[len(shown) :])))


def report_rows(report: PanicReport) -> tuple[tuple[str, str], ...]:
    """Return what panic did, in its order."""
    rows = [
        ("1 entries blocked", count_text(len(report.blocked_bots), "bot")),
        ("2 orders canceled", f"{report.canceled_orders} of {report.orders_to_cancel}"),
    ]
    if report.policy == FLATTEN:
        closing = f", {report.closing_positions} closing" if report.closing_positions else ""
        rows.append(
            (
                "3 positions closed",
                f"{report.closed_positions} of {report.closed_positions + report.closing_positions}{closing}",
            )
        )
    else:
        rows.append(("3 positions", "kept, stops stay"))
    rows.append(("4 left", join_words_limited(report.remaining_bots, MAX_SHOWN) or "nothing"))
    return tuple(rows)


def _holding_cells(row: BotFigures) -> tuple[RichText, ...]:
    amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
    return row.bot.name, row.bot.mode, amount, _money_text(_market_value(row), row.market.quote)


def _remaining_rows(rows: Sequence[BotFigures]) -> Iterator[tuple[RichText, ...]]:
    """Yield the sums of the rows without room, by mode and currency."""
    for mode, quote in dict.fromkeys((row.bot.mode, row.market.quote) for row in rows):
        values = [_market_value(row) for row in rows if (row.bot.mode, row.market.quote) == (mode, quote)]
        known = [value for value in values if value is not None]
        yield (
            f"{len(values):,} more",
            mode,
            "",
            _money_text(sum(known, ZERO) if len(known) == len(values) else None, quote),
        )


def _market_value(row: BotFigures) -> Decimal | None:
    return None if row.last_price is None else abs(row.quantity) * row.last_price


def _money_text(value: Decimal | None, quote: str) -> RichText:
    return numbers.NOT_AVAILABLE if value is None else join_text(numbers.table_amount(value, quote), f" {quote}")
