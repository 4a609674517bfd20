"""The fleet, the card of one bot, and the strategies there are."""

from typing import Annotated

from bot.commands.catalog.fields import MaybeOneBot, OneBot, PageNumber
from bot.commands.reply.blocks import (
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
    row_of,
    rows_of,
)
from bot.commands.reply.paging import page_buttons
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Completion, Place, Topic, Traits, Word, command
from bot.commands.text.config_rows import new_line
from bot.commands.text.labels import bot_button, bot_line
from bot.commands.views.card import bot_card, card_facts
from bot.commands.views.fleet_table import fleet_line, fleet_table, totals_line
from bot.domain.instance import BotStatus
from bot.domain.people import Role
from bot.engine.health.platforms import PlatformBoard
from bot.engine.reports.fleet import FleetPage, Sort, Wanted, fleet_page
from bot.engine.reports.queries import Queries
from bot.strategy.base import PlanStrategy
from bot.strategy.field_spec import FieldSpec
from bot.strategy.fields import field_specs
from bot.strategy.registry import AnyStrategy, StrategyRegistry

NEW = Button("New", "/new", Meaning.SUCCESS)
ABOUT = "list:bots"
BOTS, LIVE = "/bots", "/live"


class BotsArguments(Arguments):
    """Which bots, and which page of them."""

    filter: Annotated[
        str | None, Word("part of a name, market, state, mode, strategy or tag", "btc", place=Place.KEY)
    ] = None
    sort: Annotated[Sort, Word("attention, name, pnl, state or market", "pnl", place=Place.KEY)] = Sort.ATTENTION
    page: PageNumber = 1

    @property
    def wanted(self) -> Wanted:
        """Return which bots are asked for."""
        return Wanted(word=self.filter, sort=self.sort, page=self.page)


class StrategiesArguments(Arguments):
    """One strategy, or none for the list."""

    name: Annotated[str | None, Word("a strategy", "ema-cross", completion=Completion.STRATEGIES)] = None


@command(
    "bots",
    summary="All bots: state, market, position, PnL",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/bots", "/bots filter=btc", "/bots sort=pnl", "/bots page=2"),
)
async def bots(args: BotsArguments, ctx: Context, queries: Queries, board: PlatformBoard) -> Reply:
    """Show the fleet."""
    return fleet_reply(await fleet_page(queries, ctx.asker, args.wanted), args, ctx, keep_button(args, ctx, board))


@command(
    "bot",
    summary="The card of one bot, with buttons",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/bot alpha",),
)
async def bot(args: OneBot, ctx: Context, queries: Queries, strategies: StrategyRegistry) -> Reply:
    """Show one bot."""
    return await _card(args.name, ctx, queries, strategies)


@command(
    "status",
    summary="As /bots, or with a name as /bot",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/status", "/status alpha"),
)
async def status(
    args: MaybeOneBot, ctx: Context, queries: Queries, strategies: StrategyRegistry, board: PlatformBoard
) -> Reply:
    """Show the fleet or one bot, for people used to that word."""
    if args.name is None:
        every = BotsArguments()
        return fleet_reply(await fleet_page(queries, ctx.asker), every, ctx, keep_button(every, ctx, board))
    return await _card(args.name, ctx, queries, strategies)


@command(
    "more",
    summary="What else can be done with a bot",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/more alpha",),
    traits=Traits(is_hidden=True),
)
async def more(args: OneBot, ctx: Context, queries: Queries, strategies: StrategyRegistry) -> Reply:
    """Offer what a card has no room for, and the line that makes the same bot."""
    bot = await queries.find(ctx.asker, args.name)
    account = await queries.account(bot.config.account_id)
    line = new_line(bot.name, bot.config, account.label if account else "", strategies)
    return reply(
        bot_line(bot, "more", ""),
        Text(f"The same bot once more, under another name: {line}"),
        rows_of(
            (bot_button("Orders", "orders", bot), bot_button("Signals", "signals", bot), bot_button("PnL", "pnl", bot)),
            (bot_button("Stats", "stats", bot), bot_button("Logs", "logs", bot)),
            (bot_button("Clone", "clone", bot), bot_button("Rename", "rename", bot)),
            (bot_button("Card", "bot", bot, Meaning.PRIMARY), Button("Copy /new", "", copied=line)),
        ),
    )


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
        about="list:strategies",
    )


async def _card(name: str, ctx: Context, queries: Queries, strategies: StrategyRegistry) -> Reply:
    row = await queries.figures(await queries.find(ctx.asker, name))
    return bot_card(await card_facts(row, ctx, queries), strategies)


