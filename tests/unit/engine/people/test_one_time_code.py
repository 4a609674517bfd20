"""One-time codes: read aloud, typed on a phone, and kept so that nobody can read them back."""

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.ids import ALPHABET
from bot.engine.people.one_time_code import hash_code, new_code, verify_code

CODE = "K7QM-2XVP"
DIGEST = hash_code(CODE, secrets.token_bytes)


def test_a_code_is_two_groups_of_four_without_look_alikes() -> None:
    left, dash, right = new_code(secrets.token_bytes).partition("-")
    assert (len(left), dash, len(right)) == (4, "-", 4)
    assert set(left + right) <= set(ALPHABET.upper())


@settings(max_examples=50)
@given(st.binary(min_size=8, max_size=8))
def test_every_source_of_chance_gives_a_whole_code(data: bytes) -> None:
    assert len(new_code(lambda length: data[:length])) == 9


@pytest.mark.parametrize("typed", ["K7QM-2XVP", "k7qm2xvp", " K7QM 2XVP ", "k7-qm-2x-vp"])
def test_case_blanks_and_dashes_do_not_matter(typed: str) -> None:
    assert verify_code(typed, DIGEST)


@pytest.mark.parametrize("typed", ["", "-", "K7QM-2XV", "K7QM-2XVPP", "K7QM-2XVQ", DIGEST])
def test_another_code_does_not_match(typed: str) -> None:
    assert not verify_code(typed, DIGEST)


def test_an_empty_digest_matches_nothing() -> None:
    assert not verify_code("", "")
    assert not verify_code(CODE, "")


def test_one_code_has_a_new_digest_each_time() -> None:
    again = hash_code(CODE, secrets.token_bytes)
    assert again != DIGEST
    assert verify_code(CODE, again)
    assert "K7QM" not in DIGEST.upper()
