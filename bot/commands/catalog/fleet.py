"""The fleet, the card of one bot, and the strategies there are."""

from collections import Counter
from typing import Annotated

from bot.commands import numbers
from bot.commands.card import bot_card
from bot.commands.catalog.typed import MaybeOneBot, OneBot, PageNumber
from bot.commands.reply import (
    SEPARATOR,
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
    reply,
    rows_of,
)
from bot.commands.request import Context
from bot.commands.spec import Arguments, Completion, Place, Topic, Word, command
from bot.commands.wording import counted
from bot.commands.words import bot_button, position, status_word
from bot.domain.instance import BotStatus
from bot.domain.people import Role
from bot.engine.fleet import FleetPage, Totals, fleet_page
from bot.engine.queries import BotFigures, Queries
from bot.strategy.base import PlanStrategy
from bot.strategy.fields import field_specs
from bot.strategy.registry import AnyStrategy, StrategyRegistry

NEW = Button("New", "/new", Meaning.SUCCESS)
COLUMNS = (
    Column("bot"),
    Column("mode", priority=2),
    Column("market", priority=1),
    Column("state"),
    Column("position", priority=3),
    Column("open", Align.RIGHT, priority=5),
    Column("closed", Align.RIGHT, priority=4),
    Column("total", Align.RIGHT),
    Column("%", Align.RIGHT),
)
SHOWN_STATES = (BotStatus.RUNNING, BotStatus.PAUSED, BotStatus.FAILED, BotStatus.STOPPED, BotStatus.CREATED)


class BotsArguments(Arguments):
    """Which bots, and which page of them."""

    filter: Annotated[
        str | None, Word("part of a name, market, state, mode, strategy or tag", "btc", place=Place.KEY)
    ] = None
    page: PageNumber = 1


class StrategiesArguments(Arguments):
    """One strategy, or none for the list."""

    name: Annotated[str | None, Word("a strategy", "ema-cross", completion=Completion.STRATEGIES)] = None


@command(
    "bots",
    summary="All bots: state, market, position, PnL",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/bots", "/bots filter=btc", "/bots page=2"),
)
async def bots(args: BotsArguments, ctx: Context, queries: Queries) -> Reply:
    """Show the fleet."""
    return fleet_reply(await fleet_page(queries, ctx.operator, args.filter, args.page), args, ctx)


@command(
    "bot",
    summary="The card of one bot, with buttons",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/bot alpha",),
)
async def bot(args: OneBot, ctx: Context, queries: Queries, strategies: StrategyRegistry) -> Reply:
    """Show one bot."""
    row = await queries.figures(await queries.find(ctx.operator, args.name))
    return bot_card(row, ctx.times, queries.venue(row.bot.venue).clock.now(), strategies)


@command(
    "status",
    summary="As /bots, or with a name as /bot",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/status", "/status alpha"),
)
async def status(args: MaybeOneBot, ctx: Context, queries: Queries, strategies: StrategyRegistry) -> Reply:
    """Show the fleet or one bot, for people used to that word."""
    if args.name is None:
        return fleet_reply(await fleet_page(queries, ctx.operator, None, 1), BotsArguments(), ctx)
    row = await queries.figures(await queries.find(ctx.operator, args.name))
    return bot_card(row, ctx.times, queries.venue(row.bot.venue).clock.now(), strategies)


@command(
    "strategies",
    summary="What can decide: ideas, parameters, pitfalls",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/strategies", "/strategies ema-cross"),
)
async def show_strategies(args: StrategiesArguments, strategies: StrategyRegistry) -> Reply:
    """List the strategies, or explain one."""
    if args.name is not None:
        return _strategy(strategies.get(args.name.casefold()))
    known = strategies.all()
    buttons = tuple(Button(item.name, f"/strategies {item.name}") for item in known)
    return reply(
        Headline(f"Strategies · {len(known)}"),
        *(Text(f"{item.name}: {item.summary}") for item in known),
        rows_of(buttons, (NEW,)),
    )


