"""Commands about accounts, balances and the clock of the recorded market."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from bot.commands.catalog.fields import keyword_spec
from bot.commands.reply.blocks import (
    Align,
    Block,
    Button,
    ButtonStyle,
    Column,
    Columns,
    Footer,
    Headline,
    Reply,
    Table,
    Text,
    build_reply,
    build_table,
    button_row,
    button_rows,
)
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import count_text, echo_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, Choice, ChoiceSource, Effect, Privacy, Question, command
from bot.commands.text import numbers
from bot.commands.text.labels import account_name
from bot.commands.text.times import TimeFormatter, duration
from bot.domain.errors import CommandFix, InvalidInput, Refused
from bot.domain.market import Mode
from bot.domain.money import TWO_DIGIT_CURRENCIES
from bot.domain.people import Account, Role
from bot.engine.bots.capital import AccountCapital
from bot.engine.bots.passes import Passes
from bot.engine.market_data.market_times import Advance, MarketTimes
from bot.engine.reports.queries import Queries
from bot.ports.replay import Replay, ReplayState
from bot.ports.venue import Balance

ONE_HOUR, ONE_SECOND = timedelta(hours=1), timedelta(seconds=1)
KEPT_SHARE = 0.8
"""Share of the set speed below which what was reached is told instead."""
FASTEST_WORDS = frozenset({"max", "none", "fastest"})
MAX_SPEED = Decimal(1_000_000)
BEGINS_ANEW = (
    "Every bot's books are closed and begin empty: figures and charts are of the new pass alone. "
    "Nothing is lost: earlier trades stay in /trades and /statement, the account keeps what it earned."
)
SLOWED_DOWN = "As fast as it can, it would be over before you can run a bot: the speed is 60x again."


class BalanceArguments(Arguments):
    account: Annotated[
        str | None, ArgumentSpec("the label of one of your accounts", "practice", choice_source=ChoiceSource.ACCOUNTS)
    ] = None


class MarketAction(StrEnum):
    """Actions on the recorded market's clock."""

    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"


class MarketArguments(Arguments):
    """Arguments of `/market`: a new speed, or an action."""

    speed: Annotated[str | None, keyword_spec("market seconds per second such as 60x, or max", "60x")] = None
    action: Annotated[MarketAction | None, keyword_spec("pause, resume or restart", "pause")] = None


@command("accounts", Role.TRADER, "/accounts", privacy=Privacy.PRIVATE_ANSWER, effect=Effect.READS)
async def accounts(ctx: CommandContext, queries: Queries) -> Reply:
    """Your places to trade."""
    found = await queries.accounts(ctx.requester)
    rows: list[tuple[RichText, ...]] = []
    for one in found:
        capital = await queries.capital(one)
        free, reserved = (numbers.table_amount(item, one.currency) for item in (capital.free, capital.reserved))
        name = await account_name(one, found, queries)
        rows.append((name, one.mode, one.venue, join_text(free, f" {one.currency}"), reserved, str(capital.bots)))
    columns = (
        Column("account"),
        Column("mode"),
        Column("venue", priority=3),
        Column("free", Align.RIGHT, line=2),
        Column("reserved", Align.RIGHT, priority=1, line=2),
        Column("bots", Align.RIGHT, priority=2, line=2),
    )
    return build_reply(
        Headline(f"Accounts · {len(found)}"),
        Table(columns, tuple(rows)),
        Footer("free for new bots, reserved by bots, how many they are"),
        button_row(Button("Balance", "/balance", ButtonStyle.PRIMARY)),
        subject_key="list:accounts",
    )


@command("balance", Role.TRADER, "/balance", "/balance practice", privacy=Privacy.PRIVATE_ANSWER, effect=Effect.READS)
async def balance(args: BalanceArguments, ctx: CommandContext, queries: Queries) -> Reply:
    """What accounts hold."""
    found = await queries.accounts(ctx.requester)
    blocks: list[Block] = []
    for account in await find_accounts(args.account, ctx, queries):
        holdings = await queries.venue(account.venue).balances(account.account_id)
        blocks += _balance_blocks(await queries.capital(account), holdings, await account_name(account, found, queries))
        dust = await queries.dust_value(account)
        if dust:
            blocks.append(Text(join_text("Dust, too small to be sold: ", numbers.money(dust, account.currency), ".")))
    return build_reply(*blocks)


async def find_accounts(label: str | None, ctx: CommandContext, queries: Queries) -> list[Account]:
    """Return the accounts with a label, one's own first, or all of them; raise InvalidInput without one."""
    found = await queries.accounts(ctx.requester)
    chosen = [account for account in found if label in (None, account.label)]
    if not chosen:
        known = tuple(account.label for account in found[:1])
        fix = CommandFix("balance", known)
        raise InvalidInput("no-account", fix, typed=echo_text(label or ""), near=(*known, "Balance")[0])
    return sorted(chosen, key=lambda account: account.owner != ctx.operator.operator_id)