def fleet_reply(
    page: FleetPage, args: BotsArguments, ctx: Context, keeping: tuple[Button, ...] = (), verb: str = BOTS
) -> Reply:
    """Show a page of bots with the totals of all of them; `verb` draws it again."""
    if not page.bots:
        return _no_bots(args, ctx, keeping if verb == LIVE else ())
    is_paged = page.last > 1
    pages = f"page {page.number} of {page.last} · " if is_paged else ""
    return reply(
        Headline(fleet_line(page)),
        fleet_table(page.rows, is_numbered=is_paged),
        Text(totals_line(page.totals)),
        Footer(f"{pages}PnL closed + open, after fees", f"{ctx.times.prose(ctx.now)} {ctx.times.label}"),
        rows_of(
            tuple(
                bot_button(str(number) if is_paged else row.bot.name, "bot", row.bot)
                for number, row in enumerate(page.rows, start=1)
            ),
            page_buttons(_line(args, verb), page.number, page.last),
            _states(page, verb) if is_paged else (),
            (NEW, Button("PnL", "/pnl"), *keeping),
            (Button("Panic", "/panic", Meaning.DANGER),),
        ),
        about=ABOUT,
    )


def keep_button(args: BotsArguments, ctx: Context, board: PlatformBoard) -> tuple[Button, ...]:
    """Offer to keep the list true for good where messages stay; one that is for one person's eyes alone does not."""
    is_kept_there = ctx.request.platform in board.open_platforms and not ctx.request.is_aside
    return (Button("Keep live", _line(args, LIVE)),) if is_kept_there else ()


def _line(args: BotsArguments, verb: str) -> str:
    words = [f' filter="{args.filter}"' if " " in args.filter else f" filter={args.filter}"] if args.filter else []
    words += [] if args.sort is Sort.ATTENTION else [f" sort={args.sort}"]
    return f"{verb}{''.join(words)}"


def _states(page: FleetPage, verb: str) -> tuple[Button, ...]:
    """Offer what is not running: `Failed 2`, `Paused 4`."""
    return tuple(
        Button(f"{state.value.capitalize()} {page.states[state]}", f"{verb} filter={state}")
        for state in (BotStatus.FAILED, BotStatus.PAUSED)
        if page.states.get(state)
    )


def _no_bots(args: BotsArguments, ctx: Context, keeping: tuple[Button, ...]) -> Reply:
    if args.filter:
        every = Button("All bots", BOTS)
        return reply(Headline(f"Fleet · no bot matches {args.filter}"), rows_of((every, *keeping)))
    if ctx.operator.role is Role.VIEWER:
        text = "Whoever has a bot can share it with you: /share, the bot's name, yours and viewer."
        return reply(Headline("Fleet · no bots yet"), Text(text), row_of(Button("Strategies", "/strategies"), *keeping))
    return reply(
        Headline("Fleet · no bots yet"),
        Text("A bot is a strategy, a market and an amount it may use. Start on recorded prices: six taps."),
        rows_of(
            (Button("Create a PRACTICE bot", "/new", Meaning.PRIMARY),), (Button("Strategies", "/strategies"), *keeping)
        ),
    )


def _strategy(strategy: AnyStrategy) -> Reply:
    specs = field_specs(strategy.Parameters)
    rows = tuple(
        (spec.name, spec.shown(spec.default) if not spec.is_required else "required", _takes(spec), spec.help)
        for spec in specs
    )
    columns = (
        Column("parameter"),
        Column("default", Align.RIGHT),
        Column("takes", line=2, is_prose=True),
        Column("what it is", priority=1, line=3, is_prose=True),
    )
    kind = "order plan" if isinstance(strategy, PlanStrategy) else "signals"
    return reply(
        Headline(f"{strategy.name}{SEPARATOR}{kind}"),
        Text(strategy.summary),
        Text(f"Pitfalls: {strategy.pitfalls}"),
        Table(columns, rows),
        _warm_up(strategy),
        rows_of((Button("Create a bot", f"/new strategy={strategy.name}", Meaning.PRIMARY),)),
        about="list:strategies",
    )


def _takes(spec: FieldSpec) -> str:
    """Say in short what a parameter takes: its bounds where it has some."""
    bounds = spec.bounds_text if spec.is_number else ""
    return f"{bounds}, or none" if bounds and spec.is_optional else bounds or spec.expectation


def _warm_up(strategy: AnyStrategy) -> KeyValues | None:
    specs = field_specs(strategy.Parameters)
    if any(spec.is_required for spec in specs):
        return None
    defaults = strategy.Parameters.model_validate(
        {spec.name: spec.default for spec in specs if spec.default is not None}
    )
    return KeyValues((("Warm-up with the defaults", f"{strategy.warm_up(defaults)} candles"),))
