"""Port to topics: chats within a chat, such as a topic of a group or a thread of a channel."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class TopicCreator(Protocol):
    """A gateway whose platform has topics."""

    @property
    def platform(self) -> str:
        """Return the platform's name in destinations."""

    async def create_topic(self, group_address: str, name: str) -> str:
        """Create a topic in a group and return its address.

        Raise TopicRefused when the group takes none, DeliveryError when it failed; the topic may exist even then.
        """

    async def rename_topic(self, address: str, name: str) -> None:
        """Rename a topic; raise DeliveryError when it failed."""
