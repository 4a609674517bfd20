"""Whatever is typed, there is an answer, and it is never an exception."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from tests.builders.chat_harness import ChatHarness

NAMES = [spec.name for specs in COMMANDS_BY_SECTION.values() for spec in specs] + ["daily", "status", "y"]
SCRIPTS = "ابجد עברית ไทย 比特币 👩‍👩‍👧 e\u0301 \u202e\u2066\u200b\x00\x1b[31m"
WORDS = st.one_of(
    st.sampled_from(
        ["alpha", "all", "#x", "o-", "E-AAAA", "policy=flatten", "limit=1e9", "page=99999", "a=b", "{}", "%s"]
    ),
    st.text(max_size=10),
    st.text(alphabet=SCRIPTS, max_size=10),
)


@pytest.mark.parametrize(
    "line",
    [
        "x" * 10_000,
        "/bot " + "y" * 10_000,
        SCRIPTS,
        f"/bot {SCRIPTS}",
        f"/new {SCRIPTS} ema-cross BTC/USDT 1h capital=1",
        "/new alpha ema-cross BTC/USDT 1h capital=1e400",
        "/new alpha ema-cross BTC/USDT 1h capital=-5",
        "/new alpha ema-cross BTC/USDT 1h capital=NaN",
        "/new alpha ema-cross BTC/USDT 1h capital=\u0665\u0660\u0660",
        "/market speed=1e99999",
        "/market speed=NaN",
        "/market speed=",
        "/trades limit=99999999999999999999",
        "\x1b[2J/bots now",
    ],
)
async def test_garbage_is_invalid_and_changes_nothing(bench: ChatHarness, line: str) -> None:
    answer = await bench.mia.say(line)
    assert answer.startswith("Invalid: "), answer
    assert "Expected " in answer
    assert "for example " in answer
    assert all(char.isprintable() or char in "\n\u2068\u2069" for char in answer)
    assert not await bench.engine.database.reader.bots()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), words=st.lists(WORDS, max_size=4))
async def test_any_words_after_any_command_are_answered(bench: ChatHarness, name: str, words: list[str]) -> None:
    answer = await bench.mia.say(f"/{name} {' '.join(words)}")
    assert answer
    assert not answer.startswith("Failed:")
