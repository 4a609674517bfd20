"""The kill switch and its end."""

from typing import Annotated

from bot.commands.reply import Button, Headline, KeyValues, Meaning, Reply, Text, Tone, reply, row_of, rows_of
from bot.commands.request import Context
from bot.commands.spec import Act, Arguments, Completion, Place, Question, Topic, Traits, Word, command
from bot.commands.wording import counted
from bot.commands.words import ACT, DONE
from bot.domain.people import Role
from bot.engine.panic import Panic, PanicReport

CANCEL, FLATTEN = "cancel", "flatten"


class PanicArguments(Arguments):
    """What shall stop, and what happens to positions."""

    scope: Annotated[
        str | None, Word("all, mine or an account", "all", place=Place.KEY, completion=Completion.ACCOUNTS)
    ] = None
    policy: Annotated[str | None, Word("cancel or flatten", "cancel", place=Place.KEY)] = None


class UnlockArguments(Arguments):
    """Which kill switch to lift."""

    scope: Annotated[str, Word("all, mine or an account", "all", place=Place.KEY)] = "all"


async def ask_panic(args: PanicArguments, ctx: Context, panic: Panic) -> Question | None:
    """Ask before everything stops: with the positions kept, or sold."""
    if args.scope is None:
        return None
    asked = await panic.preview(args.scope, ctx.operator)
    text = (
        f"everything of scope {args.scope}: blocks entries of {counted(len(asked.blocked), 'bot')}, "
        f"cancels {counted(asked.wanted, 'own order')}. And the positions ({counted(asked.closing, 'open one')})?"
    )
    acts = {CANCEL: "Keep them, stops stay", FLATTEN: "Sell them now"}
    wanted = {args.policy: acts.get(args.policy, "Go")} if args.policy else acts
    return Question(
        reply=reply(Headline(text, ACT, "Panic"), _table(asked.blocked), tone=Tone.BAD),
        acts=tuple(Act(label, args.model_copy(update={"policy": policy})) for policy, label in wanted.items()),
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
async def engage(args: PanicArguments, ctx: Context, panic: Panic) -> Reply:
    """Engage the kill switch, or ask for its scope."""
    if args.scope is None:
        return await _ask_scope(ctx, panic)
    report = await panic.engage(args.scope, args.policy or CANCEL, ctx.operator, ctx.trace_id)
    return reply(
        Headline(f"all stopped {ctx.times.prose(ctx.now)} by {ctx.operator.name}", ACT, "Panic"),
        KeyValues(_done_rows(report)),
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


async def _ask_scope(ctx: Context, panic: Panic) -> Reply:
    everything = "all" if ctx.operator.role is Role.OWNER else "mine"
    asked = await panic.preview(everything, ctx.operator)
    return reply(
        Headline(f"what shall stop? {counted(len(asked.blocked), 'bot')}. Nothing has happened yet.", ACT, "Panic"),
        rows_of(
            (
                Button("Everything", f"/panic scope={everything}", Meaning.DANGER),
                Button("Only mine", "/panic scope=mine", Meaning.DANGER),
            ),
        ),
        tone=Tone.BAD,
    )


def _table(names: tuple[str, ...]) -> Text | None:
    return Text(", ".join(names)) if names else None


def _done_rows(report: PanicReport) -> tuple[tuple[str, str], ...]:
    rows = [
        ("1 entries blocked", counted(len(report.blocked), "bot")),
        ("2 orders canceled", f"{report.canceled} of {report.wanted}"),
    ]
    if report.policy == FLATTEN:
        closing = f", {report.closing} closing" if report.closing else ""
        rows.append(("3 positions closed", f"{report.closed}{closing}"))
    else:
        rows.append(("3 positions", "kept with their stops"))
    rows.append(("4 left", ", ".join(report.left) or "nothing"))
    return tuple(rows)
