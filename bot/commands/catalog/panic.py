"""Commands that engage and lift the kill switch."""

from functools import partial
from typing import Annotated

from bot.commands.catalog.fields import keyword_spec
from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Headline,
    KeyValues,
    Reply,
    Text,
    Tone,
    build_reply,
    button_row,
    button_rows,
    sentence_reply,
)
from bot.commands.reply.inline_time import join_text
from bot.commands.reply.input_text import count_text, echo_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, Choice, ChoiceSource, Effect, Question, command
from bot.commands.text.labels import ALERT, DONE, FLEET_BUTTON, account_name
from bot.commands.text.poll import poll_until
from bot.commands.views.bot_changes import unguarded_warnings
from bot.commands.views.panic_text import (
    FLATTEN,
    active_scope_texts,
    count_by_mode,
    holdings_table,
    report_rows,
    scope_stopped_text,
    scope_text,
)
from bot.domain.errors import InvalidInput
from bot.domain.people import Role
from bot.engine.bots.kill_switch import ALL_SCOPE
from bot.engine.bots.panic import MINE_SCOPE, Panic, PanicReport
from bot.engine.reports.queries import BotFigures, Queries

CANCEL_POLICY = "cancel"
MAX_ACCOUNTS = 6


class PanicArguments(Arguments):
    """Arguments of `/panic`: a scope, and what happens to positions."""

    scope: Annotated[
        str | None, keyword_spec("all, mine or an account", "all", choice_source=ChoiceSource.ACCOUNTS)
    ] = None
    policy: Annotated[str | None, keyword_spec("cancel or flatten", "cancel")] = None


class UnlockArguments(Arguments):
    scope: Annotated[str, keyword_spec("all, mine or an account", "all")] = "all"


async def ask_panic(args: PanicArguments, ctx: CommandContext, panic: Panic, queries: Queries) -> Question | None:
    """Block entries and stop the bots at once, since that only reduces risk; ask only whether positions are sold."""
    if args.policy not in (None, CANCEL_POLICY, FLATTEN):
        raise InvalidInput("panic-policy", typed=echo_text(args.policy), scope=args.scope or "all")
    scope = args.scope or await _only_scope(ctx, panic, queries)
    if scope is None or args.policy == CANCEL_POLICY:
        return None
    if not (await panic.preview_panic(scope, ctx.operator)).closing_positions:
        return None
    report = await _engage(args.model_copy(update={"scope": scope, "policy": CANCEL_POLICY}), ctx, panic)
    rows = await _affected_bots(report, ctx, queries)
    held = sum(bool(row.quantity) for row in rows)
    sale = f"Sell {count_text(held, 'open position')} at market?" if args.policy else "And the positions?"
    done = f"entries are blocked, {count_text(len(report.blocked_bots), 'bot')} stopped. {sale}"
    return Question(
        reply=build_reply(
            Headline(f"Panic, {await scope_text(scope, ctx, queries)}: {done}", ALERT),
            *unguarded_warnings(rows),
            holdings_table(rows),
            tone=Tone.ERROR,
        ),
        choices=(Choice("Sell them now", PanicArguments(scope=scope, policy=FLATTEN)),),
        subject="the panic",
        cancel_label="Keep them",
        declined=await _report_reply(scope, report, ctx, queries),
    )


@command(
    "panic",
    Role.TRADER,
    "/panic",
    "/panic scope=all policy=flatten",
    "/panic scope=mine policy=cancel",
    confirm=ask_panic,
    effect=Effect.REDUCES_RISK,
)
async def engage_panic(args: PanicArguments, ctx: CommandContext, panic: Panic, queries: Queries) -> Reply:
    """Kill switch, at once: no entries, own orders canceled, bots stopped; only selling is confirmed.

    It survives restarts; /unlock ends it.
    """
    scope = args.scope or await _only_scope(ctx, panic, queries)
    if scope is None:
        return await _ask_scope_reply(args, ctx, panic, queries)
    report = await _engage(args.model_copy(update={"scope": scope}), ctx, panic)
    return await _report_reply(scope, report, ctx, queries)


