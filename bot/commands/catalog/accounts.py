"""Accounts, balances and the clock of the recorded market."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from bot.commands.reply.blocks import (
    Align,
    Block,
    Button,
    Column,
    Headline,
    Meaning,
    Reply,
    Table,
    Text,
    reply,
    row_of,
    rows_of,
)
from bot.commands.reply.input_text import counted, echo
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Act, Arguments, Completion, Place, Privacy, Question, Topic, Traits, Word, command
from bot.commands.text import numbers
from bot.commands.text.account_names import account_name
from bot.commands.text.times import Times, duration
from bot.domain.errors import InvalidInput, Refused
from bot.domain.market import Mode
from bot.domain.people import Account, Role
from bot.engine.reports.balances import AccountBalance, Balances
from bot.engine.reports.queries import Queries
from bot.ports.replay import Replay, ReplayState

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
FASTEST = frozenset({"max", "none", "fastest"})
LARGEST_SPEED = Decimal(1_000_000)


class BalanceArguments(Arguments):
    """Which account."""

    account: Annotated[
        str | None, Word("the label of one of your accounts", "practice", completion=Completion.ACCOUNTS)
    ] = None


class MarketAction(StrEnum):
    """What to do with the recorded market's clock."""

    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"


class MarketArguments(Arguments):
    """A new speed, or something to do."""

    speed: Annotated[str | None, Word("market seconds per second such as 60x, or max", "60x", place=Place.KEY)] = None
    action: Annotated[MarketAction | None, Word("pause, resume or restart", "pause", place=Place.KEY)] = None


@command(
    "accounts",
    summary="Your places to trade",
    role=Role.TRADER,
    topic=Topic.ACCOUNTS,
    examples=("/accounts",),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER),
)
async def accounts(ctx: Context, queries: Queries, balances: Balances) -> Reply:
    """List accounts with what is free there."""
    found = await queries.accounts(ctx.asker)
    rows = [(await account_name(one, found, queries), *await _account_row(one, balances)) for one in found]
    columns = (
        Column("account"),
        Column("mode"),
        Column("venue", priority=3),
        Column("free", Align.RIGHT, line=2),
        Column("reserved", Align.RIGHT, priority=1, line=2),
        Column("bots", Align.RIGHT, priority=2, line=2),
    )
    return reply(
        Headline(f"Accounts · {len(found)}"),
        Table(columns, tuple(rows)),
        row_of(Button("Balance", "/balance", Meaning.PRIMARY)),
        about="list:accounts",
    )


@command(
    "balance",
    summary="What accounts hold",
    role=Role.TRADER,
    topic=Topic.ACCOUNTS,
    examples=("/balance", "/balance practice"),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER),
)
async def balance(args: BalanceArguments, ctx: Context, queries: Queries, balances: Balances) -> Reply:
    """Show coins and money of one account, or of all."""
    found = await queries.accounts(ctx.asker)
    chosen = [account for account in found if args.account in (None, account.label)]
    if not chosen:
        raise _no_account(args.account or "", found)
    blocks: list[Block] = []
    for account in chosen:
        blocks += _balance_blocks(await balances.of(account), await account_name(account, found, queries))
    return reply(*blocks)


async def ask_restart(args: MarketArguments, replay: Replay | None) -> Question | None:
    """Ask before the recorded market starts over; refuse at once while it cannot."""
    if args.action is not MarketAction.RESTART or replay is None:
        return None
    replay.check_restart()
    line = Headline("back to its start? Books and trades stay as they are.", "", "Recorded market", Mode.PRACTICE)
    return Question(reply=reply(line), acts=(Act("Restart", args),))


@command(
    "market",
    summary="The clock of the recorded market",
    role=Role.TRADER,
    topic=Topic.ACCOUNTS,
    examples=("/market", "/market speed=60x", "/market action=pause"),
    traits=Traits(confirm=ask_restart),
)
async def market(args: MarketArguments, ctx: Context, replay: Replay | None) -> Reply:
    """Show the recorded market's clock, or change it."""
    if replay is None:
        raise Refused("there is no recorded market here. /accounts shows where you can trade")
    state = replay.state()
    if args.speed is not None:
        state = await replay.set_speed(_speed(args.speed))
    match args.action:
        case MarketAction.PAUSE:
            state = await replay.pause()
        case MarketAction.RESUME:
            state = await replay.resume()
        case MarketAction.RESTART:
            state = await replay.restart()
        case None:
            pass
    return market_reply(state, ctx.times)


