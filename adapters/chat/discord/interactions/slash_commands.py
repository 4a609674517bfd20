"""Slash commands made from the command registry: one per name, with typed options."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping

from discord import app_commands

from adapters.chat.discord.interactions.autocomplete import PartialCommand
from adapters.chat.discord.interactions.options import OptionValue, SlashOption, option_words, slash_options
from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shorten_text
from bot.commands.spec.registry import CommandMatch, CommandRegistry

PARAMETER_SUFFIX = "_"
"""Suffix of parameter names, since an option may be called like a keyword of the language."""

HandleCommand = Callable[[Interaction, str, Mapping[str, str]], Awaitable[None]]
"""Handles a command by name with its words."""
SuggestValues = Callable[[Interaction, PartialCommand], Awaitable[list[str]]]
AutocompleteChoice = app_commands.Choice[str]
SlashCommand = app_commands.Command[app_commands.Group, ..., None]


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
