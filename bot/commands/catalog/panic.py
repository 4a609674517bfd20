"""The kill switch and its end."""

from typing import Annotated

from bot.commands.reply.blocks import Button, Headline, KeyValues, Meaning, Reply, Text, Tone, reply, row_of, rows_of
from bot.commands.reply.inline_time import worded
from bot.commands.reply.input_text import counted, echo
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Act, Arguments, Completion, Place, Question, Topic, Traits, Word, command
from bot.commands.text.labels import ACT, DONE
from bot.commands.text.poll import soon
from bot.commands.views.panic_text import (
    FLATTEN,
    account_words,
    counted_by_mode,
    done_rows,
    holdings_table,
    in_force_words,
    scope_words,
    stopped_words,
)
from bot.domain.errors import InvalidInput
from bot.domain.people import Role
from bot.engine.bots.panic import Panic, PanicReport
from bot.engine.reports.queries import BotFigures, Queries

CANCEL = "cancel"
MOST_ACCOUNTS = 6


class PanicArguments(Arguments):
    """What shall stop, and what happens to positions."""

    scope: Annotated[
        str | None, Word("all, mine or an account", "all", place=Place.KEY, completion=Completion.ACCOUNTS)
    ] = None
    policy: Annotated[str | None, Word("cancel or flatten", "cancel", place=Place.KEY)] = None


class UnlockArguments(Arguments):
    """Which kill switch to lift."""

    scope: Annotated[str, Word("all, mine or an account", "all", place=Place.KEY)] = "all"


async def ask_panic(args: PanicArguments, ctx: Context, panic: Panic, queries: Queries) -> Question | None:
    """Ask before everything stops: with the positions kept, or sold."""
    if args.policy not in (None, CANCEL, FLATTEN):
        example = f"/panic scope={args.scope or 'all'} policy={CANCEL}"
        raise InvalidInput(f"no policy {echo(args.policy)}. Expected cancel or flatten, for example {example}")
    if args.scope is None:
        return None
    asked = await panic.preview(args.scope, ctx.operator)
    rows = await _concerned(asked, ctx, queries)
    does = f"blocks entries, cancels {counted(asked.wanted, 'own order')}"
    text = f"Panic, {await scope_words(args.scope, ctx, queries)}: {does}. {_about_positions(args.policy, asked)}"
    return Question(
        reply=reply(Headline(text, ACT), holdings_table(rows), tone=Tone.BAD),
        acts=tuple(
            Act(label, args.model_copy(update={"policy": policy})) for policy, label in _acts(args.policy, asked)
        ),
        subject="the panic",
    )


@command(
    "panic",
    summary="Kill switch: no entries, own orders canceled, positions kept or sold",
    role=Role.TRADER,
    topic=Topic.RISK,
    examples=("/panic", "/panic scope=all policy=flatten", "/panic scope=mine policy=cancel"),
    traits=Traits(confirm=ask_panic, is_reducing_risk=True, notes=("It survives restarts; /unlock ends it.",)),
)
async def engage(args: PanicArguments, ctx: Context, panic: Panic, queries: Queries) -> Reply:
    """Engage the kill switch, or ask for its scope."""
    if args.scope is None:
        return await _ask_scope(args, ctx, panic, queries)
    begun = await panic.engage(args.scope, args.policy or CANCEL, ctx.operator, ctx.trace_id)

    async def look() -> PanicReport:
        return await panic.progress(begun)

    report = await soon(look, lambda seen: seen.canceled >= seen.wanted and not seen.closing)
    stopped = await stopped_words(args.scope, ctx, queries)
    return reply(
        Headline(worded(f"{stopped} ", ctx.times.instant(ctx.now), f" by {ctx.operator.name}"), ACT, "Panic"),
        KeyValues(done_rows(report)),
        Text(
            "Stays so, also after a restart, until the owner sends /unlock. Your own orders and coins were not touched."
        ),
        row_of(Button("Fleet", "/bots", Meaning.PRIMARY), Button("Unlock", "/unlock")),
        tone=Tone.BAD,
    )


@command(
    "unlock",
    summary="Lift the kill switch; bots stay stopped until they are run",
    role=Role.OWNER,
    topic=Topic.RISK,
    examples=("/unlock", "/unlock scope=mine"),
)
async def unlock(args: UnlockArguments, ctx: Context, panic: Panic) -> Reply:
    """Lift the kill switch."""
    await panic.lift(args.scope, ctx.operator)
    return reply(
        Headline("Panic lifted: bots may run again. What is stopped stays stopped until /run.", DONE),
        row_of(Button("Fleet", "/bots", Meaning.PRIMARY)),
        tone=Tone.GOOD,
    )


async def _ask_scope(args: PanicArguments, ctx: Context, panic: Panic, queries: Queries) -> Reply:
    scopes = {"all": "Everything", "mine": "Only mine"} if ctx.operator.role is Role.OWNER else {"mine": "My bots"}
    rows = await _concerned(await panic.preview(next(iter(scopes)), ctx.operator), ctx, queries)
    policy = f" policy={args.policy}" if args.policy else ""
    in_force = await in_force_words(panic.states(), ctx, queries)
    return reply(
        Headline(f"Panic: what shall stop? {_upper(counted_by_mode(rows))}. Nothing has happened yet.", ACT),
        Text(f"In force already: {', '.join(in_force)}. The owner lifts it with /unlock.") if in_force else None,
        rows_of(
            tuple(Button(label, f"/panic scope={scope}{policy}", Meaning.DANGER) for scope, label in scopes.items()),
            await _account_buttons(policy, ctx, queries),
            (Button("Cancel", "/bots", Meaning.PRIMARY), *((Button("Unlock", "/unlock"),) if in_force else ())),
        ),
        tone=Tone.BAD,
    )


async def _account_buttons(policy: str, ctx: Context, queries: Queries) -> tuple[Button, ...]:
    accounts = await queries.accounts(ctx.asker)
    if len(accounts) == 1:
        return ()
    names = [_upper(await account_words(account, accounts, queries)) for account in accounts[:MOST_ACCOUNTS]]
    return tuple(
        Button(name, f"/panic scope={account.account_id}{policy}", Meaning.DANGER)
        for name, account in zip(names, accounts, strict=False)
    )


async def _concerned(asked: PanicReport, ctx: Context, queries: Queries) -> tuple[BotFigures, ...]:
    names = frozenset(asked.blocked)
    return await queries.figures_of([bot for bot in await queries.visible(ctx.asker) if bot.name in names])


def _acts(policy: str | None, asked: PanicReport) -> tuple[tuple[str, str], ...]:
    """Return what can be answered: each policy with its button; without positions there is nothing to choose."""
    if not asked.closing:
        return ((policy or CANCEL, "Stop all"),)
    if policy == CANCEL:
        return ((CANCEL, "Stop all"),)
    sell = (FLATTEN, "Sell them now")
    return (sell,) if policy else ((CANCEL, "Keep them, stops stay"), sell)


def _about_positions(policy: str | None, asked: PanicReport) -> str:
    if not asked.closing:
        return "Nothing is held."
    held = counted(asked.closing, "open position")
    match policy:
        case None:
            return "And the positions?"
        case "flatten":
            return f"Sells {held} at market."
        case _:
            return f"Keeps {held}, stops stay."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
