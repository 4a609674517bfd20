"""Cards and the answers of the life-cycle: UX.md, section 3.3."""

from dataclasses import replace

import pytest

from bot.commands.catalog.lifecycle import PAUSE_TEXTS
from bot.commands.reply.blocks import Reply, Tone
from bot.commands.text.stop_text import stop_text
from bot.commands.views.bot_changes import BulkResult, RefusedBot, bulk_reply, stopped_reply
from bot.commands.views.card import bot_card
from bot.domain.errors import Refused
from bot.domain.events import BotFailed
from bot.domain.instance import BotStatus, StopPolicy
from bot.engine.reports.queries import BotFigures
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.golden.page import Page

PAGE = Page("3.3-cards")
STRATEGIES = builtin_strategies()


def card(row: BotFigures) -> Reply:
    return bot_card(story.card_data(row), STRATEGIES)


CARDS = {
    "/bot alpha": story.alpha(),
    "running, flat": story.flat_alpha(),
    "paused": story.changed_at(story.alpha(BotStatus.PAUSED), 14, 12),
    "stopped": story.flat_alpha(BotStatus.STOPPED),
    "stopped with a position": story.alpha(BotStatus.STOPPED),
    "created": story.figures(story.a_bot("alpha", status=BotStatus.CREATED), story.BTC),
    "a plan": story.eth_grid(),
}


@pytest.mark.parametrize("title", CARDS)
async def test_the_card(title: str) -> None:
    await PAGE.holds(title, card(CARDS[title]))


async def test_a_failed_card_says_why_what_is_guarded_and_its_reference() -> None:
    row = story.changed_at(story.alpha(BotStatus.FAILED), 14, 0, 3)
    failure = BotFailed(error="Strategy error in line 41: division by zero", reference="E-5K2P", tries=5)
    await PAGE.holds("failed", bot_card(replace(story.card_data(row), failure=failure), STRATEGIES))


async def test_a_stop_says_what_it_kept_and_what_guards_it() -> None:
    row = story.alpha(BotStatus.STOPPED)
    text = stop_text(row.view, row, StopPolicy.ENTRIES)
    await PAGE.holds("/stop alpha", stopped_reply(row, text=text, state="stopped by mia"))


async def test_pausing_all_names_modes_and_what_did_not_change() -> None:
    changed = tuple(
        replace(row.view, bot=replace(row.bot, status=BotStatus.PAUSED)) for row in (story.alpha(), story.eth_grid())
    )
    refusal = Refused("already-stopped", bot="sol-rsi", mode="PAPER", status="paused")
    refused = (RefusedBot(story.sol_rsi().bot, refusal),)
    await PAGE.holds("/pause all", bulk_reply(BulkResult(changed, refused), PAUSE_TEXTS))


def test_the_colour_of_a_card_is_that_of_its_state() -> None:
    tones = {title: card(row).tone for title, row in CARDS.items()}
    assert tones["/bot alpha"] is Tone.SUCCESS
    assert tones["paused"] is Tone.WARNING
    assert tones["stopped"] is Tone.NEUTRAL
