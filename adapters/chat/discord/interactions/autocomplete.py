"""Autocomplete: the words of the desk offered for one option of a slash command."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.chat.discord.interactions.request_mapping import PLATFORM, Interaction, address_of
from adapters.chat.discord.render import limits
from bot.commands.spec.completion import LineCompleter
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandMatch
from bot.commands.spec.spec import ArgumentKind
from bot.domain.destination import destination_key
from bot.engine.people.claim import Ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A slash command that is being typed: which option, what of it, and the options that are filled in."""

    command_match: CommandMatch
    option: str
    typed: str
    others: Mapping[str, str]

    @property
    def place(self) -> ArgumentKind:
        """Return how the option is typed where there are no options."""
        return argument_specs(self.command_match.spec)[self.option].kind

    @property
    def before(self) -> str:
        """Return the words of the option that are finished, of those that take several."""
        return (
            self.typed.rpartition(" ")[0] if self.place in (ArgumentKind.VARIADIC, ArgumentKind.EXTRA_KEYWORDS) else ""
        )

    @property
    def last(self) -> str:
        """Return the word that is being typed."""
        return self.typed.removeprefix(self.before).lstrip()

    @property
    def line(self) -> str:
        """Return the line as it would be typed elsewhere, with the word that is being typed at its end."""
        fields = argument_specs(self.command_match.spec)
        known = [
            f"{name}={value}" if fields[name].kind is ArgumentKind.KEYWORD else value
            for name, value in self.others.items()
            if name in fields and name != self.option
        ]
        last = self.last if self.place is ArgumentKind.EXTRA_KEYWORDS else f"{self.option}={self.last}"
        return " ".join([f"/{self.command_match.spec.name}", *known, *self.before.split(), last])


class Suggestions:
    """Asks the completions of the desk what an option may be, given the other options."""

    def __init__(self, line_completer: LineCompleter, people: Ownership) -> None:
        self._line_completer = line_completer
        self._people = people

    async def of(self, interaction: Interaction, draft: Draft) -> list[str]:
        """Return what to offer; nothing to strangers."""
        person = await self._people.operator_by_identity(PLATFORM, str(interaction.user.id))
        place = destination_key(PLATFORM, address_of(interaction))
        found = await self._line_completer.complete_line(draft.line, person, place)
        lead = f"{draft.before} " if draft.before else ""
        texts = [lead + word for word in _words(draft, found)]
        return [text for text in texts if len(text) <= limits.CHOICE][: limits.CHOICES]


def _words(draft: Draft, found: tuple[str, ...]) -> list[str]:
    if draft.place is not ArgumentKind.EXTRA_KEYWORDS:
        given = draft.before.split()
        return [word for word in (text.partition("=")[2] for text in found) if word not in given]
    # Fields of the command itself have options of their own.
    fields = argument_specs(draft.command_match.spec)
    return [text for text in found if "=" in text and text.partition("=")[0] not in fields]
