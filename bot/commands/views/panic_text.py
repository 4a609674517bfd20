"""The questions and the result of the kill switch, in words and tables."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.commands.reply.blocks import Align, Column, Table
from bot.commands.reply.input_text import counted, few
from bot.commands.spec.request import Context
from bot.commands.text import numbers
from bot.commands.text.account_names import account_name
from bot.domain.market import Mode
from bot.domain.money import ZERO
from bot.domain.people import Account, PanicState
from bot.engine.bots.panic import PanicReport
from bot.engine.reports.queries import BotFigures, Queries

FLATTEN = "flatten"
MOST_SHOWN = 8
HOLDINGS = (
    Column("bot"),
    Column("mode"),
    Column("holds", Align.RIGHT),
    Column("about", Align.RIGHT, line=2),
)
_LOUDEST_FIRST = (Mode.LIVE, Mode.SANDBOX, Mode.PAPER, Mode.PRACTICE)


def counted_by_mode(rows: Sequence[BotFigures]) -> str:
    """Count bots by mode: `1 LIVE bot, 2 PAPER bots`."""
    modes = [row.bot.mode for row in rows]
    counts = [counted(modes.count(mode), f"{mode} bot") for mode in _LOUDEST_FIRST if mode in modes]
    return ", ".join(counts) or "no bot runs"


async def scope_words(scope: str, ctx: Context, queries: Queries) -> str:
    """Name a scope in a sentence."""
    accounts = await queries.accounts(ctx.asker)
    account = next((item for item in accounts if item.account_id == scope), None)
    name = f"account {scope}" if account is None else await account_words(account, accounts, queries)
    return {"all": "everything", "mine": "only mine"}.get(scope, name)


async def stopped_words(scope: str, ctx: Context, queries: Queries) -> str:
    """Say what a panic of this scope has stopped."""
    whole = {"all": "all stopped", "mine": f"bots of {ctx.operator.name} stopped"}.get(scope)
    return whole or f"{await scope_words(scope, ctx, queries)} stopped"


async def in_force_words(states: Sequence[PanicState], ctx: Context, queries: Queries) -> list[str]:
    """Name the scopes of the panics in force that concern somebody."""
    accounts = {account.account_id for account in await queries.accounts(ctx.asker)}
    concern = {"all", ctx.operator.operator_id, *accounts}
    scopes = [state.scope for state in states if ctx.asker.is_owner or state.scope in concern]
    return [await _scope_name(scope, scope in accounts, ctx, queries) for scope in scopes]


async def _scope_name(scope: str, is_account: bool, ctx: Context, queries: Queries) -> str:
    if is_account or scope == "all":
        return await scope_words(scope, ctx, queries)
    return f"bots of {await queries.operator_name(scope)}"


async def account_words(account: Account, among: Sequence[Account], queries: Queries) -> str:
    """Name an account in a sentence."""
    return f"account {await account_name(account, among, queries)}"


def holdings_table(rows: Sequence[BotFigures]) -> Table | None:
    """List what would be sold, with what it is worth about."""
    held = [row for row in rows if row.quantity]
    if not held:
        return None
    shown = held if len(held) <= MOST_SHOWN + 1 else held[:MOST_SHOWN]
    return Table(HOLDINGS, (*(_holding(row) for row in shown), *_others(held[len(shown) :])))


def done_rows(report: PanicReport) -> tuple[tuple[str, str], ...]:
    """Return what panic did, in the order it does it."""
    rows = [
        ("1 entries blocked", counted(len(report.blocked), "bot")),
        ("2 orders canceled", f"{report.canceled} of {report.wanted}"),
    ]
    if report.policy == FLATTEN:
        closing = f", {report.closing} closing" if report.closing else ""
        rows.append(("3 positions closed", f"{report.closed} of {report.closed + report.closing}{closing}"))
    else:
        rows.append(("3 positions", "kept, stops stay"))
    rows.append(("4 left", few(report.left, MOST_SHOWN) or "nothing"))
    return tuple(rows)


def _holding(row: BotFigures) -> tuple[str, ...]:
    amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
    return row.bot.name, row.bot.mode, amount, _money(_worth(row), row.market.quote)


def _others(rows: Sequence[BotFigures]) -> Iterator[tuple[str, ...]]:
    """Sum up what there is no room for, by mode and currency."""
    for mode, quote in dict.fromkeys((row.bot.mode, row.market.quote) for row in rows):
        values = [_worth(row) for row in rows if (row.bot.mode, row.market.quote) == (mode, quote)]
        known = [value for value in values if value is not None]
        yield f"{len(values):,} more", mode, "", _money(sum(known, ZERO) if len(known) == len(values) else None, quote)


def _worth(row: BotFigures) -> Decimal | None:
    return None if row.last_price is None else abs(row.quantity) * row.last_price


def _money(value: Decimal | None, quote: str) -> str:
    return numbers.NOT_KNOWN if value is None else f"{numbers.table_amount(value, quote)} {quote}"
