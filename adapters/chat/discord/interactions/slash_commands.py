"""Slash commands made from the registry: one for each name, with its typed options."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping

from discord import app_commands

from adapters.chat.discord.interactions.autocomplete import Draft, Suggestions
from adapters.chat.discord.interactions.options import Option, Value, options_of, words_of
from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shortened
from bot.commands.spec.registry import CommandMatch, CommandRegistry

MARK = "_"
"""Behind the names of parameters, for an option may be called like a keyword of the language."""

Take = Callable[[Interaction, str, Mapping[str, str]], Awaitable[None]]
"""Take a command by name with its words."""
Choice = app_commands.Choice[str]
SlashCommand = app_commands.Command[app_commands.Group, ..., None]


def slash_commands(registry: CommandRegistry, take: Take, suggestions: Suggestions) -> Iterator[SlashCommand]:
    """Make the slash commands of all names that people are told of."""
    for name in registry.names:
        yield _command(name, registry.resolve_command(name), take, suggestions)


def _command(name: str, command_match: CommandMatch, take: Take, suggestions: Suggestions) -> SlashCommand:
    options = options_of(command_match)

    async def answer(interaction: Interaction, **values: Value | None) -> None:
        await take(interaction, name, words_of({key.removesuffix(MARK): value for key, value in values.items()}))

    # The library reads the options of a command from the signature of its function.
    vars(answer)["__signature__"] = _signature(options)
    app_commands.rename(**{option.name + MARK: option.name for option in options})(answer)
    app_commands.describe(**{option.name + MARK: option.description for option in options})(answer)
    app_commands.choices(**{option.name + MARK: _choices(option.choices) for option in options if option.choices})(
        answer
    )
    app_commands.autocomplete(
        **{
            option.name + MARK: _completer(command_match, option, suggestions)
            for option in options
            if option.is_completed
        }
    )(answer)
    summary = shortened(command_match.spec.summary, limits.COMMAND_DESCRIPTION)
    return app_commands.Command(name=name, description=summary, callback=answer)


def _signature(options: tuple[Option, ...]) -> inspect.Signature:
    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    return inspect.Signature([first, *map(_parameter, options)])


def _parameter(option: Option) -> inspect.Parameter:
    default = inspect.Parameter.empty if option.is_required else None
    annotation = option.kind if option.is_required else option.kind | None
    return inspect.Parameter(option.name + MARK, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _choices(texts: tuple[str, ...]) -> list[Choice]:
    return [app_commands.Choice(name=text, value=text) for text in texts]


def _completer(
    command_match: CommandMatch, option: Option, suggestions: Suggestions
) -> Callable[[Interaction, str], Coroutine[None, None, list[Choice]]]:
    async def complete(interaction: Interaction, typed: str) -> list[Choice]:
        others = words_of(dict(iter(interaction.namespace)))
        draft = Draft(command_match=command_match, option=option.name, typed=typed, others=others)
        return _choices(tuple(await suggestions.of(interaction, draft)))

    return complete
