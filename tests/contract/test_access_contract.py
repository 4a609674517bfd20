"""Every storage keeps the same promises about access, kept buttons and answered requests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.access import AccessCode, Share
from bot.domain.destination import Subscription
from bot.domain.facts import Deleted, KeptButton, Saved
from bot.domain.ids import BotId, OperatorId
from bot.domain.people import Identity, Role
from tests.builders import facts as a
from tests.builders.storages import Storage, open_storage

BOT = BotId("bot")


@pytest.fixture(params=["memory", "sqlite"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(request.param, tmp_path) as opened:
        yield opened


async def test_who_may_do_what_is_kept_and_taken_back(storage: Storage) -> None:
    reader = storage.reader
    await storage.store(
        Saved(a.an_identity("1")),
        Saved(a.an_identity("2")),
        Saved(a.a_share("bot", "ben")),
        Saved(a.a_share("bot", "jonas")),
        Saved(a.a_subscription("telegram:-1")),
        Saved(a.a_code("c1")),
        Saved(a.a_code("c2")),
    )
    assert await reader.identities() == (a.an_identity("1"), a.an_identity("2"))
    assert await reader.shares() == (a.a_share("bot", "ben"), a.a_share("bot", "jonas"))
    assert await reader.subscriptions() == (a.a_subscription("telegram:-1"),)
    assert await reader.access_codes() == (a.a_code("c1"), a.a_code("c2"))
    await storage.store(
        Deleted(Identity, ("console", "1")),
        Deleted(Share, (BOT, OperatorId("ben"))),
        Deleted(Subscription, ("telegram:-1", BOT)),
        Deleted(AccessCode, ("c1",)),
    )
    assert await reader.identities() == (a.an_identity("2"),)
    assert await reader.shares() == (a.a_share("bot", "jonas"),)
    assert await reader.subscriptions() == ()
    assert await reader.access_codes() == (a.a_code("c2"),)


async def test_facts_that_delete_keep_their_place_among_the_others(storage: Storage) -> None:
    await storage.store(
        Saved(a.a_share("bot", "ben")),
        Deleted(Share, (BOT, OperatorId("ben"))),
        Saved(a.a_share("bot", "ben", Role.TRADER)),
        Saved(a.a_code("c1")),
        Deleted(AccessCode, ("c1",)),
    )
    assert await storage.reader.shares() == (a.a_share("bot", "ben", Role.TRADER),)
    assert await storage.reader.access_codes() == ()


async def test_a_kept_button_stays_as_it_was(storage: Storage) -> None:
    await storage.store(Saved(KeptButton("k", "/bots", a.WALL)))
    await storage.store(Saved(KeptButton("k", "/help", a.WALL)))
    assert await storage.reader.button_command("k") == "/bots"
    assert await storage.reader.button_command("other") is None
    await storage.housekeeping.delete_expired_rows(a.at(1).wall)
    assert await storage.reader.button_command("k") is None


async def test_a_request_that_was_answered_is_known(storage: Storage) -> None:
    await storage.store(Saved(a.an_audit_entry("a1")))
    assert await storage.reader.has_audit_entry("t")
    assert not await storage.reader.has_audit_entry("u")
