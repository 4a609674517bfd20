import re
from decimal import Decimal

import pytest

from bot.commands.text.refusal import fix_words
from bot.domain.errors import InvalidInput, NameFix, Refused, UserError, WordFix
from bot.domain.instance import BotConfig
from bot.engine.bots.configuration import change_config
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market
from tests.builders.refusals import raises_refusal, refusal_text

GRID = {"lower": "50000", "upper": "70000"}


def refusal(strategy: str, words: dict[str, str]) -> InvalidInput:
    with pytest.raises(InvalidInput) as found:
        a_backtest_config(strategy, words)
    return found.value


def changed(config: BotConfig, changes: dict[str, str], *, has_run: bool = True) -> tuple[str, ...]:
    return tuple(change.text for change in change_config(STRATEGIES, config, changes, a_market(), has_run=has_run)[1])


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ("ema-cross", {"slow": "10"}),
        ("ema-cross", {"fast": "30"}),
        ("ema-cross", {"fast": "1"}),
        ("ema-cross", {"fast": "12.5"}),
        ("ema-cross", {"fast": "-3"}),
        ("ema-cross", {"fast": "١٢"}),
        ("ema-cross", {"fast": "5%"}),
        ("ema-cross", {"fats": "10"}),
        ("ema-cross", {"nonsense": "x"}),
        ("ema-cross", {"kind": "emma"}),
        ("ema-cross", {"capital": "1,500"}),
        ("ema-cross", {"capital": "1.500,5"}),
        ("ema-cross", {"capital": "nan"}),
        ("ema-cross", {"capital": "inf"}),
        ("ema-cross", {"capital": "1e5"}),
        ("ema-cross", {"capital": "1_000"}),
        ("ema-cross", {"capital": "9" * 500}),
        ("ema-cross", {"capital": "3"}),
        ("ema-cross", {"stake": "1"}),
        ("ema-cross", {"stake": "20000"}),
        ("ema-cross", {"stop_loss": "5"}),
        ("ema-cross", {"stop_loss": "100%"}),
        ("ema-cross", {"take_profit": "1001%"}),
        ("ema-cross", {"price_collar": "0"}),
        ("rsi-reversion", {"oversold": "80"}),
        ("grid", {}),
        ("grid", {"lower": "50000"}),
        ("grid", {"lower": "70000", "upper": "50000"}),
        ("grid", GRID | {"stake": "100"}),
        ("grid", GRID | {"stop_low": "60000"}),
        ("grid", GRID | {"quote_amount": "1"}),
        ("grid", GRID | {"quote_amount": "1", "capital": "20"}),
        ("grid", GRID | {"quote_amount": "2000"}),
        ("grid", GRID | {"capital": "20"}),
        ("grid", GRID | {"levels": "201"}),
        ("grid", {"lower": "60000", "upper": "63400", "levels": "60"}),
        ("grid", {"lower": "60000", "upper": "60010"}),
        ("grid", {"lower": "60000", "upper": "60010", "spacing": "geometric"}),
    ],
    ids=str,
)
def test_the_example_of_a_refusal_works_when_sent(strategy: str, words: dict[str, str]) -> None:
    error = refusal(strategy, words)
    text = refusal_text(error)
    assert re.fullmatch(r"Invalid: .+\. Expected .+, for example .+", text)
    assert len(text) < 400
    found = text.rpartition("for example ")[2]
    example = dict(word.split("=", 1) for word in found.split())
    unknown = set(words) & {"fats", "nonsense"}
    kept = {name: value for name, value in words.items() if name not in unknown}
    a_backtest_config(strategy, kept | example)
    if isinstance(error.fix, WordFix):
        a_backtest_config(strategy, kept | dict(fix_words(error.fix)))


def test_cross_field_rule_says_what_to_change() -> None:
    error = refusal("ema-cross", {"slow": "10"})
    assert refusal_text(error) == "Invalid: slow 10 must be above fast 12. Expected 13 to 500, for example slow=26"
    assert error.fix == WordFix((("slow", "26"),))
    assert refusal_text(refusal("ema-cross", {"fast": "30"})) == (
        "Invalid: fast 30 must be below slow 26. Expected 2 to 25, for example fast=12"
    )


def test_a_comma_is_refused_with_both_readings() -> None:
    assert refusal_text(refusal("ema-cross", {"capital": "1,500"})).startswith(
        "Invalid: capital 1,500 could mean two things, 1500 or 1.5. "
    )


def test_a_grid_step_that_does_not_pay_is_refused_with_the_figure() -> None:
    error = refusal("grid", {"lower": "60000", "upper": "63400", "levels": "40"})
    assert refusal_text(error) == (
        "Invalid: a step of 0.14% does not pay 2 x 0.1% fee. "
        "Expected at most 27 levels in this range, for example levels=27"
    )
    assert error.fix == WordFix((("levels", "27"),))


@pytest.mark.parametrize(("text", "value"), [("5%", "0.05"), ("0.05", "0.05"), ("2.5 %", "0.025"), (".1", "0.1")])
def test_shares_are_read_as_percent_too(text: str, value: str) -> None:
    assert a_backtest_config(words={"stop_loss": text}).barriers.stop_loss == Decimal(value)


def test_barriers_are_switched_off_by_word() -> None:
    for word in ("none", "off", "OFF"):
        assert a_backtest_config(words={"stop_loss": word}).barriers.stop_loss is None


def test_equal_parameters_are_equal_however_they_were_given() -> None:
    assert a_backtest_config().parameters == a_backtest_config(words={"slow": "26", "fast": "12"}).parameters


def test_an_edit_says_what_changed() -> None:
    config = a_backtest_config(words={"stop_loss": "3%"})
    assert changed(config, {"fast": "10"}) == ("fast 12 -> 10",)
    assert changed(config, {"stop_loss": "off", "timeframe": "5m"}) == ("timeframe 1m -> 5m", "stop_loss 3% -> none")
    assert changed(config, {"fast": "12"}) == ()


def test_an_edit_is_checked_against_what_is_kept() -> None:
    with raises_refusal(InvalidInput, match="slow 10 must be above fast 12"):
        changed(a_backtest_config(), {"slow": "10"})


@pytest.mark.parametrize("change", [{"symbol": "ETH/USDT"}, {"account": "other"}, {"strategy": "grid"}], ids=str)
def test_the_first_run_fixes_symbol_account_and_strategy(change: dict[str, str]) -> None:
    with raises_refusal(Refused, match="/clone"):
        changed(a_backtest_config(), change)


def test_before_the_first_run_the_strategy_may_change() -> None:
    config, changes = change_config(
        STRATEGIES, a_backtest_config(), {"strategy": "rsi-reversion", "length": "7"}, a_market(), has_run=False
    )
    assert config.strategy == "rsi-reversion"
    assert dict(config.parameters)["length"] == 7
    assert changes[0].text == "strategy ema-cross -> rsi-reversion"


def test_unknown_strategies_are_answered_with_the_nearest() -> None:
    with pytest.raises(UserError) as found:
        a_backtest_config("ema-cros")
    assert found.value.fix == NameFix("ema-cross")
