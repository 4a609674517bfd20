"""Everything a chat platform's gateway works with: what answers, what buttons mean, what is told of the platform."""

from dataclasses import dataclass

from bot.commands.dispatch.pipeline import Pipeline
from bot.commands.notify.live_messages import LiveCards
from bot.commands.reply.buttons import Buttons
from bot.commands.reply.deep_links import DeepLinks
from bot.commands.spec.completion import Completions
from bot.commands.spec.registry import Registry
from bot.engine.health.platforms import PlatformBoard
from bot.engine.people.chats import Chats
from bot.engine.people.claim import People
from bot.engine.people.key_values import Notes
from bot.ports.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDesk:
    """The desk as gateways see it; `notes` are the platform's own."""

    pipeline: Pipeline
    registry: Registry
    people: People
    chats: Chats
    buttons: Buttons
    live: LiveCards
    links: DeepLinks
    board: PlatformBoard
    completions: Completions
    notes: Notes
    clock: Clock