async def ask_restart(
    args: MarketArguments, ctx: CommandContext, replay: Replay | None, passes: Passes
) -> Question | None:
    """Ask before the recorded market starts over; raise Refused while it cannot."""
    if args.action is not MarketAction.RESTART or replay is None:
        return None
    await passes.check_restart(ctx.operator)
    line = Headline("back to its start?", "", "Recorded market", Mode.PRACTICE)
    return Question(reply=build_reply(line, Text(BEGINS_ANEW)), choices=(Choice("Restart", args),))


@command(
    "market",
    Role.TRADER,
    "/market",
    "/market speed=60x",
    "/market action=pause",
    confirm=ask_restart,
    effect=Effect.CHANGES_IF_GIVEN,
)
async def market(
    args: MarketArguments, ctx: CommandContext, replay: Replay | None, passes: Passes, market_times: MarketTimes
) -> Reply:
    """The clock of the recorded market."""
    if replay is None:
        raise Refused("no-recorded-market")
    was = replay.state()
    if args.speed is not None:
        await replay.set_speed(_parse_speed(args.speed))
    match args.action:
        case MarketAction.PAUSE:
            await replay.pause_clock()
        case MarketAction.RESUME:
            await replay.resume_clock()
        case MarketAction.RESTART:
            await passes.restart_market(ctx.operator, ctx.trace_id)
        case None:
            pass
    is_unchanged = args.speed is None and args.action is None
    reached = market_times.recent_advance() if is_unchanged else None
    is_slowed = args.action is MarketAction.RESTART and was.speed is None
    return market_reply(replay.state(), ctx.times, reached, SLOWED_DOWN if is_slowed else "")


def market_reply(state: ReplayState, times: TimeFormatter, reached: Advance | None = None, remark: str = "") -> Reply:
    """Return the state of the recorded market, with the speed that it reached lately."""
    speed = "as fast as it can" if state.speed is None else f"{state.speed.normalize():f}x"
    now = f"{speed}, paused" if state.is_paused else speed
    turn = Button("Pause", "/market action=pause")
    if state.is_paused:
        turn = Button("Resume", "/market action=resume", ButtonStyle.SUCCESS)
    if state.has_ended:
        now = "the recording has ended"
    return build_reply(
        Headline(f"{times.recording_time(state.market_time)}, {now}", name="Recorded market", mode=Mode.PRACTICE),
        Text(_replay_progress(state, times, reached)),
        Text(remark) if remark else None,
        button_rows(
            () if state.has_ended else (turn, Button("1x", "/market speed=1x"), Button("600x", "/market speed=600x")),
            (Button("Restart", "/market action=restart", ButtonStyle.DANGER),),
        ),
        subject_key="list:market",
    )


def _replay_progress(state: ReplayState, times: TimeFormatter, reached: Advance | None) -> str:
    ends = times.recording_time(state.ends_at)
    if state.has_ended:
        return f"It ended {ends}. /market action=restart sets it back."
    # What the bots have to do takes its time: the speed that is set is the most that can be.
    is_slower = reached is not None and (state.speed is None or reached.speed < float(state.speed) * KEPT_SHARE)
    speed = reached.speed if reached is not None and is_slower else state.speed
    if not speed or state.is_paused:
        return f"The recording ends {ends}."
    left = (state.ends_at - state.market_time) / float(speed)
    candle = ONE_HOUR / float(speed)
    takes = duration(candle) if candle >= ONE_SECOND else f"{candle.total_seconds():.2f} s"
    lately = f"Over the last {duration(reached.wall)} it ran at {speed:,.0f}x. " if reached and is_slower else ""
    return f"{lately}A 1h candle takes {takes}; the recording ends {ends}, in about {duration(left)}."


def _parse_speed(text: str) -> Decimal | None:
    word = text.casefold().strip()
    if word in FASTEST_WORDS:
        return None
    try:
        speed = Decimal(word.removesuffix("x"))
    except InvalidOperation:
        speed = Decimal(0)
    if not speed.is_finite() or not 0 < speed <= MAX_SPEED:
        raise InvalidInput("speed-invalid", typed=echo_text(text))
    return speed


def _balance_blocks(capital: AccountCapital, holdings: Sequence[Balance], name: str) -> tuple[Block, ...]:
    account = capital.account
    columns: Columns[Balance] = (
        (Column("coin"), lambda item: item.currency),
        (Column("total", Align.RIGHT, line=2), lambda item: _amount_text(item.total, item.currency)),
        (Column("free", Align.RIGHT, line=2), lambda item: _amount_text(item.free, item.currency)),
    )
    reserved, free = (numbers.money(item, account.currency) for item in (capital.reserved, capital.free))
    return (
        Headline("balance", name=name, mode=account.mode),
        build_table(columns, holdings),
        Text(
            join_text(f"Reserved by {count_text(capital.bots, 'bot')}: ", reserved, ". Free for new bots: ", free, ".")
        ),
    )


def _amount_text(value: Decimal, currency: str) -> RichText:
    """Format an account's balance: money as money, coins with all their digits but no noise."""
    is_money = currency in TWO_DIGIT_CURRENCIES
    return numbers.table_amount(value, currency) if is_money else numbers.coin_amount(value)
