"""First steps: welcome, the first claim, help."""

from typing import Annotated

from bot.commands.attempts import CodeAttempts
from bot.commands.catalog.metric_texts import METRIC_TEXTS
from bot.commands.parse import word_fields
from bot.commands.registry import Registry
from bot.commands.reply import (
    SEPARATOR,
    Button,
    Headline,
    KeyValues,
    Meaning,
    Reply,
    Text,
    Tone,
    reply,
    row_of,
    sentence,
)
from bot.commands.request import Context
from bot.commands.spec import (
    Arguments,
    Audience,
    CommandSpec,
    Completion,
    Place,
    Privacy,
    Topic,
    Traits,
    Word,
    command,
)
from bot.commands.wording import counted
from bot.commands.words import DONE
from bot.domain.errors import InvalidInput
from bot.domain.people import Role
from bot.engine.people import People, Sender
from bot.engine.queries import Queries

WELCOME = (
    "Welcome to Quarterdeck. It has no owner yet: send /claim CODE with the setup code the server printed at its start."
)
METRICS = "metrics"
CREATE = Button("Create a bot", "/new", Meaning.PRIMARY)
HELP = Button("Help", "/help")


class StartArguments(Arguments):
    """What a deep link carries."""

    payload: Annotated[tuple[str, ...], Word("anything", "", place=Place.MANY)] = ()


class ClaimArguments(Arguments):
    """The setup code."""

    code: Annotated[str, Word("the setup code from the server's start", "K7QM-2XVP", is_secret=True)]


class HelpArguments(Arguments):
    """A command's name, or `metrics`."""

    command: Annotated[str | None, Word("a command, or metrics", "run", completion=Completion.COMMANDS)] = None


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
    bots = await queries.visible(ctx.known)
    text = f"Welcome aboard, {ctx.known.name}. You have {counted(len(bots), 'bot')}."
    return sentence(text, *((Button("Bots", "/bots", Meaning.PRIMARY), HELP) if bots else (CREATE, HELP)))


@command(
    "claim",
    summary="Become the owner with the setup code",
    role=Role.VIEWER,
    topic=Topic.FIRST_STEPS,
    examples=("/claim K7QM-2XVP",),
    traits=Traits(audience=Audience.ANYONE, privacy=Privacy.PRIVATE_ONLY),
)
async def claim(args: ClaimArguments, ctx: Context, people: People, attempts: CodeAttempts) -> Reply:
    """Make the sender the owner."""
    request = ctx.request
    person = ":".join(request.sender)
    attempts.check(person)
    sender = Sender(
        platform=request.platform,
        platform_id=request.platform_id,
        address=request.chat,
        display_name=request.display_name,
    )
    try:
        claimed = await people.claim(args.code, sender)
    except InvalidInput:
        raise attempts.wrong(person) from None
    attempts.right(person)
    return reply(
        Headline(f"You are the owner, linked to this account. Times are {claimed.operator.timezone}.", DONE),
        Text("Next: a bot on recorded prices. Nothing to connect, nothing to lose."),
        row_of(CREATE, HELP),
        tone=Tone.GOOD,
    )


@command(
    "help",
    summary="All commands, or one with examples; help metrics explains the figures",
    role=Role.VIEWER,
    topic=Topic.FIRST_STEPS,
    examples=("/help", "/help run", "/help metrics"),
    traits=Traits(audience=Audience.ANYONE),
)
async def show_help(args: HelpArguments, ctx: Context, registry: Registry) -> Reply:
    """List the commands a person may send, or explain one."""
    if ctx.known is None:
        return sentence(WELCOME)
    if args.command is None:
        return _overview(registry, ctx.known.role)
    if args.command.casefold() == METRICS:
        return reply(Headline("How the figures are defined"), KeyValues(METRIC_TEXTS))
    return _usage(registry.find(args.command.lstrip("/")).spec)


def _overview(registry: Registry, role: Role) -> Reply:
    blocks: list[Text] = []
    for topic in Topic:
        specs = registry.on(topic, role)
        if specs:
            lines = [f"  /{usage(spec)}{SEPARATOR}{spec.summary}" for spec in specs]
            blocks.append(Text("\n".join([topic.value, *lines])))
    return reply(
        Headline("Help · send /help and a command, for example /help run"),
        *blocks,
        row_of(CREATE, Button("Bots", "/bots"), Button("Metrics", "/help metrics")),
    )


_SHOWN = {
    Place.KEY: "{}=",
    Place.OTHERS: "key=value …",
    Place.MANY: "{} …",
    Place.POSITION: "{}",
}


def usage(spec: CommandSpec) -> str:
    """Write how a command is typed: `bot name`, `trades [name] [limit=]`."""
    parts = [spec.name]
    words = word_fields(spec)
    for name, info in spec.arguments.model_fields.items():
        shown = _SHOWN[words[name].place].format(name)
        parts.append(shown if info.is_required() else f"[{shown}]")
    return " ".join(parts)


def _usage(spec: CommandSpec) -> Reply:
    also = f" Also called {', '.join('/' + alias.name for alias in spec.aliases)}." if spec.aliases else ""
    lines = [f"Needs: {spec.role}.{also}"]
    lines += [f"{name}: {word.expects}" for name, word in word_fields(spec).items()]
    lines.append(f"Example: {'   '.join(spec.examples)}")
    lines += spec.notes
    return reply(Headline(f"/{usage(spec)}{SEPARATOR}{spec.summary}"), Text("\n".join(lines)))
