"""The first claim, on a desk that nobody owns."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.commands.catalog.onboarding import ClaimArguments, claim
from bot.commands.guards.code_checker import CodeChecker
from bot.commands.spec.request import CommandContext, Request
from bot.domain.errors import InvalidInput, Refused
from bot.domain.ids import Symbol
from bot.domain.market import Market
from bot.domain.people import Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.claim import SETUP_CODE_KEY, Ownership
from bot.engine.people.invitations import Invitations
from bot.engine.people.onboarding import PeopleDependencies
from tests.builders.refusals import raises_refusal, refusal_text
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.fakes.venue import FakeVenue

BTC = Market(
    symbol=Symbol("BTC/USDT"),
    base="BTC",
    quote="USDT",
    tick=Decimal("0.01"),
    step=Decimal("0.00001"),
    min_quantity=Decimal("0.00001"),
    min_notional=Decimal(5),
    fee_rate=Decimal("0.001"),
)
MIA = ChatUser(platform="console", platform_id="1000", address="1000", display_name="mia <b>")


class Aboard:
    """A desk without an owner."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.storage = MemoryStorage(self.clock)
        self.venue = FakeVenue((BTC,))
        dependencies = PeopleDependencies(
            reader=self.storage,
            writer=self.storage,
            clock=self.clock,
            practice_venue=self.venue,
            timezone="Europe/Berlin",
        )
        self.people = Ownership(dependencies)
        self.codes = CodeChecker(self.clock, self.people, Invitations(dependencies))

    async def claim(self, code: str, *, is_terminal: bool = False) -> str:
        request = Request(
            platform="console",
            platform_id="1000",
            chat="1000",
            text="/claim",
            display_name="mia",
            is_terminal=is_terminal,
        )
        ctx = CommandContext(known_operator=None, request=request, trace_id="t", now=self.clock.now())
        answer = await claim.handler(ClaimArguments(code=code), ctx, self.people, self.codes)
        return answer.headline


@pytest.fixture
def aboard() -> Aboard:
    return Aboard()


async def test_the_first_claim_makes_an_owner_with_a_practice_account(aboard: Aboard) -> None:
    code = await aboard.people.prepare_setup_code(None)
    assert code is not None
    assert await aboard.claim(code.lower().replace("-", " ")) == (
        "✅ You are the owner, linked to this account. Times are Europe/Berlin; /settings changes that."
    )
    owner = await aboard.people.operator_by_identity("console", "1000")
    assert owner is not None
    assert owner.role is Role.OWNER
    (account,) = await aboard.storage.accounts()
    assert (account.label, account.deposit, account.owner) == ("practice", Decimal(10_000), owner.operator_id)
    assert [item.key for item in await aboard.storage.destinations()] == ["console:1000"]
    assert (await aboard.venue.balances(account.account_id))[0].total == Decimal(10_000)


async def test_the_code_is_kept_as_a_salted_hash_and_works_once(aboard: Aboard) -> None:
    await aboard.people.prepare_setup_code("K7QM-2XVP")
    note = await aboard.storage.key_value(SETUP_CODE_KEY)
    assert note is not None
    assert "K7QM" not in note.upper()
    await aboard.people.claim_ownership("K7QM-2XVP", MIA)
    assert await aboard.storage.key_value(SETUP_CODE_KEY) == ""
    with pytest.raises(Refused):
        await aboard.people.claim_ownership("K7QM-2XVP", MIA)
    assert await aboard.people.prepare_setup_code("K7QM-2XVP") is None


async def test_names_of_people_are_made_plain(aboard: Aboard) -> None:
    await aboard.people.prepare_setup_code("code")
    assert (await aboard.people.claim_ownership("code", MIA)).operator.name == "mia"


async def test_wrong_codes_are_counted_down_and_then_refused_for_a_while(aboard: Aboard) -> None:
    await aboard.people.prepare_setup_code("K7QM-2XVP")
    texts: list[str] = []
    for _ in range(5):
        with pytest.raises(InvalidInput) as caught:
            await aboard.claim("WRONG")
        texts.append(refusal_text(caught.value))
    assert texts[0] == (
        "Invalid: that code is wrong, 4 tries left. Expected the setup code from the server's start, "
        "for example /claim K7QM-2XVP"
    )
    assert "1 try left" in texts[3]
    with raises_refusal(Refused, match=r"too many wrong codes\. Wait 15 min"):
        await aboard.claim("K7QM-2XVP")
    aboard.clock.advance(timedelta(minutes=15))
    assert (await aboard.claim("K7QM-2XVP")).startswith("✅ You are the owner")


async def test_without_a_prepared_code_nothing_can_be_claimed(aboard: Aboard) -> None:
    with pytest.raises(InvalidInput):
        await aboard.people.claim_ownership("", MIA)


async def test_wrong_codes_never_lock_out_who_sits_at_the_terminal(aboard: Aboard) -> None:
    await aboard.people.prepare_setup_code("K7QM-2XVP")
    for _ in range(6):
        with raises_refusal(InvalidInput, match=r"that code is wrong\. Expected the setup code"):
            await aboard.claim("WRONG", is_terminal=True)
    assert (await aboard.claim("K7QM-2XVP", is_terminal=True)).startswith("✅ You are the owner")
