"""Invitations and link codes: each works once, until it expires, for a stranger only."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.access import CodeKind
from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import Saved
from bot.domain.ids import OperatorId
from bot.domain.people import Role
from bot.engine.people.invitations import INVITE_LIFE, LINK_LIFE, MAX_OPEN_CODES
from tests.builders.people_harness import MIA, a_people_harness, a_sender
from tests.builders.refusals import raises_refusal

MOMENT = timedelta(microseconds=1)


async def test_an_invited_person_comes_aboard_with_role_chat_and_play_money() -> None:
    aboard = await a_people_harness()
    issued = await aboard.invitations.create_invitation(Role.TRADER, MIA)
    operator, inviter = await aboard.invitations.accept_invitation(issued.code, a_sender(name="Jonas Weber"))
    assert (operator.name, operator.role, operator.timezone) == ("Jonas", Role.TRADER, "Europe/Berlin")
    assert inviter == MIA
    assert await aboard.people.operator_by_identity("telegram", "7") == operator
    assert await aboard.chats_of(operator.operator_id) == {"telegram:7"}
    account = next(one for one in await aboard.storage.accounts() if one.owner == operator.operator_id)
    assert [str(one.total) for one in await aboard.venue.balances(account.account_id)] == ["10000"]
    assert await aboard.said() == ["Jonas came aboard as trader on Telegram, invited by mia."]


async def test_a_code_works_once() -> None:
    aboard = await a_people_harness()
    issued = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    await aboard.invitations.accept_invitation(issued.code, a_sender("7"))
    with raises_refusal(InvalidInput, match="wrong"):
        await aboard.invitations.accept_invitation(issued.code, a_sender("8"))
    assert await aboard.storage.access_codes() == ()


async def test_of_two_who_send_one_code_at_once_one_comes_aboard() -> None:
    aboard = await a_people_harness()
    issued = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    results = await asyncio.gather(
        *(aboard.invitations.accept_invitation(issued.code, a_sender(number)) for number in "789"),
        return_exceptions=True,
    )
    assert sum(isinstance(result, InvalidInput) for result in results) == 2
    assert len(await aboard.operators.members()) == 2


async def test_of_two_who_send_one_link_code_at_once_one_is_linked() -> None:
    aboard = await a_people_harness()
    code = (await aboard.invitations.create_link_code(MIA)).code
    senders = [a_sender(number, platform="discord") for number in "78"]
    results = await asyncio.gather(
        *(aboard.invitations.link_identity(code, sender) for sender in senders), return_exceptions=True
    )
    assert sum(isinstance(result, InvalidInput) for result in results) == 1
    assert len(await aboard.operators.identities(MIA.operator_id)) == 2


@pytest.mark.parametrize(("kind", "life"), [(CodeKind.INVITE, INVITE_LIFE), (CodeKind.LINK, LINK_LIFE)])
async def test_a_code_works_until_the_moment_it_expires(kind: CodeKind, life: timedelta) -> None:
    aboard = await a_people_harness()
    is_link = kind is CodeKind.LINK
    take = aboard.invitations.link_identity if is_link else aboard.invitations.accept_invitation
    issue = (
        aboard.invitations.create_link_code(MIA) if is_link else aboard.invitations.create_invitation(Role.VIEWER, MIA)
    )
    code = (await issue).code
    aboard.clock.advance(life - MOMENT)
    with raises_refusal(InvalidInput, match="wrong"):
        await take("AAAA-AAAA", a_sender())
    aboard.clock.advance(MOMENT)
    with raises_refusal(InvalidInput, match="wrong"):
        await take(code, a_sender())
    aboard.clock.advance(-MOMENT)
    await take(code, a_sender())


async def test_an_invitation_links_nobody_and_a_link_code_invites_nobody() -> None:
    aboard = await a_people_harness()
    invitation = await aboard.invitations.create_invitation(Role.OWNER, MIA)
    link = await aboard.invitations.create_link_code(MIA)
    with pytest.raises(InvalidInput):
        await aboard.invitations.link_identity(invitation.code, a_sender())
    with pytest.raises(InvalidInput):
        await aboard.invitations.accept_invitation(link.code, a_sender())


async def test_who_is_aboard_cannot_come_aboard_again() -> None:
    aboard = await a_people_harness()
    await aboard.welcome("jonas")
    issued = await aboard.invitations.create_invitation(Role.OWNER, MIA)
    with raises_refusal(Refused, match="as jonas"):
        await aboard.invitations.accept_invitation(issued.code, a_sender("jonas's"))
    with raises_refusal(Refused, match="as jonas"):
        await aboard.invitations.link_identity(issued.code, a_sender("jonas's"))
    assert await aboard.storage.access_codes() == (issued.access_code,)


async def test_a_linked_account_is_the_same_person() -> None:
    aboard = await a_people_harness()
    issued = await aboard.invitations.create_link_code(MIA)
    assert await aboard.invitations.link_identity(issued.code, a_sender("5", platform="discord")) == MIA
    assert await aboard.people.operator_by_identity("discord", "5") == MIA
    assert await aboard.chats_of(MIA.operator_id) == {"telegram:mia's", "discord:5"}
    assert await aboard.said() == ["mia linked another account, on Discord."]


async def test_a_link_code_of_somebody_who_was_removed_is_wrong() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    issued = await aboard.invitations.create_link_code(jonas)
    await aboard.operators.remove_operator(jonas.operator_id, MIA)
    await aboard.store(Saved(issued.access_code))
    with raises_refusal(InvalidInput, match="wrong"):
        await aboard.invitations.link_identity(issued.code, a_sender(platform="discord"))


async def test_an_invitation_can_be_withdrawn_by_its_maker_and_by_owners() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    anna = await aboard.welcome("anna", Role.OWNER)
    issued = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    with pytest.raises(Refused):
        await aboard.invitations.withdraw_invitation(issued.access_code.code_id, jonas)
    await aboard.invitations.withdraw_invitation(issued.access_code.code_id, anna)
    with pytest.raises(Refused):
        await aboard.invitations.withdraw_invitation(issued.access_code.code_id, anna)
    with pytest.raises(InvalidInput):
        await aboard.invitations.accept_invitation(issued.code, a_sender())
    own = await aboard.invitations.create_link_code(jonas)
    await aboard.invitations.withdraw_invitation(own.access_code.code_id, jonas)
    assert await aboard.storage.access_codes() == ()


async def test_an_expired_code_cannot_be_withdrawn_and_goes_with_the_next_one() -> None:
    aboard = await a_people_harness()
    old = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    aboard.clock.advance(INVITE_LIFE)
    with raises_refusal(Refused, match="expired"):
        await aboard.invitations.withdraw_invitation(old.access_code.code_id, MIA)
    new = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    assert await aboard.storage.access_codes() == (new.access_code,)


async def test_only_so_many_codes_are_open_at_once() -> None:
    aboard = await a_people_harness()
    for _ in range(MAX_OPEN_CODES):
        await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    with raises_refusal(Refused, match="20 codes"):
        await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    aboard.clock.advance(INVITE_LIFE)
    await aboard.invitations.create_invitation(Role.VIEWER, MIA)


async def test_codes_are_kept_over_a_restart() -> None:
    aboard = await a_people_harness()
    issued = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    aboard.restart()
    assert (await aboard.invitations.accept_invitation(issued.code, a_sender()))[0].role is Role.VIEWER


async def test_a_code_of_nobody_is_wrong() -> None:
    aboard = await a_people_harness()
    issued = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    await aboard.store(Saved(replace(issued.access_code, by=OperatorId("ghost"))))
    with raises_refusal(InvalidInput, match="wrong"):
        await aboard.invitations.accept_invitation(issued.code, a_sender())
