"""Chat users: people as a platform knows them, before or after they are operators."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.destination import Destination, destination_key
from bot.domain.ids import OperatorId
from bot.domain.people import Identity

MAX_NAME_LENGTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatUser:
    """A person on a platform: permanent id there, address of the private chat, and a display name."""

    platform: str
    platform_id: str
    address: str
    display_name: str = ""

    def identity(self, operator_id: OperatorId, now: datetime) -> Identity:
        return Identity(platform=self.platform, platform_id=self.platform_id, operator_id=operator_id, linked_at=now)

    def destination(self, operator_id: OperatorId, now: datetime) -> Destination:
        return Destination(
            key=destination_key(self.platform, self.address),
            operator_id=operator_id,
            platform=self.platform,
            address=self.address,
            created_at=now,
        )


def unique_name(display_name: str, taken: Iterable[str] = (), otherwise: str = "owner") -> str:
    """Make a short plain name that is not taken, from the name that a platform or the system shows."""
    name = re.sub(r"[^\w.-]", "", next(iter(display_name.split()), "")).strip(".-")[:MAX_NAME_LENGTH] or otherwise
    names = {one.casefold() for one in taken}
    number, found = 2, name
    while found.casefold() in names:
        found = f"{name[: MAX_NAME_LENGTH - 3]}{number}"
        number += 1
    return found
