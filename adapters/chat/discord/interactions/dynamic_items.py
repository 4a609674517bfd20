"""Buttons and lists come back by what stands in their ids, also after a restart: nothing of them is remembered."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from discord import ui

from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.render.components import ASK, CHOOSE, FILL, PAGE, PICK, PRESS

_PRESS = rf"{PRESS}[0-9a-z](?P<payload>.+)"
_PICK = rf"{PICK}[0-9a-z]"
_ASK = rf"{ASK}(?P<tag>.{{3}})(?P<form_id>[a-z0-9]+)"
_FILL = rf"{FILL}(?P<tag>.{{3}})(?P<form_id>[a-z0-9]+){PAGE}(?P<page>[0-9]{{1,2}})"

_CHOOSE = rf"{CHOOSE}(?P<tag>.{{3}})(?P<form_id>[a-z0-9]+){PAGE}(?P<name>[a-z][a-z0-9_]*)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen of a list of a form."""

    form_id: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """Who takes a press: with its payload, to open the input of a form or a page of its sheet, to choose of a list."""

    press: Callable[[Interaction, str], Awaitable[None]]
    ask: Callable[[Interaction, str, str], Awaitable[None]]
    fill: Callable[[Interaction, str, str, int], Awaitable[None]]
    choose: Callable[[Interaction, str, Choice], Awaitable[None]]


def is_known(custom_id: str) -> bool:
    """Tell whether an id is one of ours."""
    return any(re.fullmatch(pattern, custom_id, re.DOTALL) for pattern in (_PRESS, _PICK, _ASK, _FILL, _CHOOSE))


class _Matched(ui.DynamicItem["ui.Item[ui.View]"], template=r"(?!)"):
    """An item with what its id says."""

    def __init__(self, item: "ui.Item[ui.View]", found: dict[str, str]) -> None:
        super().__init__(item)
        self.found = found

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: "ui.Item[ui.View]", match: re.Match[str], /) -> Self:
        del interaction
        return cls(item, match.groupdict())


def press_items(presses: Presses) -> "tuple[type[ui.DynamicItem[ui.Item[ui.View]]], ...]":
    """Make the kinds of items for one client."""

    class Pressed(_Matched, template=re.compile(_PRESS, re.DOTALL)):
        async def callback(self, interaction: Interaction) -> None:
            await presses.press(interaction, self.found["payload"])

    class Picked(_Matched, template=_PICK):
        async def callback(self, interaction: Interaction) -> None:
            await presses.press(interaction, _picked(self.item))

    class Asked(_Matched, template=_ASK):
        async def callback(self, interaction: Interaction) -> None:
            await presses.ask(interaction, self.found["tag"], self.found["form_id"])

    class Filled(_Matched, template=_FILL):
        async def callback(self, interaction: Interaction) -> None:
            await presses.fill(interaction, self.found["tag"], self.found["form_id"], int(self.found["page"]))

    class Chosen(_Matched, template=_CHOOSE):
        async def callback(self, interaction: Interaction) -> None:
            found = self.found
            choice = Choice(form_id=found["form_id"], name=found["name"], value=_picked(self.item))
            await presses.choose(interaction, found["tag"], choice)

    return Pressed, Picked, Asked, Filled, Chosen


def _picked(item: "ui.Item[ui.View]") -> str:
    picked = item.values if isinstance(item, ui.Select) else []
    return picked[0] if picked else ""
