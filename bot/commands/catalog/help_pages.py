"""Help: by topic, by command, and what the figures mean."""

from typing import Annotated

from bot.commands.catalog.metric_texts import METRIC_TEXTS
from bot.commands.catalog.onboarding import WELCOME
from bot.commands.reply.blocks import (
    SEPARATOR,
    Actions,
    Button,
    Headline,
    KeyValues,
    Meaning,
    Reply,
    Text,
    reply,
    row_of,
    sentence,
)
from bot.commands.reply.input_text import echo, nearest
from bot.commands.spec.parse import word_fields
from bot.commands.spec.registry import Registry
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Audience, CommandSpec, Completion, Place, Topic, Traits, Word, command
from bot.domain.errors import InvalidInput
from bot.domain.people import Role

METRICS = "metrics"
ABOUT = "list:help"
ALL_TOPICS = Button("All topics", "/help")
A_ROW = 3
_SHOWN = {
    Place.KEY: "{}=",
    Place.OTHERS: "key=value …",
    Place.MANY: "{} …",
    Place.POSITION: "{}",
}
_TOPICS = {topic.value.casefold().replace(" ", "-"): topic for topic in Topic}


class HelpArguments(Arguments):
    """A command's name or `metrics`, or a topic."""

    command: Annotated[str | None, Word("a command, or metrics", "run", completion=Completion.COMMANDS)] = None
    topic: Annotated[str | None, Word(f"one of {', '.join(_TOPICS)}", "bots", place=Place.KEY)] = None


@command(
    "help",
    summary="All commands by topic, or one with examples; help metrics explains the figures",
    role=Role.VIEWER,
    topic=Topic.FIRST_STEPS,
    examples=("/help", "/help run", "/help metrics", "/help topic=life-cycle"),
    traits=Traits(audience=Audience.ANYONE),
)
async def show_help(args: HelpArguments, ctx: Context, registry: Registry) -> Reply:
    """List the commands a person may send, or explain one."""
    if ctx.known is None:
        return sentence(WELCOME)
    if args.topic is not None:
        return _topic(_known_topic(args.topic), registry, ctx.known.role)
    if args.command is None:
        return _overview(registry, ctx.known.role)
    if args.command.casefold() == METRICS:
        return reply(Headline("How the figures are defined"), KeyValues(METRIC_TEXTS), row_of(ALL_TOPICS), about=ABOUT)
    return _usage(registry.find(args.command.lstrip("/")).spec)


def usage(spec: CommandSpec) -> str:
    """Write how a command is typed: `bot name`, `trades [name] [limit=]`."""
    parts = [spec.name]
    words = word_fields(spec)
    for name, info in spec.arguments.model_fields.items():
        shown = _SHOWN[words[name].place].format(name)
        parts.append(shown if info.is_required() else f"[{shown}]")
    return " ".join(parts)


def _overview(registry: Registry, role: Role) -> Reply:
    found = {word: specs for word, topic in _TOPICS.items() if (specs := registry.on(topic, role))}
    lines = [f"{_TOPICS[word].value}: {'  '.join(f'/{spec.name}' for spec in specs)}" for word, specs in found.items()]
    topics = [Button(_TOPICS[word].value, f"/help topic={word}") for word in found]
    buttons = [*topics, Button("Metrics", f"/help {METRICS}")]
    headline = Headline("Help · tap a topic or send /help run")
    return reply(headline, *(Text(line) for line in lines), _rows(buttons), about=ABOUT)


def _topic(topic: Topic, registry: Registry, role: Role) -> Reply:
    specs = registry.on(topic, role)
    lines = [f"/{usage(spec)}{SEPARATOR}{spec.summary}" for spec in specs]
    buttons = [Button(spec.name, f"/help {spec.name}") for spec in specs]
    return reply(
        Headline(f"Help{SEPARATOR}{topic.value}"),
        *(Text(line) for line in lines),
        _rows([*buttons, ALL_TOPICS]),
        about=ABOUT,
    )


def _known_topic(text: str) -> Topic:
    word = text.strip().casefold().replace(" ", "-")
    if word not in _TOPICS:
        example = f"/help topic={nearest(word, _TOPICS) or 'bots'}"
        raise InvalidInput(
            f"no topic {echo(text)}. Expected one of {', '.join(_TOPICS)}, for example {example}",
            fix=example,
            fix_label=example.rpartition("=")[2],
        )
    return _TOPICS[word]


def _usage(spec: CommandSpec) -> Reply:
    words = word_fields(spec)
    needs = "nothing, it is for whoever is not aboard yet" if spec.is_for_outsiders else spec.role
    is_of_bots = any(word.completion is Completion.BOTS for word in words.values())
    owns = "; the bot is yours or shared with you" if is_of_bots else ""
    also = f" Also called {', '.join('/' + alias.name for alias in spec.aliases)}." if spec.aliases else ""
    return reply(
        Headline(f"/{usage(spec)}{SEPARATOR}{spec.summary}"),
        Text(f"Needs: {needs}{owns}.{also}"),
        *(Text(f"{name}: {word.expects}") for name, word in words.items()),
        Text(f"Example: {'   '.join(spec.examples)}"),
        *(Text(note) for note in spec.notes),
        _rows([Button(spec.topic.value, f"/help topic={_word_of(spec.topic)}"), ALL_TOPICS]),
        about=ABOUT,
    )


def _word_of(topic: Topic) -> str:
    return next(word for word, known in _TOPICS.items() if known is topic)


def _rows(buttons: list[Button]) -> Actions:
    """Put buttons three a row, the first as the sensible step."""
    first, *others = buttons
    marked = (Button(first.label, first.command, Meaning.PRIMARY), *others)
    return Actions(tuple(marked[start : start + A_ROW] for start in range(0, len(marked), A_ROW)))
