"""The port to chats within chats: a topic of a group, a thread of a channel."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class TopicCreator(Protocol):
    """A platform whose groups can hold topics; not every platform can do that."""

    @property
    def platform(self) -> str:
        """Return the name that destinations carry."""
        ...

    async def create_topic(self, group_address: str, name: str) -> str:
        """Make a topic in a group and return its address, to which messages can be sent.

        Raise TopicRefused when the group takes none, DeliveryError when that failed; it may have been made even so.
        """
        ...

    async def rename_topic(self, address: str, name: str) -> None:
        """Give a topic another name; raise DeliveryError when that failed."""
        ...
