"""From a line as `/help` writes it to what somebody fills in who sends it as a slash command."""

import shlex

from adapters.chat.discord.interactions.slash_commands import OptionValue, slash_options
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.spec import ArgumentKind


def slash(registry: CommandRegistry, line: str) -> tuple[str, dict[str, OptionValue]]:
    """Return the command and its options: by place, by name, and unknown `key=value` words as one text."""
    name, *typed = shlex.split(line.removeprefix("/"))
    named = registry.find_command(name)
    assert named is not None, line
    fields = argument_specs(named.spec)
    free = [
        key
        for key, word in fields.items()
        if word.kind is not ArgumentKind.KEYWORD and key not in named.preset_arguments
    ]
    words: dict[str, str] = {}
    for word in typed:
        key, found, value = word.partition("=")
        if found and key in fields:
            words[key] = value
        elif found:
            others = next(key for key, field in fields.items() if field.kind is ArgumentKind.EXTRA_KEYWORDS)
            words[others] = f"{words.get(others, '')} {word}".strip()
        else:
            place = free[0] if fields[free[0]].kind is ArgumentKind.VARIADIC else free.pop(0)
            words[place] = f"{words.get(place, '')} {word}".strip()
    kinds = {option.name: option.kind for option in slash_options(named)}
    return name, {key: kinds[key](value) for key, value in words.items()}
