"""Use cases about people: the setup code, the first claim, and who is behind a platform's id."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.destination import Destination, destination_key
from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import (
    AccountSaved,
    DestinationSaved,
    IdentitySaved,
    NoteSaved,
    OperatorSaved,
)
from bot.domain.ids import AccountId, Entropy, OperatorId, new_id
from bot.domain.people import Account, Identity, Operator, Role
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer
from bot.ports.venue import Venue

SETUP_NOTE = "setup-code"
SETUP_LENGTH = 8
PRACTICE_LABEL = "practice"
PRACTICE_CURRENCY = "USDT"
PRACTICE_DEPOSIT = Decimal(10_000)
MAX_NAME = 24
_SCRYPT_COST = 2**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A person as a platform knows them: its permanent id, where to write to, and a name to show."""

    platform: str
    platform_id: str
    address: str
    display_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What the first claim made."""

    operator: Operator
    account: Account


class People:
    """Knows who is who and makes the first owner."""

    def __init__(self, reader: PeopleReader, writer: Writer, clock: Clock, practice: Venue, timezone: str) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._practice = practice
        self._timezone = timezone

    async def has_owner(self) -> bool:
        """Tell whether somebody claimed this desk."""
        return any(operator.role is Role.OWNER for operator in await self._reader.operators())

    async def known(self, platform: str, platform_id: str) -> Operator | None:
        """Return the operator behind a platform's id; None for strangers and for an empty id."""
        if not platform_id:
            return None
        identity = await self._reader.identity(platform, platform_id)
        return await self._reader.operator(identity.operator_id) if identity else None

    async def prepare_setup_code(self, given: str | None, entropy: Entropy = secrets.token_bytes) -> str | None:
        """Return the one-time setup code to show, None when there is an owner; only its salted hash is kept."""
        if await self.has_owner():
            return None
        code = given or _new_code(entropy)
        salt = entropy(16)
        await self._writer.commit((NoteSaved(SETUP_NOTE, f"{salt.hex()}${_hashed(code, salt)}"),))
        return code

    async def claim(self, code: str, sender: Sender) -> Claimed:
        """Make the sender the owner, with a practice account; raise Refused when owned, InvalidInput when wrong."""
        if await self.has_owner():
            raise Refused("this desk has an owner already.")
        if not _matches(code, await self._reader.note(SETUP_NOTE)):
            raise InvalidInput("that code is wrong")
        now = self._clock.now()
        operator = Operator(
            operator_id=OperatorId(new_id()),
            name=shown_name(sender.display_name),
            role=Role.OWNER,
            timezone=self._timezone,
            created_at=now,
        )
        account = self._practice_account(operator)
        # First the simulated venue, whose credit repeats harmlessly: a crash in between leaves the desk unclaimed.
        await self._practice.open_account(account.account_id, account.currency, account.deposit)
        await self._writer.commit(
            (
                OperatorSaved(operator),
                IdentitySaved(_identity(operator, sender)),
                DestinationSaved(_destination(operator, sender)),
                AccountSaved(account),
                NoteSaved(SETUP_NOTE, ""),
            )
        )
        return Claimed(operator=operator, account=account)

    def _practice_account(self, operator: Operator) -> Account:
        return Account(
            account_id=AccountId(new_id()),
            owner=operator.operator_id,
            label=PRACTICE_LABEL,
            venue=self._practice.venue_id,
            mode=self._practice.mode,
            currency=PRACTICE_CURRENCY,
            deposit=PRACTICE_DEPOSIT,
            created_at=operator.created_at,
        )


def shown_name(display_name: str) -> str:
    """Make a short plain name of what a platform or the system calls a person."""
    kept = re.sub(r"[^\w .-]", "", display_name).strip()[:MAX_NAME]
    return kept or "owner"


def _identity(operator: Operator, sender: Sender) -> Identity:
    return Identity(
        platform=sender.platform,
        platform_id=sender.platform_id,
        operator_id=operator.operator_id,
        linked_at=operator.created_at,
    )


def _destination(operator: Operator, sender: Sender) -> Destination:
    return Destination(
        key=destination_key(sender.platform, sender.address),
        operator_id=operator.operator_id,
        platform=sender.platform,
        address=sender.address,
        created_at=operator.created_at,
    )


def _new_code(entropy: Entropy) -> str:
    letters = new_id(entropy, SETUP_LENGTH).upper()
    return f"{letters[:4]}-{letters[4:]}"


def _plain(code: str) -> bytes:
    return re.sub(r"[\s-]", "", code).casefold().encode()


def _hashed(code: str, salt: bytes) -> str:
    return hashlib.scrypt(_plain(code), salt=salt, n=_SCRYPT_COST, r=8, p=1).hex()


def _matches(code: str, note: str | None) -> bool:
    salt, _, expected = (note or "").partition("$")
    return bool(expected) and hmac.compare_digest(_hashed(code, bytes.fromhex(salt)), expected)
