"""Interactions over real sockets: redelivered, forged, late, answered while Discord fails, and many at once."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.facts import Saved
from bot.domain.people import Identity
from bot.ports.storage import Page
from tests.builders.discord_connection import DiscordConnectionHarness, a_discord_connection
from tests.builders.engine import MIA
from tests.fakes.discord_events import CHANNEL, EVENT, InteractionSender
from tests.fakes.discord_server import FakeDiscord, Fault

ME = InteractionSender()
CALLBACK = "POST /interactions"


@pytest.fixture
async def line(tmp_path: Path, discord_server: FakeDiscord) -> AsyncIterator[DiscordConnectionHarness]:
    """Give a connected gateway of a desk that mia owns."""
    async with a_discord_connection(tmp_path, discord_server) as opened:
        identity = Identity(
            platform="discord",
            platform_id=ME.user_id,
            operator_id=MIA.operator_id,
            linked_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        await opened.chat.engine.database.writer.commit((Saved(identity),))
        await opened.until_up()
        yield opened


async def audited(line: DiscordConnectionHarness) -> int:
    return len(await line.chat.engine.database.reader.audit_entries(Page(limit=100, offset=0)))


async def test_an_answer_follows_its_acknowledgement(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    await discord_server.connection.emit(EVENT, ME.slash("version"))
    await line.until(lambda: len(discord_server.answers) == 1)
    assert discord_server.callbacks == [{"type": 5}]
    assert "Quarterdeck" in str(discord_server.answers[0]["content"])
    assert discord_server.answers[0]["allowed_mentions"] == {"parse": []}


async def test_a_delivery_that_is_repeated_is_done_once(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    event = ME.slash("new", {"name": "alpha", "strategy": "ema-cross"})
    await discord_server.connection.emit(EVENT, event)
    await discord_server.connection.emit(EVENT, event)
    await discord_server.connection.emit(EVENT, ME.slash("version"))
    await line.until(lambda: len(discord_server.answers) == 2)
    assert [str(one["content"])[:7] for one in discord_server.answers] == ["**New b", "Quarter"]
    assert await audited(line) == 2
    assert not discord_server.deleted, "the answer that was given stays"


@pytest.mark.parametrize(
    "custom_id",
    [
        *("b0", "b0x", "b0fnu", "b0fnu/", "b0fnu~", "b0fnu~nothing", "b0\u202e/run all", "b0fnu/run #zzzzzzzz"),
        *("b0fnu/form zzzzz create", "b0fnu/yes ZZZZ", "b0qqq/claim ABCD-EFGH-1", "b0\x00\n", "zzz", "s", "a", "p0"),
        *("cfnuzzzzz:symbol", "cfnuzzzzz:", "cfnuzzzzz", "c"),
        *("sfnuzzzzz:0", "sfnuzzzzz:99", "sfnuzzzzz:-1", "sfnuzzzzz", "b0fnu/" + "x" * 90),
    ],
)
async def test_forged_ids_are_answered_and_break_nothing(
    line: DiscordConnectionHarness, discord_server: FakeDiscord, custom_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    await discord_server.connection.emit(EVENT, ME.press(custom_id))
    await line.until(lambda: bool(discord_server.answers or discord_server.modals or discord_server.said))
    answer = str([*discord_server.answers, *discord_server.said][0].get("content"))
    assert answer.startswith(("Refused:", "Invalid:"))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        ":",
        "answer",
        "answer:fnu",
        "answer:fnu:zzzzz",
        "sheet:fnu:zzzzz:0",
        "sheet:fnu:zzzzz:x",
        "sheet:::",
        "other:x",
    ],
)
async def test_forged_modals_are_answered_and_break_nothing(
    line: DiscordConnectionHarness, discord_server: FakeDiscord, custom_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    await discord_server.connection.emit(EVENT, ME.modal(custom_id, {"answer": "x", "fast": "12"}))
    await line.until(lambda: bool(discord_server.answers))
    assert str(discord_server.answers[0]["content"]).startswith("Refused:")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_forged_modal_of_a_command_gives_no_rights(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    stranger = replace(ME, user_id="666")
    await discord_server.connection.emit(EVENT, stranger.modal("command:panic", {"scope": "all", "policy": "flatten"}))
    await line.until(lambda: len(discord_server.answers) == 1)
    assert str(discord_server.answers[0]["content"]).startswith("This desk is private")


async def test_an_old_list_answers(line: DiscordConnectionHarness, discord_server: FakeDiscord) -> None:
    await discord_server.connection.emit(EVENT, ME.pick("p0", "lxx~gone"))
    await line.until(lambda: len(discord_server.answers) == 1)
    assert "expired" in str(discord_server.answers[0]["content"])


@pytest.mark.parametrize("value", ["nothing", "…", "", "x" * 200, '" strategy="dca', "\u202e", "/run all"])
@pytest.mark.parametrize("name", ["symbol", "name", "form_id", "capital"])
async def test_a_forged_choice_is_answered_and_chooses_nothing_strange(
    line: DiscordConnectionHarness, discord_server: FakeDiscord, name: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    await discord_server.connection.emit(EVENT, ME.slash("new", {"strategy": "ema-cross"}))
    await line.until(lambda: len(discord_server.answers) == 1)
    mine = discord_server.list_ids()[1]
    forged = mine.partition(":")[0] + f":{name}"
    await discord_server.connection.emit(EVENT, ME.pick(forged, value))
    await line.until(lambda: bool(len(discord_server.answers) == 2 or discord_server.modals or discord_server.said))
    state = await line.chat.engine.database.reader.key_value(f"form:discord:{ME.user_id}:7")
    assert state is not None
    assert '["strategy","ema-cross"]' in state
    assert '"symbol"' not in state
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_the_list_of_another_person_is_not_chosen_of(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    await discord_server.connection.emit(EVENT, ME.slash("new"))
    await line.until(lambda: len(discord_server.answers) == 1)
    stranger = replace(ME, user_id="666")
    await discord_server.connection.emit(EVENT, stranger.pick(discord_server.list_ids()[0], "ema-cross"))
    await line.until(lambda: len(discord_server.answers) == 2)
    assert str(discord_server.answers[1]["content"]).startswith("This desk is private")


async def test_who_is_acknowledged_too_late_is_answered_in_the_chat(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    discord_server.fail(CALLBACK, Fault(404, 10062))
    await discord_server.connection.emit(EVENT, ME.slash("version"))
    await line.until(lambda: bool(discord_server.messages("7")))
    assert "Quarterdeck" in discord_server.contents("7")[0]


async def test_a_private_answer_that_is_too_late_is_given_in_private(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    discord_server.fail(CALLBACK, Fault(404, 10062))
    await discord_server.connection.emit(EVENT, replace(ME, context=CHANNEL).slash("balance"))
    await line.until(lambda: bool(discord_server.messages("742")))
    assert not discord_server.messages("5")


async def test_a_message_that_is_gone_is_shown_anew(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    await line.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    await discord_server.connection.emit(EVENT, ME.slash("bot", {"name": "alpha"}))
    await line.until(lambda: len(discord_server.answers) == 1)
    run = discord_server.button("Run")
    discord_server.fail("PATCH /webhooks", Fault(404, 10008))
    await discord_server.connection.emit(EVENT, ME.press(run))
    await line.until(lambda: len(discord_server.answers) == 2)
    assert "running" in str(discord_server.answers[1]["content"])


async def test_a_flood_is_refused_without_losing_what_came_before(
    line: DiscordConnectionHarness, discord_server: FakeDiscord
) -> None:
    for _ in range(70):
        await discord_server.connection.emit(EVENT, ME.slash("version"))
    await line.until(lambda: len(discord_server.answers) == 70)
    texts = [str(one["content"]) for one in discord_server.answers]
    assert any("too much at once" in text for text in texts)
    assert sum("Quarterdeck" in text for text in texts) >= 40


async def test_no_token_of_an_interaction_is_logged(
    line: DiscordConnectionHarness, discord_server: FakeDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    discord_server.fail(CALLBACK, Fault(403, 50001))
    discord_server.fail("PATCH /webhooks", Fault(400, 50035), Fault(400, 50035))
    await discord_server.connection.emit(EVENT, ME.slash("version"))
    await discord_server.connection.emit(EVENT, ME.slash("version"))
    await line.until(lambda: len(discord_server.messages("7")) + len(discord_server.answers) >= 1)
    assert "interaction-token" not in caplog.text
