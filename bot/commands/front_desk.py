"""Everything a chat platform's gateway works with: what answers, what buttons mean, what is told of the platform."""

from dataclasses import dataclass

from bot.commands.buttons import Buttons
from bot.commands.completion import Completions
from bot.commands.deep_links import DeepLinks
from bot.commands.live import LiveCards
from bot.commands.pipeline import Pipeline
from bot.commands.registry import Registry
from bot.engine.chats import Chats
from bot.engine.notes import Notes
from bot.engine.people import People
from bot.engine.platform_board import PlatformBoard
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
