"""Sharing: who may look at a bot or command it beside its owner, never more than their own role."""

import pytest

from bot.domain.errors import Refused
from bot.domain.people import Role
from tests.builders.facts import a_bot, a_share
from tests.builders.people_harness import MIA, a_people_harness
from tests.builders.refusals import raises_refusal

ALPHA = a_bot("alpha", name="alpha")


@pytest.mark.parametrize(
    ("own", "given"), [(Role.VIEWER, Role.VIEWER), (Role.TRADER, Role.VIEWER), (Role.TRADER, Role.TRADER)]
)
async def test_a_share_is_kept_with_who_gave_it(own: Role, given: Role) -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas", own)
    share = await aboard.sharing.share_bot(ALPHA, jonas, given, MIA)
    assert share == a_share("alpha", "jonas", given)
    assert await aboard.sharing.bot_shares(ALPHA) == (share,)


async def test_sharing_again_replaces_the_share() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.sharing.share_bot(ALPHA, jonas, Role.TRADER, MIA)
    await aboard.sharing.share_bot(ALPHA, jonas, Role.VIEWER, MIA)
    assert [share.role for share in await aboard.sharing.bot_shares(ALPHA)] == [Role.VIEWER]


async def test_a_viewer_cannot_be_given_command() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas", Role.VIEWER)
    with raises_refusal(Refused, match="jonas is viewer and cannot command"):
        await aboard.sharing.share_bot(ALPHA, jonas, Role.TRADER, MIA)


async def test_a_bot_has_one_owner() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.OWNER)
    with raises_refusal(Refused, match="one owner"):
        await aboard.sharing.share_bot(ALPHA, anna, Role.OWNER, MIA)
    with raises_refusal(Refused, match="mia's own"):
        await aboard.sharing.share_bot(ALPHA, MIA, Role.VIEWER, anna)
    assert await aboard.sharing.bot_shares(ALPHA) == ()


async def test_a_share_is_taken_back_once() -> None:
    aboard = await a_people_harness()
    jonas, ben = await aboard.welcome("jonas"), await aboard.welcome("ben")
    for person in (jonas, ben):
        await aboard.sharing.share_bot(ALPHA, person, Role.VIEWER, MIA)
    await aboard.sharing.share_bot(a_bot("beta"), jonas, Role.VIEWER, MIA)
    await aboard.sharing.withdraw_share(ALPHA, jonas)
    with raises_refusal(Refused, match="not shared with jonas"):
        await aboard.sharing.withdraw_share(ALPHA, jonas)
    assert await aboard.storage.shares() == (a_share("alpha", "ben"), a_share("beta", "jonas"))
