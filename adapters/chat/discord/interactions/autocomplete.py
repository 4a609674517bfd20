"""Autocomplete: values suggested for one option of a slash command."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.chat.discord.interactions.request_mapping import PLATFORM, Interaction, chat_address
from adapters.chat.discord.render import limits
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandMatch
from bot.commands.spec.spec import ArgumentKind
from bot.domain.destination import destination_key


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialCommand:
    """A slash command that is being typed: the option with its text so far, and the other options."""

    command_match: CommandMatch
    option: str
    typed: str
    other_options: Mapping[str, str]

    @property
    def argument_kind(self) -> ArgumentKind:
        """Return the kind of the option's argument in a command line."""
        return argument_specs(self.command_match.spec)[self.option].kind

    @property
    def finished_words(self) -> str:
        """Return the finished words of an option that takes several."""
        takes_several = self.argument_kind in (ArgumentKind.VARIADIC, ArgumentKind.EXTRA_KEYWORDS)
        return self.typed.rpartition(" ")[0] if takes_several else ""

    @property
    def command_line(self) -> str:
        """Return the command as a typed line that ends with the unfinished word."""
        fields = argument_specs(self.command_match.spec)
        known = [
            f"{name}={value}" if fields[name].kind is ArgumentKind.KEYWORD else value
            for name, value in self.other_options.items()
            if name in fields and name != self.option
        ]
        word = self.typed.removeprefix(self.finished_words).lstrip()
        last = word if self.argument_kind is ArgumentKind.EXTRA_KEYWORDS else f"{self.option}={word}"
        return " ".join([f"/{self.command_match.spec.name}", *known, *self.finished_words.split(), last])


async def suggest_values(
    context: GatewayContext, interaction: Interaction, partial_command: PartialCommand
) -> list[str]:
    """Return the values suggested for an option, given the other options; none for strangers."""
    operator = await context.ownership.operator_by_identity(PLATFORM, str(interaction.user.id))
    chat_key = destination_key(PLATFORM, chat_address(interaction))
    found = await context.line_completer.complete_line(partial_command.command_line, operator, chat_key)
    prefix = f"{partial_command.finished_words} " if partial_command.finished_words else ""
    texts = [prefix + word for word in _suggested_words(partial_command, found)]
    return [text for text in texts if len(text) <= limits.CHOICE][: limits.CHOICES]


def _suggested_words(partial_command: PartialCommand, found: tuple[str, ...]) -> list[str]:
    if partial_command.argument_kind is not ArgumentKind.EXTRA_KEYWORDS:
        given = partial_command.finished_words.split()
        return [word for word in (text.partition("=")[2] for text in found) if word not in given]
    # Fields of the command itself have options of their own.
    fields = argument_specs(partial_command.command_match.spec)
    return [text for text in found if "=" in text and text.partition("=")[0] not in fields]