def market_reply(state: ReplayState, times: Times) -> Reply:
    """Show where the recorded market stands."""
    speed = "as fast as it can" if state.speed is None else f"{state.speed.normalize():f}x"
    now = f"{times.recorded(state.market_time)}, {speed}"
    if state.has_ended:
        now = f"{times.recorded(state.market_time)}, the recording has ended"
    elif state.is_paused:
        now = f"{now}, paused"
    turn = Button("Resume", "/market action=resume", Meaning.SUCCESS)
    if not state.is_paused:
        turn = Button("Pause", "/market action=pause")
    return reply(
        Headline(now, name="Recorded market", mode=Mode.PRACTICE),
        Text(_pace(state, times)),
        rows_of(
            () if state.has_ended else (turn, Button("1x", "/market speed=1x"), Button("600x", "/market speed=600x")),
            (Button("Restart", "/market action=restart", Meaning.DANGER),),
        ),
        about="list:market",
    )


def _pace(state: ReplayState, times: Times) -> str:
    ends = times.recorded(state.ends_at)
    if state.has_ended:
        return f"It ended {ends}. /market action=restart sets it back."
    if state.speed is None:
        return f"The recording ends {ends}."
    speed = float(state.speed)
    left = (state.ends_at - state.market_time) / speed
    candle = HOUR / speed
    takes = duration(candle) if candle >= SECOND else f"{candle.total_seconds():.2f} s"
    return f"A 1h candle takes {takes}; the recording ends {ends}, in about {duration(left)}."


def _speed(text: str) -> Decimal | None:
    word = text.casefold().strip()
    if word in FASTEST:
        return None
    try:
        speed = Decimal(word.removesuffix("x"))
    except InvalidOperation:
        speed = Decimal(0)
    if not speed.is_finite() or not 0 < speed <= LARGEST_SPEED:
        raise InvalidInput(
            f"speed cannot be {echo(text)}. Expected a number above 0 up to 1,000,000 with an x, or max, "
            "for example /market speed=60x"
        )
    return speed


async def _account_row(account: Account, balances: Balances) -> tuple[str, ...]:
    capital = await balances.capital(account)
    free, reserved = (numbers.table_amount(item, account.currency) for item in (capital.free, capital.reserved))
    return account.mode, account.venue, f"{free} {account.currency}", reserved, str(capital.bots)


def _balance_blocks(found: AccountBalance, name: str) -> Sequence[Headline | Table | Text]:
    account = found.account
    columns = (Column("coin"), Column("total", Align.RIGHT, line=2), Column("free", Align.RIGHT, line=2))
    rows = tuple(
        (item.currency, _amount(item.total, item.currency), _amount(item.free, item.currency))
        for item in found.holdings
    )
    capital = found.capital
    reserved = numbers.money(capital.reserved, account.currency)
    free = numbers.money(capital.free, account.currency)
    return (
        Headline("balance", name=name, mode=account.mode),
        Table(columns, rows),
        Text(f"Reserved by {counted(capital.bots, 'bot')}: {reserved}. Free for new bots: {free}."),
    )


def _amount(value: Decimal, currency: str) -> str:
    """Write what is held: money as money, coins with all their digits but no noise."""
    is_money = currency in numbers.TWO_DIGIT_CURRENCIES
    if is_money:
        return numbers.table_amount(value, currency)
    return f"{value.normalize():f}" if value else "0"


def _no_account(label: str, found: Sequence[Account]) -> InvalidInput:
    example = found[0].label if found else ""
    return InvalidInput(
        f"no account {echo(label)}. Expected one of yours, for example /balance {example}".rstrip(),
        fix=f"/balance {example}".rstrip(),
        fix_label=example or "Balance",
    )
