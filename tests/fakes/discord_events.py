"""What people do, as Discord tells it over its gateway: slash commands, presses and modals that came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from discord.utils import time_snowflake, utcnow

from tests.fakes.discord_rules import Json
from tests.fakes.discord_server import BOT, BOT_ID

EVENT = "INTERACTION_CREATE"
COMMAND, COMPONENT, MODAL = 2, 3, 5
BUTTON, SELECT, TEXT = 2, 3, 4
PRIVATE_CHANNEL: Json = {"id": "7", "type": 1, "last_message_id": None}
CHANNEL: Json = {"id": "5", "type": 0, "name": "desk", "position": 0, "permission_overwrites": [], "nsfw": False}
_numbers = count(1)


@dataclass(frozen=True)
class Doer:
    """Somebody who writes to the desk, in private unless in a channel of a server."""

    user_id: str = "42"
    is_in_channel: bool = False

    def slash(self, name: str, options: Mapping[str, str] | None = None) -> dict[str, object]:
        """Send a slash command."""
        given = [{"name": key, "type": 3, "value": value} for key, value in (options or {}).items()]
        return self._event(COMMAND, {"id": "1", "name": name, "type": 1, "options": given})

    def press(self, custom_id: str) -> dict[str, object]:
        """Press a button, whatever stands in its id."""
        button = {"type": BUTTON, "style": 2, "label": "x", "custom_id": custom_id}
        message = _message([{"type": 1, "components": [button]}])
        return self._event(COMPONENT, {"custom_id": custom_id, "component_type": BUTTON}) | {"message": message}

    def pick(self, custom_id: str, value: str) -> dict[str, object]:
        """Pick a line from a list, whether it stands there or not."""
        select = {"type": SELECT, "custom_id": custom_id, "options": [{"label": "x", "value": "x"}]}
        message = _message([{"type": 1, "components": [select]}])
        data = {"custom_id": custom_id, "component_type": SELECT, "values": [value]}
        return self._event(COMPONENT, data) | {"message": message}

    def modal(self, custom_id: str, values: Mapping[str, str]) -> dict[str, object]:
        """Send a modal back."""
        rows = [
            {"type": 18, "component": {"type": TEXT, "custom_id": name, "value": value}}
            for name, value in values.items()
        ]
        return self._event(MODAL, {"custom_id": custom_id, "components": rows})

    def _event(self, kind: int, data: Json) -> dict[str, object]:
        number = str(next(_numbers))
        place: dict[str, object] = {"channel_id": "7", "channel": PRIVATE_CHANNEL, "context": 1, "user": self._user}
        if self.is_in_channel:
            member: Json = {
                "user": self._user,
                "roles": [],
                "joined_at": None,
                "deaf": False,
                "mute": False,
                "flags": 0,
            }
            place = {"channel_id": "5", "channel": CHANNEL, "context": 0, "guild_id": "3", "member": member}
        return place | {
            "id": str(time_snowflake(utcnow()) + int(number)),
            "application_id": BOT_ID,
            "type": kind,
            "token": f"interaction-token-{number}",
            "version": 1,
            "authorizing_integration_owners": {"0": "3" if self.is_in_channel else "0"},
            "attachment_size_limit": 10_000_000,
            "data": data,
        }

    @property
    def _user(self) -> Json:
        return {
            "id": self.user_id,
            "username": "mia",
            "discriminator": "0",
            "avatar": None,
            "global_name": "mia",
        }


def _message(rows: list[Json]) -> Json:
    return {
        "id": "500",
        "channel_id": "7",
        "author": BOT,
        "content": "a card",
        "timestamp": "2026-01-05T12:00:00.000000+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": rows,
        "pinned": False,
        "type": 0,
        "flags": 0,
    }
