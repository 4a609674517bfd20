"""Command for help: by topic, by command, and the meaning of metrics."""

from dataclasses import replace
from typing import Annotated

from bot.commands.catalog.fields import keyword_spec
from bot.commands.catalog.onboarding import WELCOME
from bot.commands.reply.blocks import (
    SEPARATOR,
    Actions,
    Button,
    ButtonStyle,
    Headline,
    Reply,
    Text,
    build_reply,
    button_row,
    fill_rows,
    sentence_reply,
)
from bot.commands.reply.input_text import echo_text
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import (
    ArgumentKind,
    Arguments,
    ArgumentSpec,
    ChoiceSource,
    CommandAudience,
    CommandSpec,
    Effect,
    HelpSection,
    command,
)
from bot.commands.text.metrics import BASES, METRICS
from bot.commands.text.practice_page import PRACTICE_LINES
from bot.domain.errors import CommandFix, InvalidInput
from bot.domain.people import Role
from bot.strategy.field_value import nearest_name

METRICS_PAGE, PRACTICE_PAGE = "metrics", "practice"
HELP_SUBJECT = "list:help"
FIRST_STEPS = (
    "Then: /new asks for what a bot needs, /run starts it, /bots shows all, /why says why one did what it did, "
    "/market speed=600x makes the recorded market quicker, /panic stops everything. How practice works: /help practice"
)
ALL_SECTIONS_BUTTON = Button("All topics", "/help")
_ARGUMENT_FORMATS = {
    ArgumentKind.KEYWORD: "{}=",
    ArgumentKind.EXTRA_KEYWORDS: "key=value …",
    ArgumentKind.VARIADIC: "{} …",
    ArgumentKind.POSITIONAL: "{}",
}
_SECTIONS = {section.casefold().replace(" ", "-"): section for section in HelpSection}
_SECTION_WORDS = {section: word for word, section in _SECTIONS.items()}


class HelpArguments(Arguments):
    command: Annotated[
        str | None, ArgumentSpec("a command, metrics or practice", "run", choice_source=ChoiceSource.COMMANDS)
    ] = None
    topic: Annotated[str | None, keyword_spec(f"one of {', '.join(_SECTIONS)}", "bots")] = None


@command(
    "help",
    Role.VIEWER,
    "/help",
    "/help run",
    "/help metrics",
    "/help practice",
    "/help topic=life-cycle",
    audience=CommandAudience.ANYONE,
    effect=Effect.READS,
)
async def show_help(args: HelpArguments, ctx: CommandContext, registry: CommandRegistry) -> Reply:
    """All commands by topic, or one with examples; help metrics and help practice explain."""
    if ctx.known_operator is None:
        return sentence_reply(WELCOME)
    if args.topic is not None:
        return _section_reply(_find_section(args.topic), registry, ctx.known_operator.role)
    if args.command is None:
        return _overview_reply(registry, ctx.known_operator.role)
    if args.command.casefold() == METRICS_PAGE:
        return build_reply(
            Headline("How the figures are defined"),
            *(Text(f"{name}: {text}") for name, text in BASES),
            *(Text(f"{metric.name}: {metric.explanation}") for metric in METRICS if metric.explanation),
            button_row(ALL_SECTIONS_BUTTON),
            subject_key=HELP_SUBJECT,
        )
    if args.command.casefold() == PRACTICE_PAGE:
        return build_reply(
            Headline("How practice works, and how to end or start over"),
            *(Text(f"{title}: {line}") for title, line in PRACTICE_LINES),
            button_row(ALL_SECTIONS_BUTTON),
            subject_key=HELP_SUBJECT,
        )
    spec = registry.resolve_command(args.command.lstrip("/")).spec
    return _command_reply(spec, registry.section_of(spec))


def usage_text(spec: CommandSpec) -> str:
    """Describe how a command is typed: `bot name`, `trades [name] [limit=]`."""
    parts = [spec.name]
    words = argument_specs(spec)
    for name, info in spec.arguments.model_fields.items():
        shown = _ARGUMENT_FORMATS[words[name].kind].format(name)
        parts.append(shown if info.is_required() else f"[{shown}]")
    return " ".join(parts)


def _overview_reply(registry: CommandRegistry, role: Role) -> Reply:
    found = {section: specs for section in HelpSection if (specs := registry.section_commands(section, role))}
    lines = [f"{section}: {'  '.join(f'/{spec.name}' for spec in specs)}" for section, specs in found.items()]
    buttons = [Button(section.value, f"/help topic={_SECTION_WORDS[section]}") for section in found]
    return build_reply(
        Headline("Help · choose a topic or send /help run"),
        *map(Text, lines),
        _button_rows(
            [*buttons, Button("Metrics", f"/help {METRICS_PAGE}"), Button("Practice", f"/help {PRACTICE_PAGE}")]
        ),
        subject_key=HELP_SUBJECT,
    )


def _section_reply(section: HelpSection, registry: CommandRegistry, role: Role) -> Reply:
    specs = registry.section_commands(section, role)
    lines = [f"/{usage_text(spec)}{SEPARATOR}{spec.summary}" for spec in specs]
    buttons = [Button(spec.name, f"/help {spec.name}") for spec in specs]
    return build_reply(
        Headline(f"Help{SEPARATOR}{section.value}"),
        *map(Text, lines),
        Text(FIRST_STEPS) if section is HelpSection.FIRST_STEPS else None,
        _button_rows([*buttons, ALL_SECTIONS_BUTTON]),
        subject_key=HELP_SUBJECT,
    )


def _find_section(text: str) -> HelpSection:
    word = text.strip().casefold().replace(" ", "-")
    if word not in _SECTIONS:
        near = nearest_name(word, _SECTIONS) or "bots"
        fix = CommandFix("help", (f"topic={near}",))
        raise InvalidInput("no-help-topic", fix, typed=echo_text(text), known=tuple(_SECTIONS), near=near)
    return _SECTIONS[word]


def _command_reply(spec: CommandSpec, section: HelpSection) -> Reply:
    words = argument_specs(spec)
    needs = "nothing, it is for whoever is not aboard yet" if spec.is_hidden_from_operators else spec.role
    is_of_bots = any(word.choice_source is ChoiceSource.BOTS for word in words.values())
    owns = "; the bot is yours or shared with you" if is_of_bots else ""
    also = f" Also called {', '.join('/' + alias.name for alias in spec.aliases)}." if spec.aliases else ""
    return build_reply(
        Headline(f"/{usage_text(spec)}{SEPARATOR}{spec.summary}"),
        Text(f"Needs: {needs}{owns}.{also}"),
        *(Text(f"{name}: {word.expectation}") for name, word in words.items()),
        Text(f"Example: {'   '.join(spec.examples)}"),
        *map(Text, spec.notes),
        _button_rows([Button(section.value, f"/help topic={_SECTION_WORDS[section]}"), ALL_SECTIONS_BUTTON]),
        subject_key=HELP_SUBJECT,
    )


def _button_rows(buttons: list[Button]) -> Actions:
    """Return buttons three a row, the first as the sensible step."""
    return fill_rows([replace(buttons[0], style=ButtonStyle.PRIMARY), *buttons[1:]], 3)
