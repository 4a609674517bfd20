"""What people do, as Discord tells it over its gateway: slash commands, presses and modals that came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from discord.utils import time_snowflake, utcnow

from tests.fakes.discord_rules import Json
from tests.fakes.discord_server import BOT, BOT_ID

EVENT = "INTERACTION_CREATE"
COMMAND, COMPONENT, MODAL = 2, 3, 5
BUTTON, SELECT, TEXT = 2, 3, 4
_numbers = count(1)


@dataclass(frozen=True)
class InteractionContext:
    """A chat as Discord tells of it: its channel, in which context, and who brought the desk there."""

    channel: Json
    context: int
    owners: Json
    guild_id: str = ""

    def payload(self, user: Json) -> dict[str, object]:
        """Return what an interaction in this place says of it and of its person."""
        found: dict[str, object] = {
            "channel_id": self.channel["id"],
            "channel": self.channel,
            "context": self.context,
            "authorizing_integration_owners": self.owners,
        }
        if not self.guild_id:
            return {**found, "user": user}
        member: Json = {"user": user, "roles": [], "joined_at": None, "deaf": False, "mute": False, "flags": 0}
        return {**found, "guild_id": self.guild_id, "member": member}


_TEXT: Json = {"id": "5", "type": 0, "name": "desk", "position": 0, "permission_overwrites": [], "nsfw": False}
_THREAD: Json = {
    "id": "55",
    "type": 11,
    "name": "alpha",
    "parent_id": "5",
    "owner_id": "1",
    "message_count": 0,
    "member_count": 1,
    "thread_metadata": {
        "archived": False,
        "auto_archive_duration": 60,
        "archive_timestamp": "2026-01-05T12:00:00+00:00",
    },
}
PRIVATE = InteractionContext({"id": "7", "type": 1, "last_message_id": None}, 1, {"0": "0"})
CHANNEL = InteractionContext(_TEXT, 0, {"0": "3"}, "3")
THREAD = InteractionContext(_THREAD, 0, {"0": "3"}, "3")
GUEST_IN_A_SERVER = InteractionContext(_TEXT, 0, {"1": "42"}, "3")
GUEST_BETWEEN_PEOPLE = InteractionContext({"id": "8", "type": 1, "last_message_id": None}, 2, {"1": "42"})


@dataclass(frozen=True)
class InteractionSender:
    """Somebody who writes to the desk, in private unless somewhere else."""

    user_id: str = "42"
    context: InteractionContext = field(default_factory=lambda: PRIVATE)

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
        return {
            **self.context.payload(self._user),
            "id": str(time_snowflake(utcnow()) + int(number)),
            "application_id": BOT_ID,
            "type": kind,
            "token": f"interaction-token-{number}",
            "version": 1,
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