async def _engage(args: PanicArguments, ctx: CommandContext, panic: Panic) -> PanicReport:
    policy = args.policy or CANCEL_POLICY
    begun = await panic.engage_panic(args.scope or ALL_SCOPE, policy, ctx.operator, ctx.trace_id)
    return await poll_until(
        partial(panic.progress, begun),
        lambda seen: seen.canceled_orders >= seen.orders_to_cancel and not seen.closing_positions,
    )


async def _report_reply(scope: str, report: PanicReport, ctx: CommandContext, queries: Queries) -> Reply:
    stopped = await scope_stopped_text(scope, ctx, queries)
    return build_reply(
        Headline(join_text(f"{stopped} ", ctx.times.inline_time(ctx.now), f" by {ctx.operator.name}"), ALERT, "Panic"),
        KeyValues(report_rows(report)),
        *unguarded_warnings(await _affected_bots(report, ctx, queries)),
        Text(
            "Stays so, also after a restart, until the owner sends /unlock. Your own orders and coins were not touched."
        ),
        button_row(FLEET_BUTTON, Button("Unlock", "/unlock")),
        tone=Tone.ERROR,
    )


@command("unlock", Role.OWNER, "/unlock", "/unlock scope=mine")
async def unlock(args: UnlockArguments, ctx: CommandContext, panic: Panic) -> Reply:
    """Lift the kill switch; bots stay stopped until they are run."""
    await panic.lift_panic(args.scope, ctx.operator)
    headline = Headline("Panic lifted: bots may run again. What is stopped stays stopped until /run.", DONE)
    return sentence_reply(headline, FLEET_BUTTON, tone=Tone.SUCCESS)


async def _ask_scope_reply(args: PanicArguments, ctx: CommandContext, panic: Panic, queries: Queries) -> Reply:
    scopes = await _offered_scopes(ctx, panic, queries)
    rows = await _affected_bots(await panic.preview_panic(next(iter(scopes)), ctx.operator), ctx, queries)
    bots = count_by_mode(rows)
    policy = f" policy={args.policy}" if args.policy else ""
    in_force = await active_scope_texts(panic.states(), ctx, queries)
    buttons = [Button(label, f"/panic scope={key}{policy}", ButtonStyle.DANGER) for key, label in scopes.items()]
    return build_reply(
        Headline(f"Panic: what shall stop? {bots[:1].upper()}{bots[1:]}. Nothing has happened yet.", ALERT),
        Text(f"In force already: {', '.join(in_force)}. The owner lifts it with /unlock.") if in_force else None,
        button_rows(
            tuple(buttons[:2]),
            tuple(buttons[2 : 2 + MAX_ACCOUNTS]),
            (Button("Cancel", "/bots", ButtonStyle.PRIMARY), *((Button("Unlock", "/unlock"),) if in_force else ())),
        ),
        tone=Tone.ERROR,
        # Whatever answers one of its buttons replaces it.
        subject_key="ask:panic",
    )


async def _only_scope(ctx: CommandContext, panic: Panic, queries: Queries) -> str | None:
    """Return the scope of a panic when there is no choice, so that it acts at once."""
    scopes = await _offered_scopes(ctx, panic, queries)
    return next(iter(scopes)) if len(scopes) == 1 else None


async def _offered_scopes(ctx: CommandContext, panic: Panic, queries: Queries) -> dict[str, str]:
    """Return the scopes that differ for the sender, each with its label, the widest one first."""
    by, is_owner = ctx.operator, ctx.operator.role is Role.OWNER
    widest = ALL_SCOPE if is_owner else MINE_SCOPE
    scopes = {widest: "Everything" if is_owner else "My bots"}
    rows = await _affected_bots(await panic.preview_panic(widest, by), ctx, queries)
    if is_owner and {by.operator_id} < {row.bot.owner for row in rows}:
        scopes[MINE_SCOPE] = "Only mine"
    busy = {row.bot.config.account_id for row in rows}
    accounts = await queries.accounts(ctx.requester)
    concerned = [account for account in accounts if account.account_id in busy]
    for account in concerned if len(concerned) > 1 else ():
        scopes[account.account_id] = f"Account {await account_name(account, accounts, queries)}"
    return scopes


async def _affected_bots(report: PanicReport, ctx: CommandContext, queries: Queries) -> tuple[BotFigures, ...]:
    names = frozenset(report.blocked_bots)
    return await queries.figures_of([bot for bot in await queries.visible_bots(ctx.requester) if bot.name in names])
