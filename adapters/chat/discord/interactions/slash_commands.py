"""Slash commands made from the command registry: one per name, with options typed like its arguments."""

import inspect
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Union, get_args, get_origin

from discord import app_commands

from adapters.chat.discord.interactions.autocomplete import PartialCommand
from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shorten_text
from bot.commands.reply.sheet import quote_value
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandMatch, CommandRegistry
from bot.commands.spec.spec import ArgumentKind, ArgumentSpec, ChoiceSource

PARAMETER_SUFFIX = "_"
"""Suffix of parameter names, since an option may be called like a keyword of the language."""
OptionValue = str | int | bool
"""Value of an option as Discord delivers it."""
DEFAULT_DESCRIPTION = "Anything"
_PLAIN = re.compile(r"[^\s=\"'“«]+")
"""A value that needs no quotes."""
HandleCommand = Callable[[Interaction, str, Mapping[str, str]], Awaitable[None]]
"""Handles a command by name with its words."""
SuggestValues = Callable[[Interaction, PartialCommand], Awaitable[list[str]]]
AutocompleteChoice = app_commands.Choice[str]
SlashCommand = app_commands.Command[app_commands.Group, ..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashOption:
    """An option of a slash command.

    A secret is not required, since others could see it being typed: a modal asks for it.
    """

    name: str
    description: str
    kind: type[OptionValue]
    choices: tuple[str, ...] = ()
    is_required: bool = False
    has_autocomplete: bool = False


def slash_options(command_match: CommandMatch) -> tuple[SlashOption, ...]:
    """Return the options of a command, required ones first, without its preset arguments."""
    infos = command_match.spec.arguments.model_fields
    options = [
        _slash_option(name, word, infos[name].annotation, is_required=infos[name].is_required())
        for name, word in argument_specs(command_match.spec).items()
        if name not in command_match.preset_arguments
    ]
    return tuple(sorted(options, key=lambda option: not option.is_required))[: limits.OPTIONS]


def command_line(name: str, command_match: CommandMatch, words: Mapping[str, str]) -> str:
    """Return the command as a typed line, which all that works with lines can handle.

    Positional arguments are written by position as long as none before them is missing, all others as `key=value`.
    """
    parts = [f"/{name}"]
    is_in_place = True
    fields = argument_specs(command_match.spec)
    for key, word in fields.items():
        value = words.get(key, "").strip()
        is_positional = word.kind in (ArgumentKind.POSITIONAL, ArgumentKind.VARIADIC)
        is_placed = is_positional and key not in command_match.preset_arguments
        if not value:
            is_in_place = is_in_place and not is_placed
        elif word.kind is ArgumentKind.EXTRA_KEYWORDS or (is_placed and is_in_place and _PLAIN.fullmatch(value)):
            parts.append(value)
        else:
            parts.append(f"{key}={value if _PLAIN.fullmatch(value) else quote_value(value)}")
    return " ".join([*parts, *(f"{key}={quote_value(value)}" for key, value in words.items() if key not in fields)])


def option_words(values: Mapping[str, OptionValue | None]) -> dict[str, str]:
    """Return the values that are given as words, truth values as `on` and `off`."""
    names = {True: "on", False: "off"}
    return {
        name: names[value] if isinstance(value, bool) else str(value)
        for name, value in values.items()
        if value is not None
    }


def _slash_option(name: str, argument: ArgumentSpec, annotation: object, *, is_required: bool) -> SlashOption:
    kind = _kind(annotation)
    choices = argument.choices if len(argument.choices) <= limits.CHOICES else ()
    description = argument.expectation[:1].upper() + argument.expectation[1:]
    return SlashOption(
        name=name,
        description=shorten_text(description, limits.COMMAND_DESCRIPTION) or DEFAULT_DESCRIPTION,
        kind=kind,
        choices=choices,
        is_required=is_required and not argument.is_secret,
        has_autocomplete=not choices and kind is str and argument.choice_source is not ChoiceSource.NOTHING,
    )


def _kind(annotation: object) -> type[OptionValue]:
    """Return the option type of a field; numbers with a fraction are texts, since Discord would round them."""
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return next((kind for kind in (bool, int) if kind in parts), str)


def create_slash_commands(
    registry: CommandRegistry, handle_command: HandleCommand, suggest_values: SuggestValues
) -> Iterator[SlashCommand]:
    """Create the slash commands of all names that people are shown."""
    for name in registry.names:
        yield _slash_command(name, registry.resolve_command(name), handle_command, suggest_values)


def _slash_command(
    name: str, command_match: CommandMatch, handle_command: HandleCommand, suggest_values: SuggestValues
) -> SlashCommand:
    async def answer(interaction: Interaction, **values: OptionValue | None) -> None:
        words = option_words({key.removesuffix(PARAMETER_SUFFIX): value for key, value in values.items()})
        await handle_command(interaction, name, words)

    parameters = {option.name + PARAMETER_SUFFIX: option for option in slash_options(command_match)}
    # The library reads the options of a command from the signature of its function.
    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    vars(answer)["__signature__"] = inspect.Signature([first, *(_parameter(*item) for item in parameters.items())])
    app_commands.rename(**{key: option.name for key, option in parameters.items()})(answer)
    app_commands.describe(**{key: option.description for key, option in parameters.items()})(answer)
    choices = {key: _autocomplete_choices(option.choices) for key, option in parameters.items() if option.choices}
    app_commands.choices(**choices)(answer)
    completed = {key: option for key, option in parameters.items() if option.has_autocomplete}
    app_commands.autocomplete(
        **{key: _autocomplete_callback(command_match, option, suggest_values) for key, option in completed.items()}
    )(answer)
    summary = shorten_text(command_match.spec.summary, limits.COMMAND_DESCRIPTION)
    return app_commands.Command(name=name, description=summary, callback=answer)


def _parameter(name: str, option: SlashOption) -> inspect.Parameter:
    default, annotation = (inspect.Parameter.empty, option.kind) if option.is_required else (None, option.kind | None)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _autocomplete_choices(texts: tuple[str, ...]) -> list[AutocompleteChoice]:
    return [app_commands.Choice(name=text, value=text) for text in texts]


def _autocomplete_callback(
    command_match: CommandMatch, option: SlashOption, suggest_values: SuggestValues
) -> Callable[[Interaction, str], Coroutine[None, None, list[AutocompleteChoice]]]:
    async def complete(interaction: Interaction, typed: str) -> list[AutocompleteChoice]:
        others = option_words(dict(iter(interaction.namespace)))
        draft = PartialCommand(command_match=command_match, option=option.name, typed=typed, other_options=others)
        return _autocomplete_choices(tuple(await suggest_values(interaction, draft)))

    return complete
