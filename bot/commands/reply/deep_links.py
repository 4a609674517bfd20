"""Deep links that open a chat with us and send a payload: to claim, to join, to look at a bot."""

from collections.abc import Callable

LinkBuilder = Callable[[str], str]
JOIN, LINK, CLAIM, BOT = "join_", "link_", "claim_", "bot_"
_COMMAND_BY_PREFIX = {JOIN: "/join ", LINK: "/link ", CLAIM: "/claim ", BOT: "/bot #"}
_START = "/start "


def expand_deep_link(line: str) -> str:
    """Return the command of a deep link's line; other lines are returned unchanged.

    A link may claim, join, link or open a card: nothing else is ever done because somebody followed one.
    """
    if line[: len(_START)].casefold() != _START:
        return line
    payload = line[len(_START) :].strip()
    return next(
        (f"{head}{payload[len(key) :]}" for key, head in _COMMAND_BY_PREFIX.items() if payload.startswith(key)), line
    )


class DeepLinks:
    """Builds the links of the connected platforms that have them."""

    def __init__(self) -> None:
        self._builders: dict[str, LinkBuilder] = {}

    def register_platform(self, platform: str, builder: LinkBuilder) -> None:
        self._builders[platform] = builder

    def platform_link(self, platform: str, payload: str) -> str:
        """Return a platform's link that sends `/start payload`, an empty text if it has none."""
        make = self._builders.get(platform)
        return make(payload) if make else ""

    def all_links(self, payload: str) -> tuple[tuple[str, str], ...]:
        """Return the links of all platforms that have them, as pairs of platform and link."""
        return tuple((platform, make(payload)) for platform, make in self._builders.items())
