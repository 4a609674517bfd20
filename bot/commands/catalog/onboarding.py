"""First steps: welcome and the first claim."""

from typing import Annotated

from bot.commands.guards.code_checks import SETUP_CODE, Codes
from bot.commands.reply.blocks import (
    Button,
    Headline,
    Meaning,
    Reply,
    Text,
    Tone,
    reply,
    row_of,
    sentence,
)
from bot.commands.reply.input_text import counted
from bot.commands.spec.request import Context
from bot.commands.spec.spec import (
    Arguments,
    Audience,
    Place,
    Privacy,
    Topic,
    Traits,
    Word,
    command,
)
from bot.commands.text.labels import DONE
from bot.domain.people import Role
from bot.engine.people.claim import People
from bot.engine.reports.queries import Queries

WELCOME = (
    "Welcome to Quarterdeck. It has no owner yet: send /claim CODE with the setup code the server printed at its start."
)
CREATE = Button("Create a bot", "/new", Meaning.PRIMARY)
HELP = Button("Help", "/help")


class StartArguments(Arguments):
    """What a deep link carries."""

    payload: Annotated[tuple[str, ...], Word("anything", "", place=Place.MANY)] = ()


class ClaimArguments(Arguments):
    """The setup code."""

    code: Annotated[str, Word("the setup code from the server's start", "K7QM-2XVP", is_secret=True)]


@command(
    "start",
    summary="Welcome, and what to do next",
    role=Role.VIEWER,
    topic=Topic.FIRST_STEPS,
    examples=("/start",),
    traits=Traits(audience=Audience.ANYONE),
)
async def start(ctx: Context, queries: Queries) -> Reply:
    """Welcome somebody."""
    if ctx.known is None:
        return sentence(WELCOME)
    bots = await queries.visible(ctx.asker)
    text = f"Welcome aboard, {ctx.known.name}. You have {counted(len(bots), 'bot') if bots else 'no bots yet'}."
    return sentence(text, *((Button("Bots", "/bots", Meaning.PRIMARY), HELP) if bots else (CREATE, HELP)))


@command(
    "claim",
    summary="Become the owner with the setup code",
    role=Role.VIEWER,
    topic=Topic.FIRST_STEPS,
    examples=("/claim K7QM-2XVP",),
    traits=Traits(audience=Audience.ANYONE, privacy=Privacy.PRIVATE_ONLY, is_for_outsiders=True),
)
async def claim(args: ClaimArguments, ctx: Context, people: People, codes: Codes) -> Reply:
    """Make the sender the owner."""
    claimed = await codes.tried(lambda: people.claim(args.code, ctx.sender), SETUP_CODE, ctx)
    zone = claimed.operator.timezone
    return reply(
        Headline(f"You are the owner, linked to this account. Times are {zone}; /settings changes that.", DONE),
        Text("Next: a bot on recorded prices. Nothing to connect, nothing to lose."),
        row_of(CREATE, HELP),
        tone=Tone.GOOD,
    )
