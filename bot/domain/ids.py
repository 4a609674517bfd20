"""Typed ids, made by the caller and safe to show, log and put into a button."""

import hashlib
import secrets
from collections.abc import Callable
from typing import NewType

BotId = NewType("BotId", str)
OperatorId = NewType("OperatorId", str)
AccountId = NewType("AccountId", str)
VenueId = NewType("VenueId", str)
Symbol = NewType("Symbol", str)
ClientOrderId = NewType("ClientOrderId", str)
VenueOrderId = NewType("VenueOrderId", str)
VenueTradeId = NewType("VenueTradeId", str)
DecisionKey = NewType("DecisionKey", str)
EventId = NewType("EventId", str)
TradeId = NewType("TradeId", str)
Reference = NewType("Reference", str)

Entropy = Callable[[int], bytes]
"""Returns n random bytes: `secrets.token_bytes` in production, a seeded source in tests."""

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Digits and letters without look-alikes (no 0/o, 1/i/l)."""
SHOWN_REFERENCE_LENGTH = 4


def encode_bytes(data: bytes, length: int) -> str:
    """Encode bytes as `length` characters of `ALPHABET`."""
    number = int.from_bytes(data, "big")
    letters: list[str] = []
    for _ in range(length):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def new_id(entropy: Entropy = secrets.token_bytes, length: int = 8) -> str:
    """Make a random id of `length` characters (five bits each)."""
    return encode_bytes(entropy(length), length)


def derive_id(source: str, length: int) -> str:
    """Derive an id of `length` characters from a text: same text, same id."""
    return encode_bytes(hashlib.blake2b(source.encode(), digest_size=16).digest(), length)


def derive_bot_id(command_id: str) -> BotId:
    """Derive the id of the bot that a command creates, so that the repeated command finds it."""
    return BotId(derive_id(f"bot:{command_id}", 8))


def client_order_id(bot_id: BotId, counter: int) -> ClientOrderId:
    """Derive the client order id (32 hex digits) of a bot's intent number `counter`; same input, same id."""
    return ClientOrderId(hashlib.blake2b(f"{bot_id}:{counter}".encode(), digest_size=16).hexdigest())


def order_reference(order_id: ClientOrderId) -> Reference:
    """Return an order's long human reference; any unambiguous beginning of it finds the order."""
    return Reference(f"o-{derive_id(order_id, 16).upper()}")


def failure_reference(source: str) -> Reference:
    """Return a reference such as `E-5K2P` for a failure; the same source gives the same reference."""
    return Reference(f"E-{derive_id(source, SHOWN_REFERENCE_LENGTH).upper()}")


def short_reference(reference: Reference) -> str:
    """Return the beginning of a long reference that people see, for example `o-8F2K`."""
    return reference[: 2 + SHOWN_REFERENCE_LENGTH]
