"""A platform on which every message arrives and is noted."""

from bot.commands.notify.event_messages import SENT_AGAIN_MARK
from bot.commands.notify.notifier import ChatNotifier
from bot.commands.reply.blocks import Headline, Reply
from bot.domain.destination import Destination
from bot.domain.events import NotificationLevel
from bot.ports.storage import NumberedEvent
from tests.fakes.crash_point_recorder import CrashPointRecorder
from tests.fakes.received_messages import Receipt, ReceivedMessages

PHONE = "phone"


class ReceiptGateway:
    """A platform on which every message arrives."""

    platform = PHONE
    can_edit = False

    def __init__(self) -> None:
        self.newest: Reply | None = None
        self._sent = 0

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        del address, level, reply_to
        self.newest = reply
        self._sent += 1
        return f"message-{self._sent}"

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        raise AssertionError(f"{address} cannot change {message_id} into {reply}")


class WatchedNotifier:
    """The real notifier on a phone: notes what arrives, and has a photograph taken before and after."""

    def __init__(
        self, notifier: ChatNotifier, gateway: ReceiptGateway, outside: ReceivedMessages, camera: CrashPointRecorder
    ) -> None:
        self._notifier = notifier
        self._gateway = gateway
        self._outside = outside
        self._camera = camera

    @property
    def open_platforms(self) -> frozenset[str]:
        return self._notifier.open_platforms

    async def deliver_events(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, level: NotificationLevel, is_repeat: bool
    ) -> str:
        self._camera.record_point("before a delivery")
        message_id = await self._notifier.deliver_events(chat, events, level=level, is_repeat=is_repeat)
        self._outside.receive(
            Receipt(
                chat.key,
                tuple(item.number for item in events),
                self._says_again(),
            )
        )
        self._camera.record_point("after a delivery")
        return message_id

    async def send_announcement(self, chat: Destination, text: str) -> None:
        await self._notifier.send_announcement(chat, text)

    def _says_again(self) -> bool:
        reply = self._gateway.newest
        assert reply is not None
        return any(SENT_AGAIN_MARK in text for text in _texts(reply))


def _texts(message: Reply) -> list[str]:
    blocks = (message.blocks[0], message.blocks[-1])
    return [block.plain_text if isinstance(block, Headline) else getattr(block, "text", "") for block in blocks]
