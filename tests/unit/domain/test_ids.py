"""Ids and the references people see: made by the caller, the same from the same source, without look-alikes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import (
    ALPHABET,
    BotId,
    ClientOrderId,
    client_order_id,
    encode_bytes,
    failure_reference,
    new_id,
    order_reference,
    short_reference,
)

BOTS = st.text(ALPHABET, min_size=1, max_size=12).map(BotId)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert not set("01oil") & set(ALPHABET)


@given(bot=BOTS, counter=st.integers(1, 10**9))
def test_a_client_order_id_is_32_hex_digits_of_bot_and_counter(bot: BotId, counter: int) -> None:
    made = client_order_id(bot, counter)
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert made == client_order_id(bot, counter)
    assert made != client_order_id(bot, counter + 1)
    assert made != client_order_id(BotId(f"{bot}x"), counter)


def test_bot_and_counter_cannot_be_confused() -> None:
    assert client_order_id(BotId("a1"), 1) != client_order_id(BotId("a"), 11)


@given(st.text("0123456789abcdef", min_size=32, max_size=32).map(ClientOrderId))
def test_the_short_reference_is_a_beginning_of_the_long_one(order_id: ClientOrderId) -> None:
    reference = order_reference(order_id)
    assert re.fullmatch(r"o-[2-9A-Z]{16}", reference)
    assert re.fullmatch(r"o-[2-9A-Z]{4}", short_reference(reference))
    assert reference.startswith(short_reference(reference))
    assert reference == order_reference(order_id)


def test_references_of_neighbouring_orders_differ_in_what_people_see() -> None:
    shown = {short_reference(order_reference(client_order_id(BotId("bot"), number))) for number in range(200)}
    assert len(shown) == 200


@pytest.mark.parametrize("source", ["", "bot:no price", "bot:no price:2"])
def test_a_failure_has_one_reference(source: str) -> None:
    assert re.fullmatch(r"E-[2-9A-Z]{4}", failure_reference(source))
    assert failure_reference(source) == failure_reference(source)
    assert failure_reference(source) != failure_reference(f"{source}!")


def test_a_new_id_takes_its_bytes_from_the_given_source() -> None:
    assert new_id(bytes) == "2" * 8
    assert new_id(lambda length: b"\xff" * length, 4) == encode_bytes(b"\xff" * 4, 4)
    assert len({new_id() for _ in range(100)}) == 100
