"""The chat platforms that are set up: each is loaded late and in a thread, for its library is heavy."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.commands.front_desk import FrontDesk
from bot.commands.gateway import PlatformGateway
from bot.settings import Settings

MakeGateway = Callable[[FrontDesk], PlatformGateway]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform by name; `load` imports its library (call it in a thread) and returns what makes its gateway."""

    name: str
    load: Callable[[], MakeGateway]


def platforms(settings: Settings) -> tuple[Platform, ...]:
    """Return the platforms whose tokens are set."""
    del settings
    return ()
