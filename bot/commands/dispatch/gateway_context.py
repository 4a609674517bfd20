"""What a chat platform's gateway may use of the command bus."""

from typing import Protocol

from bot.commands.dispatch.pipeline import Pipeline
from bot.commands.notify.live_messages import LiveMessages
from bot.commands.reply.buttons import ButtonCodec
from bot.commands.reply.deep_links import DeepLinks
from bot.commands.spec.completion import LineCompleter
from bot.commands.spec.registry import CommandRegistry
from bot.engine.health.platforms import PlatformHealth
from bot.engine.people.chats import Chats
from bot.engine.people.claim import Ownership
from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock


class GatewayContext(Protocol):
    """The side of the command bus that gateways see: what acts for people stands behind the pipeline's checks."""

    clock: Clock
    pipeline: Pipeline
    registry: CommandRegistry
    ownership: Ownership
    chats: Chats
    button_codec: ButtonCodec
    live_messages: LiveMessages
    deep_links: DeepLinks
    platform_health: PlatformHealth
    line_completer: LineCompleter

    def key_value_store(self, prefix: str) -> KeyValueStore:
        """Return the stored values of a platform, or of another part."""
