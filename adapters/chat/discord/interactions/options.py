"""Typed options of slash commands, made from the fields of their arguments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Union, get_args, get_origin

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shorten_text
from bot.commands.reply.sheet import quote_value
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandMatch
from bot.commands.spec.spec import ArgumentKind, ArgumentSpec, ChoiceSource

OptionValue = str | int | bool
"""Value of an option as Discord delivers it."""
DEFAULT_DESCRIPTION = "Anything"
_PLAIN = re.compile(r"[^\s=\"'“«]+")
"""A value that needs no quotes."""


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
