"""First steps: welcome and the first claim."""

from typing import Annotated

from bot.commands.guards.code_checker import SETUP_CODE, CodeChecker
from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Headline,
    Reply,
    Text,
    Tone,
    build_reply,
    button_row,
    sentence_reply,
)
from bot.commands.reply.input_text import count_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, CommandAudience, Effect, Privacy, command
from bot.commands.text.labels import DONE
from bot.domain.people import Role
from bot.engine.people.claim import Ownership
from bot.engine.reports.queries import Queries

WELCOME = (
    "Welcome to Quarterdeck. It has no owner yet: send /claim CODE with the setup code the server printed at its start."
)
CREATE_BUTTON = Button("Create a bot", "/new", ButtonStyle.PRIMARY)
HELP_BUTTON = Button("Help", "/help")


class ClaimArguments(Arguments):
    code: Annotated[str, ArgumentSpec("the setup code from the server's start", "K7QM-2XVP", is_secret=True)]


@command("start", Role.VIEWER, "/start", audience=CommandAudience.ANYONE, effect=Effect.READS)
async def start(ctx: CommandContext, queries: Queries) -> Reply:
    """Welcome, and what to do next."""
    if ctx.known_operator is None:
        return sentence_reply(WELCOME)
    bots = await queries.visible_bots(ctx.requester)
    owned = count_text(len(bots), "bot") if bots else "no bots yet"
    first = Button("Bots", "/bots", ButtonStyle.PRIMARY) if bots else CREATE_BUTTON
    return sentence_reply(f"Welcome aboard, {ctx.known_operator.name}. You have {owned}.", first, HELP_BUTTON)


@command(
    "claim",
    Role.VIEWER,
    "/claim K7QM-2XVP",
    audience=CommandAudience.ANYONE,
    privacy=Privacy.PRIVATE_ONLY,
    is_hidden_from_operators=True,
)
async def claim(args: ClaimArguments, ctx: CommandContext, ownership: Ownership, code_checker: CodeChecker) -> Reply:
    """Become the owner with the setup code."""
    claimed = await code_checker.check_code(
        lambda: ownership.claim_ownership(args.code, ctx.chat_user), SETUP_CODE, ctx
    )
    zone = claimed.operator.timezone
    return build_reply(
        Headline(f"You are the owner, linked to this account. Times are {zone}; /settings changes that.", DONE),
        Text("Next: a bot on recorded prices. Nothing to connect, nothing to lose."),
        button_row(CREATE_BUTTON, HELP_BUTTON),
        tone=Tone.SUCCESS,
    )
