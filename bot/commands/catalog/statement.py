"""Commands about an account's books: the statement, and a clean start."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from bot.commands.catalog.accounts import BalanceArguments, find_accounts
from bot.commands.reply.blocks import (
    Align,
    Block,
    Button,
    ButtonStyle,
    Column,
    Headline,
    KeyValues,
    Reply,
    Table,
    Text,
    Tone,
    build_reply,
    button_row,
)
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, Choice, ChoiceSource, Effect, Privacy, Question, command
from bot.commands.text import numbers
from bot.commands.text.labels import ALERT, DONE, account_name
from bot.domain.errors import Refused
from bot.domain.people import Account, Role
from bot.engine.bots.passes import Passes
from bot.engine.reports.book_check import BookCheck
from bot.engine.reports.queries import Queries
from bot.engine.reports.statement import AccountStatement, BooksPart, Dust

RESET_TEXT = (
    "Every bot's books are closed and begin empty, and the account holds its deposit again. "
    "Earlier trades stay in /trades, but count in no figure of the account any more."
)
MAX_DUST = 8


class AccountAction(StrEnum):
    """What can be done with an account."""

    RESET = "reset"


class AccountArguments(Arguments):
    action: Annotated[AccountAction, ArgumentSpec("what to do: reset starts clean", "reset")]
    label: Annotated[
        str, ArgumentSpec("the label of one of your accounts", "practice", choice_source=ChoiceSource.ACCOUNTS)
    ]


@command(
    "statement",
    Role.TRADER,
    "/statement",
    "/statement practice",
    privacy=Privacy.PRIVATE_ANSWER,
    effect=Effect.READS,
)
async def statement(args: BalanceArguments, ctx: CommandContext, queries: Queries, book_check: BookCheck) -> Reply:
    """Books that close: all that ever was earned, lost and paid, beside what the venue holds."""
    found = await queries.accounts(ctx.requester)
    blocks: list[Block] = []
    chosen = await find_accounts(args.account, ctx, queries)
    for account in chosen:
        books = await book_check.check_account(account)
        blocks += _statement_blocks(books, await account_name(account, found, queries))
    is_closing = all(not isinstance(block, Headline) or block.symbol != ALERT for block in blocks)
    return build_reply(
        *blocks,
        button_row(Button("Balance", "/balance", ButtonStyle.PRIMARY), Button("PnL", "/pnl period=all")),
        tone=Tone.INFORMATION if is_closing else Tone.ERROR,
    )


async def ask_account(args: AccountArguments, ctx: CommandContext, queries: Queries, passes: Passes) -> Question:
    """Ask before an account starts clean; raise Refused while it cannot."""
    account = await _own_account(args.label, ctx, queries)
    await passes.check_reset(account, ctx.operator)
    line = Headline("start it clean?", "", account.label, account.mode)
    return Question(reply=build_reply(line, Text(RESET_TEXT), tone=Tone.ERROR), choices=(Choice("Reset", args),))


@command("account", Role.TRADER, "/account reset practice", confirm=ask_account)
async def change_account(args: AccountArguments, ctx: CommandContext, queries: Queries, passes: Passes) -> Reply:
    """Start an account clean: practice and paper only."""
    account = await _own_account(args.label, ctx, queries)
    await passes.reset_account(account, ctx.operator, ctx.trace_id)
    deposit = numbers.money(account.deposit, account.currency)
    line = Headline(join_text("is clean: it holds ", deposit, " again"), DONE, account.label, account.mode)
    return build_reply(line, button_row(Button("Balance", "/balance", ButtonStyle.PRIMARY), Button("Bots", "/bots")))


async def _own_account(label: str, ctx: CommandContext, queries: Queries) -> Account:
    account = (await find_accounts(label, ctx, queries))[0]
    if account.owner != ctx.operator.operator_id:
        owner = await queries.operator_name(account.owner)
        raise Refused("account-of-another", account=account.label, owner=owner)
    return account


def _statement_blocks(books: AccountStatement, name: str) -> Iterator[Block]:
    currency, account = books.account.currency, books.account
    if not books.is_closing:
        difference = numbers.signed_money(books.difference, currency)
        yield Headline(join_text("the venue holds ", difference, " beyond the books"), ALERT, name, account.mode)
    elif not books.is_settled:
        yield Headline("statement, fills are on their way: look again", name=name, mode=account.mode)
    else:
        yield Headline("the books close", DONE, name, account.mode)
    yield KeyValues(tuple(_book_rows(books)))
    yield KeyValues(tuple(_venue_rows(books)))
    if books.dust:
        yield Text("Dust: below the market's minimum, so it cannot be sold; it is sold with the bot's next position.")
        yield _dust_table(books.dust, currency)


def _book_rows(books: AccountStatement) -> Iterator[tuple[RichText, ...]]:
    """Yield the books' lines, rounded so that they add up to the total below them."""
    lines: list[tuple[str, Decimal]] = [("Deposit", books.account.deposit), *_part_lines("Bots", books.present)]
    if books.deleted.bots:
        lines += [("Deleted bots", books.deleted.before_fees)]
    if books.earlier.bots:
        lines += [("Earlier passes", books.earlier.before_fees)]
    lines += [("Fees", -books.fees)]
    printed, total = numbers.round_parts_to_total([value for _, value in lines], books.account.currency)
    for (label, _), value in zip(lines, printed, strict=True):
        shown = numbers.table_amount(value, books.account.currency)
        yield label, shown if label == "Deposit" else numbers.signed_rounded_amount(value)
    yield "= Books", numbers.table_amount(total, books.account.currency)


def _part_lines(label: str, part: BooksPart) -> Iterator[tuple[str, Decimal]]:
    yield f"{label}, closed", part.closed
    yield f"{label}, open", part.open


def _venue_rows(books: AccountStatement) -> Iterator[tuple[RichText, ...]]:
    currency = books.account.currency
    known = [one for one in books.holdings if one.value is not None]
    printed, total = numbers.round_parts_to_total([one.value or Decimal(0) for one in known], currency)
    for one, value in zip(known, printed, strict=True):
        is_money = one.balance.currency == currency
        label = currency if is_money else join_text(numbers.coin_amount(one.balance.total), f" {one.balance.currency}")
        yield label, numbers.table_amount(value, currency)
    for one in books.holdings:
        if one.value is None:
            yield join_text(numbers.coin_amount(one.balance.total), f" {one.balance.currency}"), "no price yet"
    yield "= Venue", numbers.table_amount(total, currency)
    yield "Difference", numbers.table_amount(books.difference, currency)


def _dust_table(dust: tuple[Dust, ...], currency: str) -> Table:
    rows = tuple(
        (
            one.bot.name if one.bot else "earlier passes",
            numbers.quantity(one.quantity, one.market.step, one.market.base),
            numbers.table_amount(one.value, currency),
        )
        for one in sorted(dust, key=lambda one: -one.value)[:MAX_DUST]
    )
    columns = (Column("of"), Column("dust", Align.RIGHT), Column("worth", Align.RIGHT))
    return Table(columns, rows)
