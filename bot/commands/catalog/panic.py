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
from bot.engine.bots.panic import Panic, PanicReport
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
    """Ask before a panic: with positions kept, or sold."""
    if args.policy not in (None, CANCEL_POLICY, FLATTEN):
        raise InvalidInput("panic-policy", typed=echo_text(args.policy), scope=args.scope or "all")
    if args.scope is None:
        return None
    asked = await panic.preview_panic(args.scope, ctx.operator)
    rows = await _affected_bots(asked, ctx, queries)
    does = f"blocks entries, cancels {count_text(asked.orders_to_cancel, 'own order')}"
    text = f"Panic, {await scope_text(args.scope, ctx, queries)}: {does}. {_positions_text(args.policy, asked)}"
    return Question(
        reply=build_reply(Headline(text, ALERT), holdings_table(rows), tone=Tone.ERROR),
        choices=tuple(
            Choice(label, args.model_copy(update={"policy": policy}))
            for policy, label in _policy_labels(args.policy, asked).items()
        ),
        subject="the panic",
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
    """Kill switch: no entries, own orders canceled, positions kept or sold.

    It survives restarts; /unlock ends it.
    """
    if args.scope is None:
        return await _ask_scope_reply(args, ctx, panic, queries)
    begun = await panic.engage_panic(args.scope, args.policy or CANCEL_POLICY, ctx.operator, ctx.trace_id)
    report = await poll_until(
        partial(panic.progress, begun),
        lambda seen: seen.canceled_orders >= seen.orders_to_cancel and not seen.closing_positions,
    )
    stopped = await scope_stopped_text(args.scope, ctx, queries)
    return build_reply(
        Headline(join_text(f"{stopped} ", ctx.times.inline_time(ctx.now), f" by {ctx.operator.name}"), ALERT, "Panic"),
        KeyValues(report_rows(report)),
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
    scopes = {"all": "Everything", "mine": "Only mine"} if ctx.operator.role is Role.OWNER else {"mine": "My bots"}
    rows = await _affected_bots(await panic.preview_panic(next(iter(scopes)), ctx.operator), ctx, queries)
    bots = count_by_mode(rows)
    policy = f" policy={args.policy}" if args.policy else ""
    in_force = await active_scope_texts(panic.states(), ctx, queries)
    return build_reply(
        Headline(f"Panic: what shall stop? {bots[:1].upper()}{bots[1:]}. Nothing has happened yet.", ALERT),
        Text(f"In force already: {', '.join(in_force)}. The owner lifts it with /unlock.") if in_force else None,
        button_rows(
            tuple(
                Button(label, f"/panic scope={scope}{policy}", ButtonStyle.DANGER) for scope, label in scopes.items()
            ),
            await _account_buttons(policy, ctx, queries),
            (Button("Cancel", "/bots", ButtonStyle.PRIMARY), *((Button("Unlock", "/unlock"),) if in_force else ())),
        ),
        tone=Tone.ERROR,
    )


async def _account_buttons(policy: str, ctx: CommandContext, queries: Queries) -> tuple[Button, ...]:
    accounts = await queries.accounts(ctx.requester)
    if len(accounts) == 1:
        return ()
    buttons = [
        Button(
            f"Account {await account_name(account, accounts, queries)}",
            f"/panic scope={account.account_id}{policy}",
            ButtonStyle.DANGER,
        )
        for account in accounts[:MAX_ACCOUNTS]
    ]
    return tuple(buttons)


async def _affected_bots(report: PanicReport, ctx: CommandContext, queries: Queries) -> tuple[BotFigures, ...]:
    names = frozenset(report.blocked_bots)
    return await queries.figures_of([bot for bot in await queries.visible_bots(ctx.requester) if bot.name in names])


def _policy_labels(policy: str | None, report: PanicReport) -> dict[str, str]:
    """Return each policy with the label of its button; without positions there is only one."""
    if not report.closing_positions:
        return {policy or CANCEL_POLICY: "Stop all"}
    labels = {CANCEL_POLICY: "Stop all" if policy else "Keep them, stops stay", FLATTEN: "Sell them now"}
    return {policy: labels[policy]} if policy else labels


def _positions_text(policy: str | None, report: PanicReport) -> str:
    if not report.closing_positions:
        return "Nothing is held."
    if policy is None:
        return "And the positions?"
    held = count_text(report.closing_positions, "open position")
    return f"Sells {held} at market." if policy == FLATTEN else f"Keeps {held}, stops stay."
