"""A platform on which every message arrives and is noted."""

from bot.commands.notifier import AGAIN, Notifier
from bot.commands.reply import Headline, Reply
from bot.domain.events import Level
from bot.domain.facts import Destination
from bot.ports.storage import NumberedEvent
from tests.fakes.camera import Camera
from tests.fakes.outside import Outside, Receipt

PHONE = "phone"


class PhoneGateway:
    """A platform on which every message arrives."""

    platform = PHONE

    def __init__(self) -> None:
        self.newest: Reply | None = None
        self._sent = 0

    async def send(self, address: str, reply: Reply, *, level: Level) -> str:
        del address, level
        self.newest = reply
        self._sent += 1
        return f"message-{self._sent}"


class WatchedNotifier:
    """The real notifier on a phone: notes what arrives, and has a photograph taken before and after."""

    def __init__(self, notifier: Notifier, gateway: PhoneGateway, outside: Outside, camera: Camera) -> None:
        self._notifier = notifier
        self._gateway = gateway
        self._outside = outside
        self._camera = camera

    async def deliver(self, destination: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool) -> str:
        self._camera.shoot("before a delivery")
        message_id = await self._notifier.deliver(destination, events, is_repeat=is_repeat)
        self._outside.receive(
            Receipt(
                destination.key,
                tuple(item.number for item in events),
                tuple(item.event.event_id for item in events),
                self._says_again(),
            )
        )
        self._camera.shoot("after a delivery")
        return message_id

    def _says_again(self) -> bool:
        reply = self._gateway.newest
        assert reply is not None
        return any(AGAIN in text for text in _texts(reply))


def _texts(message: Reply) -> list[str]:
    blocks = (message.blocks[0], message.blocks[-1])
    return [block.plain if isinstance(block, Headline) else getattr(block, "text", "") for block in blocks]
