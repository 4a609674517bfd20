"""Names of bots: what is one, and one made up that is always free and always usable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.engine.bots.naming import MAX_NAME_LENGTH, RESERVED_NAMES, check_name, suggest_name
from tests.builders.refusals import raises_refusal, refusal_text

STRATEGIES = st.sampled_from(["ema-cross", "grid", "rsi-reversion", "my-own-very-long-strategy-name", "7up", "Ünïcode"])


@pytest.mark.parametrize("name", ["a", "alpha", "a-1", "x" * MAX_NAME_LENGTH, "btc-1h-trend"])
def test_small_letters_digits_and_hyphens_make_a_name(name: str) -> None:
    assert check_name(f" {name} ") == name


@pytest.mark.parametrize(
    "text",
    ["", "Alpha", "1alpha", "-a", "a_b", "a b", "a/b", "ä", "x" * (MAX_NAME_LENGTH + 1), "a\n", "<b>", "a" * 5000],
)
def test_anything_else_is_refused_with_an_example_that_works(text: str) -> None:
    if text == "a\n":
        assert check_name(text) == "a"
        return
    with pytest.raises(InvalidInput) as found:
        check_name(text)
    example = refusal_text(found.value).rpartition("for example ")[2]
    assert check_name(example) == example
    assert len(refusal_text(found.value)) < 300


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_words_that_commands_take_instead_of_a_name_are_reserved(name: str) -> None:
    with raises_refusal(InvalidInput, match=f"for example {name}-1$"):
        check_name(name)
    assert check_name(f"{name}-1") == f"{name}-1"


@given(strategy=STRATEGIES, base=st.text(max_size=30), taken=st.integers(0, 130))
def test_a_suggested_name_is_free_and_usable_however_many_there_are(strategy: str, base: str, taken: int) -> None:
    names: list[str] = []
    for _ in range(taken):
        names.append(suggest_name(strategy, base, names))
    name = suggest_name(strategy, base, names)
    assert name not in names
    assert check_name(name) == name


def test_a_suggested_name_says_strategy_and_coin() -> None:
    assert suggest_name("ema-cross", "BTC", ()) == "ema-cross-btc"
    assert suggest_name("ema-cross", "BTC", ("ema-cross-btc",)) == "ema-cross-btc-2"
    assert suggest_name("ema-cross", "BTC", ("ema-cross-btc", "ema-cross-btc-2")) == "ema-cross-btc-3"
