"""Commands about the fleet, the card of one bot, and the strategies."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from bot.commands.catalog.fields import BotArguments, OptionalBotArguments, PageNumber, StrategyName, keyword_spec
from bot.commands.reply.amount_visibility import amount_button
from bot.commands.reply.blocks import (
    SEPARATOR,
    Align,
    Button,
    ButtonStyle,
    Column,
    Columns,
    Footer,
    Headline,
    KeyboardRow,
    KeyValues,
    LiveMode,
    Reply,
    Text,
    build_reply,
    build_table,
    button_row,
    button_rows,
    sentence_reply,
)
from bot.commands.reply.inline_time import join_text
from bot.commands.reply.paging import page_buttons
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, Effect, command
from bot.commands.text.config_rows import new_bot_command
from bot.commands.text.labels import bot_button, bot_headline
from bot.commands.views.card import BotCards
from bot.commands.views.fleet_table import fleet_line, fleet_table, totals_line
from bot.commands.views.panic_text import active_scope_texts, panic_warning
from bot.domain.errors import CommandFix, Refused
from bot.domain.instance import BotStatus
from bot.domain.people import Role
from bot.engine.bots.naming import suggest_name
from bot.engine.bots.panic import Panic
from bot.engine.health.platforms import PlatformHealth
from bot.engine.reports.fleet import FleetPage, FleetQuery, FleetSort, fleet_page
from bot.engine.reports.queries import Queries
from bot.strategy.base import PlanStrategy
from bot.strategy.field_spec import FieldSpec
from bot.strategy.fields import field_specs
from bot.strategy.registry import AnyStrategy, StrategyRegistry

NEW_BUTTON = Button("New", "/new", ButtonStyle.SUCCESS)
FLEET_SUBJECT = "list:bots"
BOTS_COMMAND, LIVE_COMMAND = "/bots", "/live"
_MORE_ROWS = (
    (("Orders", "orders"), ("Signals", "signals"), ("PnL", "pnl")),
    (("Stats", "stats"), ("Backtest", "backtest"), ("Logs", "logs")),
    (("Clone", "clone"), ("Rename", "rename")),
    (("Share", "share"), ("Subscribe", "subscribe")),
)
"""Labels and commands of `/more`."""


class BotsArguments(Arguments):
    filter: Annotated[str | None, keyword_spec("part of a name, market, state, mode, strategy or tag", "btc")] = None
    sort: Annotated[FleetSort, keyword_spec("attention, name, pnl, state or market", "pnl")] = FleetSort.ATTENTION
    page: PageNumber = 1

    @property
    def fleet_query(self) -> FleetQuery:
        return FleetQuery(search_word=self.filter, sort=self.sort, page=self.page)


class LiveArguments(BotsArguments):
    off: Annotated[Literal["off"] | None, ArgumentSpec("off, to end it", "off")] = None


class StrategiesArguments(Arguments):
    name: StrategyName = None


@command("bots", Role.VIEWER, "/bots", "/bots filter=btc", "/bots sort=pnl", "/bots page=2", effect=Effect.READS)
async def bots(
    args: BotsArguments, ctx: CommandContext, queries: Queries, platform_health: PlatformHealth, panic: Panic
) -> Reply:
    """All bots: state, market, position, PnL."""
    page = await fleet_page(queries, ctx.requester, args.fleet_query)
    in_force = await active_scope_texts(panic.states(), ctx, queries)
    return fleet_reply(page, args, ctx, _keep_live_buttons(args, ctx, platform_health), in_force=in_force)


@command("live", Role.VIEWER, "/live", "/live off", is_hidden=True, effect=Effect.READS)
async def live(
    args: LiveArguments, ctx: CommandContext, queries: Queries, platform_health: PlatformHealth, panic: Panic
) -> Reply:
    """Pin the fleet here and keep it true for good, or end that."""
    if ctx.request.platform not in platform_health.open_platforms:
        raise Refused("not-live-here", CommandFix("bots"))
    page = await fleet_page(queries, ctx.requester, args.fleet_query)
    in_force = await active_scope_texts(panic.states(), ctx, queries)
    if args.off is not None:
        reply = fleet_reply(page, args, ctx, _keep_live_buttons(args, ctx, platform_health), in_force=in_force)
        return replace(reply, live_mode=LiveMode.UNPINNED, subject_key=FLEET_SUBJECT)
    end = (Button("Stop live", f"{LIVE_COMMAND} off"),)
    reply = fleet_reply(page, args, ctx, end, LIVE_COMMAND, in_force=in_force)
    return replace(reply, live_mode=LiveMode.PINNED, subject_key=FLEET_SUBJECT)


@command("bot", Role.VIEWER, "/bot alpha", effect=Effect.READS)
async def bot(args: BotArguments, ctx: CommandContext, queries: Queries, cards: BotCards) -> Reply:
    """The card of one bot, with buttons."""
    return await cards.show_card(await queries.find_bot(ctx.requester, args.name), ctx)


@command("status", Role.VIEWER, "/status", "/status alpha", effect=Effect.READS)
async def status(
    args: OptionalBotArguments,
    ctx: CommandContext,
    queries: Queries,
    cards: BotCards,
    platform_health: PlatformHealth,
    panic: Panic,
) -> Reply:
    """As /bots, or with a name as /bot."""
    if args.name is None:
        return await bots.handler(BotsArguments(), ctx, queries, platform_health, panic)
    return await cards.show_card(await queries.find_bot(ctx.requester, args.name), ctx)


# What a card has no room for.
@command("more", Role.VIEWER, "/more alpha", is_hidden=True, effect=Effect.READS)
async def more(args: BotArguments, ctx: CommandContext, queries: Queries, strategies: StrategyRegistry) -> Reply:
    """What else can be done with a bot."""
    bot = await queries.find_bot(ctx.requester, args.name)
    account = await queries.account(bot.config.account_id)
    taken = [one.name for one in await queries.visible_bots(ctx.requester)]
    name = suggest_name(bot.name, "2", taken)
    line = new_bot_command(name, bot.config, account.label if account else "", strategies, bot.tags)
    card = bot_button("Card", "bot", bot, ButtonStyle.PRIMARY)
    return build_reply(
        bot_headline(bot, "more", ""),
        Text(join_text("The same bot once more, under another name: ", line)),
        button_rows(
            *(tuple(bot_button(label, command, bot) for label, command in row) for row in _MORE_ROWS),
            (card, amount_button("Copy /new", "", copy_text=line)),
        ),
    )


@command("strategies", Role.VIEWER, "/strategies", "/strategies ema-cross", effect=Effect.READS)
async def show_strategies(args: StrategiesArguments, strategies: StrategyRegistry) -> Reply:
    """What can decide: ideas, parameters, pitfalls."""
    if args.name is not None:
        return strategy_reply(strategies.get_strategy(args.name.casefold()))
    known = strategies.all_strategies()
    buttons = tuple(Button(item.name, f"/strategies {item.name}") for item in known)
    return build_reply(
        Headline(f"Strategies · {len(known)}"),
        *(Text(f"{item.name}: {item.summary}") for item in known),
        button_rows(buttons, (NEW_BUTTON,)),
        subject_key="list:strategies",
    )


def fleet_reply(
    page: FleetPage,
    args: BotsArguments,
    ctx: CommandContext,
    live_buttons: tuple[Button, ...] = (),
    base_command: str = BOTS_COMMAND,
    *,
    in_force: Sequence[str] = (),
) -> Reply:
    """Return a page of bots with the totals of all; `base_command` refreshes it, `in_force` names panics."""
    if not page.bots:
        return _no_bots_reply(args, ctx, live_buttons if base_command == LIVE_COMMAND else ())
    is_paged = page.last > 1
    pages = f"page {page.number} of {page.last} · " if is_paged else ""
    return build_reply(
        Headline(fleet_line(page)),
        panic_warning(in_force),
        fleet_table(page.rows, is_numbered=is_paged),
        Text(totals_line(page.totals)),
        Footer(f"{pages}PnL closed + open, after fees", f"{ctx.times.time_text(ctx.now)} {ctx.times.zone_label}"),
        button_rows(
            tuple(
                bot_button(str(number) if is_paged else row.bot.name, "bot", row.bot)
                for number, row in enumerate(page.rows, start=1)
            ),
            page_buttons(_list_command(args, base_command), page.number, page.last),
            _state_buttons(page, base_command) if is_paged else (),
            (NEW_BUTTON, Button("PnL", "/pnl"), *live_buttons),
            (*((Button("Unlock", "/unlock"),) if in_force else ()), Button("Panic", "/panic", ButtonStyle.DANGER)),
        ),
        subject_key=FLEET_SUBJECT,
    )


def _keep_live_buttons(args: BotsArguments, ctx: CommandContext, platform_health: PlatformHealth) -> tuple[Button, ...]:
    """Return the button that keeps the list live, where messages stay and others see it too."""
    is_kept_there = ctx.request.platform in platform_health.open_platforms and not ctx.request.is_ephemeral
    return (Button("Keep live", _list_command(args, LIVE_COMMAND)),) if is_kept_there else ()


def _list_command(args: BotsArguments, base_command: str) -> str:
    words = [f' filter="{args.filter}"' if " " in args.filter else f" filter={args.filter}"] if args.filter else []
    words += [] if args.sort is FleetSort.ATTENTION else [f" sort={args.sort}"]
    return f"{base_command}{''.join(words)}"


def _state_buttons(page: FleetPage, base_command: str) -> tuple[Button, ...]:
    """Return buttons for bots that do not run: `Failed 2`, `Paused 4`."""
    return tuple(
        Button(f"{state.value.capitalize()} {page.states[state]}", f"{base_command} filter={state}")
        for state in (BotStatus.FAILED, BotStatus.PAUSED)
        if page.states.get(state)
    )


def _no_bots_reply(args: BotsArguments, ctx: CommandContext, live_buttons: tuple[Button, ...]) -> Reply:
    if args.filter:
        every = Button("All bots", BOTS_COMMAND)
        return sentence_reply(f"Fleet · no bot matches {args.filter}", every, *live_buttons)
    text = "A bot is a strategy, a market and an amount it may use. Start on recorded prices: six taps."
    create: KeyboardRow = (Button("Create a PRACTICE bot", "/new", ButtonStyle.PRIMARY),)
    if ctx.operator.role is Role.VIEWER:
        text, create = "Whoever has a bot can share it with you: /share, the bot's name, yours and viewer.", ()
    return build_reply(
        Headline("Fleet · no bots yet"),
        Text(text),
        button_rows(create, (Button("Strategies", "/strategies"), *live_buttons)),
    )


def strategy_reply(strategy: AnyStrategy) -> Reply:
    specs = field_specs(strategy.Parameters)
    columns: Columns[FieldSpec] = (
        (Column("parameter"), lambda spec: spec.name),
        (
            Column("default", Align.RIGHT),
            lambda spec: "required" if spec.is_required else spec.format_value(spec.default),
        ),
        (Column("takes", line=2, is_prose=True), _accepted_values),
        (Column("what it is", line=3, is_prose=True), lambda spec: spec.help),
    )
    warm_up: KeyValues | None = None
    if not any(spec.is_required for spec in specs):
        defaults = {spec.name: spec.default for spec in specs if spec.default is not None}
        candles = strategy.warm_up(strategy.Parameters.model_validate(defaults))
        warm_up = KeyValues((("Warm-up with the defaults", f"{candles} candles"),))
    return build_reply(
        Headline(f"{strategy.name}{SEPARATOR}{'order plan' if isinstance(strategy, PlanStrategy) else 'signals'}"),
        Text(strategy.summary),
        Text(f"Pitfalls: {strategy.pitfalls}"),
        build_table(columns, specs),
        warm_up,
        button_row(Button("Create a bot", f"/new strategy={strategy.name}", ButtonStyle.PRIMARY)),
        subject_key="list:strategies",
    )


def _accepted_values(spec: FieldSpec) -> str:
    """Describe in short what a parameter accepts: its bounds if it has some."""
    bounds = spec.bounds_text if spec.is_number else ""
    return f"{bounds}, or none" if bounds and spec.is_optional else bounds or spec.expectation