def fleet_reply(page: FleetPage, args: BotsArguments, ctx: Context) -> Reply:
    """Show a page of bots with the totals of all of them."""
    if not page.bots:
        return _no_bots(args)
    pages = f"page {page.number} of {page.last} · " if page.last > 1 else ""
    return reply(
        Headline(fleet_line(page)),
        Table(COLUMNS, tuple(_cells(row) for row in page.rows)),
        Text(totals_line(page.totals)),
        Footer(f"{pages}PnL closed + open, after fees · as of {ctx.times.prose(ctx.now)} {ctx.times.label}"),
        rows_of(
            tuple(bot_button(row.bot.name, "bot", row.bot) for row in page.rows),
            _page_buttons(args, page),
            (NEW, Button("PnL", "/pnl")),
            (Button("Panic", "/panic", Meaning.DANGER),),
        ),
    )


def fleet_line(page: FleetPage) -> str:
    """Count bots by state: `Fleet · 3 bots · 2 running, 1 paused`."""
    counts: Counter[str] = Counter()
    for state, count in page.states.items():
        counts[status_word(state)] += count
    words = [*(state.value for state in SHOWN_STATES), "working"]
    shown = [f"{counts[word]} {word}" for word in words if counts[word]]
    return SEPARATOR.join(("Fleet", counted(page.bots, "bot"), ", ".join(shown)))


def totals_line(totals: tuple[Totals, ...]) -> str:
    """Sum up by mode and currency: `totals  LIVE +5.22 USDT (+1.04%) · PAPER +49.01 USDT (+2.72%)`."""
    sums = (f"{item.mode} {numbers.profit(item.profit, item.currency, item.capital)}" for item in totals)
    return f"totals  {SEPARATOR.join(sums)}"


def _cells(row: BotFigures) -> tuple[str, ...]:
    (opened, closed), total = numbers.as_printed((row.open_profit, row.closed_profit), row.market.quote)
    return (
        row.bot.name,
        row.bot.mode,
        f"{row.bot.config.symbol} {row.bot.config.timeframe}",
        status_word(row.bot.status),
        position(row),
        numbers.printed(opened),
        numbers.printed(closed),
        numbers.printed(total),
        numbers.signed_percent(numbers.ratio_of(total, row.bot.config.capital)),
    )


def _page_buttons(args: BotsArguments, page: FleetPage) -> tuple[Button, ...]:
    rest = f" filter={args.filter}" if args.filter else ""
    before = (Button("Previous", f"/bots page={page.number - 1}{rest}"),) if page.number > 1 else ()
    after = (Button("Next", f"/bots page={page.number + 1}{rest}"),) if page.number < page.last else ()
    return before + after


def _no_bots(args: BotsArguments) -> Reply:
    if args.filter:
        return reply(Headline(f"Fleet · no bot matches {args.filter}"), rows_of((Button("All bots", "/bots"),)))
    return reply(
        Headline("Fleet · no bots yet"),
        Text("A bot is a strategy, a market and an amount it may use. Start on recorded prices: six answers."),
        rows_of((Button("Create a PRACTICE bot", "/new", Meaning.PRIMARY),), (Button("Strategies", "/strategies"),)),
    )


def _strategy(strategy: AnyStrategy) -> Reply:
    specs = field_specs(strategy.Parameters)
    rows = tuple(
        (spec.name, spec.shown(spec.default) if not spec.is_required else "required", spec.expectation, spec.help)
        for spec in specs
    )
    columns = (Column("parameter"), Column("default", Align.RIGHT), Column("takes"), Column("what it is", priority=1))
    kind = "order plan" if isinstance(strategy, PlanStrategy) else "signals"
    return reply(
        Headline(f"{strategy.name}{SEPARATOR}{kind}"),
        Text(strategy.summary),
        Text(f"Pitfalls: {strategy.pitfalls}"),
        Table(columns, rows),
        _warm_up(strategy),
        rows_of((Button("Create a bot", f"/new strategy={strategy.name}", Meaning.PRIMARY),)),
    )


def _warm_up(strategy: AnyStrategy) -> KeyValues | None:
    specs = field_specs(strategy.Parameters)
    if any(spec.is_required for spec in specs):
        return None
    defaults = strategy.Parameters.model_validate(
        {spec.name: spec.default for spec in specs if spec.default is not None}
    )
    return KeyValues((("Warm-up with the defaults", f"{strategy.warm_up(defaults)} candles"),))
