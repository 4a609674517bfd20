"""Context of a chat platform's gateway: pipeline, buttons and health."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayContext:
    """What a gateway works with; `key_value_store` is the platform's own."""

    pipeline: Pipeline
    registry: CommandRegistry
    ownership: Ownership
    chats: Chats
    button_codec: ButtonCodec
    live_messages: LiveMessages
    deep_links: DeepLinks
    platform_health: PlatformHealth
    line_completer: LineCompleter
    key_value_store: KeyValueStore
    clock: Clock
