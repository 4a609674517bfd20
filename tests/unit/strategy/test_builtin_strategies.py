"""Every registered signal strategy: no look-ahead, no memory, and live windows agree with the whole history."""

import re

import numpy as np
import pytest

from bot.domain.instance import Parameters
from bot.strategy.base import SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles
from bot.strategy.fields import load_parameters, parse_parameters
from bot.strategy.registry import AnyStrategy
from tests.builders.backtest_config import STRATEGIES
from tests.builders.series import BUNDLED, bundled_candles, random_candles

SIGNALS = tuple(strategy for strategy in STRATEGIES.all_strategies() if isinstance(strategy, SignalStrategy))
VARIANTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("ema-cross", {}),
    ("ema-cross", {"kind": "sma"}),
    ("ema-cross", {"kind": "sma", "fast": "2", "slow": "3"}),
    ("ema-cross", {"fast": "50", "slow": "200", "confirm": "2"}),
    ("rsi-reversion", {}),
    ("rsi-reversion", {"length": "5", "trigger": "level"}),
)
LATER_ROWS = 3


def a_strategy(name: str) -> SignalStrategy[StrategyParameters]:
    strategy = STRATEGIES.get_strategy(name)
    assert isinstance(strategy, SignalStrategy)
    return strategy


def of(strategy: AnyStrategy, words: dict[str, str]) -> StrategyParameters:
    frozen: Parameters = parse_parameters(strategy, words)
    return load_parameters(strategy, frozen)


def events(table: SignalTable) -> tuple[list[int], list[int]]:
    return np.flatnonzero(table.entry).tolist(), np.flatnonzero(table.exit).tolist()


def test_every_signal_strategy_has_a_variant() -> None:
    assert {name for name, _ in VARIANTS} == {strategy.name for strategy in SIGNALS}


@pytest.mark.parametrize(("name", "words"), VARIANTS, ids=str)
@pytest.mark.parametrize("series", BUNDLED)
def test_live_windows_give_the_events_of_the_whole_history(series: str, name: str, words: dict[str, str]) -> None:
    strategy, candles = a_strategy(name), bundled_candles(series)
    parameters = of(strategy, words)
    whole = strategy.signals(parameters, candles)
    warm_up = strategy.warm_up(parameters)
    rows = set(np.flatnonzero((whole.entry != 0) | whole.exit).tolist())
    # Around every event, and every 97th row, which has most likely none.
    rows |= {row + 1 for row in rows} | set(range(warm_up, len(candles), 97))
    for row in sorted(rows):
        if row >= len(candles):
            continue
        window = candles.slice_rows(row - warm_up - LATER_ROWS if row > warm_up + LATER_ROWS else 0, row + 1)
        live = strategy.signals(parameters, window)
        assert (live.entry[-1], live.exit[-1]) == (whole.entry[row], whole.exit[row]), row


@pytest.mark.parametrize(("name", "words"), VARIANTS, ids=str)
def test_a_prefix_gives_the_prefix(name: str, words: dict[str, str]) -> None:
    strategy, candles = a_strategy(name), bundled_candles("ETH_USDT-1h")
    parameters = of(strategy, words)
    whole = strategy.signals(parameters, candles)
    for count in range(1, len(candles), 211):
        part = strategy.signals(parameters, candles.slice_rows(0, count))
        assert np.array_equal(part.entry, whole.entry[:count])
        assert np.array_equal(part.exit, whole.exit[:count])
        for feature, column in part.features.items():
            assert np.array_equal(column, whole.features[feature][:count], equal_nan=True)


@pytest.mark.parametrize(("name", "words"), VARIANTS, ids=str)
def test_the_same_candles_give_the_same_signals(name: str, words: dict[str, str]) -> None:
    strategy, candles = a_strategy(name), random_candles(5, 4000)
    parameters = of(strategy, words)
    first = events(strategy.signals(parameters, candles))
    assert first == events(strategy.signals(parameters, random_candles(5, 4000)))
    assert first[0]
    assert first[1]


@pytest.mark.parametrize(("name", "words"), VARIANTS, ids=str)
def test_warm_up_rows_are_silent(name: str, words: dict[str, str]) -> None:
    strategy = a_strategy(name)
    parameters = of(strategy, words)
    entries, exits = events(strategy.signals(parameters, random_candles(6, 3000)))
    assert min(entries + exits) >= strategy.warm_up(parameters)


@pytest.mark.parametrize("strategy", SIGNALS, ids=lambda strategy: strategy.name)
def test_too_few_candles_give_no_event_and_no_error(strategy: SignalStrategy[StrategyParameters]) -> None:
    parameters = of(strategy, {})
    for count in (0, 1, 5):
        candles = random_candles(1, 10).slice_rows(0, count)
        assert events(strategy.signals(parameters, candles)) == ([], [])
        assert "waits for" in strategy.outlook(parameters, candles)


def test_events_never_repeat_in_the_next_row() -> None:
    strategy = a_strategy("ema-cross")
    entries, _ = events(strategy.signals(of(strategy, {}), bundled_candles("BTC_USDT-1h")))
    assert not {row + 1 for row in entries} & set(entries)


def test_confirm_moves_a_cross_and_drops_one_that_does_not_hold() -> None:
    strategy, candles = a_strategy("ema-cross"), random_candles(8, 3000)
    plain, _ = events(strategy.signals(of(strategy, {"fast": "3", "slow": "9"}), candles))
    words = {"fast": "3", "slow": "9", "confirm": "2"}
    table = strategy.signals(of(strategy, words), candles)
    confirmed, _ = events(table)
    fast, slow = table.features["fast"], table.features["slow"]
    late = [row for row in plain if row + 2 < len(candles) and row >= 90]
    assert confirmed == [row + 2 for row in late if all(fast[row : row + 3] > slow[row : row + 3])]
    assert 0 < len(confirmed) < len(plain)


@pytest.mark.parametrize("kind", ["ema", "sma"])
def test_outlook_names_the_close_that_makes_the_cross(kind: str) -> None:
    strategy, candles = a_strategy("ema-cross"), bundled_candles("BTC_USDT-1h").slice_rows(0, 400)
    parameters = of(strategy, {"kind": kind})
    text = strategy.outlook(parameters, candles)
    name = kind.upper()
    again = "( and above again)?"
    found = re.fullmatch(rf"waits for {name}12 to cross (\w+) {name}26{again}; needs a close (\w+) ([0-9,.]+)", text)
    assert found, text
    side, price = found[1], float(found[4].replace(",", ""))
    assert found[3] == side
    step = 0.02 if side == "above" else -0.02

    def signals_with(close: float) -> bool:
        columns = [
            np.append(column, close)
            for column in (candles.open, candles.high, candles.low, candles.close, candles.volume)
        ]
        table = strategy.signals(parameters, Candles(np.append(candles.time, candles.time[-1] + 3_600_000), *columns))
        return bool(table.entry[-1] if side == "above" else table.exit[-1])

    assert signals_with(price + step)
    assert not signals_with(price - step)


def test_while_it_holds_it_names_the_close_that_sells() -> None:
    strategy, candles = a_strategy("ema-cross"), bundled_candles("BTC_USDT-1h")
    parameters = of(strategy, {})
    entries, exits = events(strategy.signals(parameters, candles))
    held = next(row for row in exits if row > entries[0]) - 1
    text = strategy.exit_outlook(parameters, candles.slice_rows(0, held + 1))
    assert text.startswith("sells if a candle closes below ")
    assert float(candles.close[held + 1]) < float(text.rpartition(" ")[2].replace(",", ""))
    flat = strategy.exit_outlook(parameters, candles.slice_rows(0, held + 2))
    assert flat.startswith("waits for EMA12 to cross above EMA26; needs a close above ")


def test_what_a_reversion_waits_for_depends_on_what_it_holds() -> None:
    strategy, candles = a_strategy("rsi-reversion"), bundled_candles("BTC_USDT-1h")
    parameters = of(strategy, {})
    assert re.fullmatch(r"waits for the RSI, now [\d.]+, to go .*30.*", strategy.outlook(parameters, candles))
    assert re.fullmatch(r"sells when the RSI, now [\d.]+, rises above 70", strategy.exit_outlook(parameters, candles))


def test_equal_averages_are_no_cross() -> None:
    flat = random_candles(1, 2000)
    closes = np.where(np.arange(2000) < 1000, 0.1, 0.3)
    candles = Candles(flat.time, closes, closes, closes, closes, flat.volume)
    strategy = a_strategy("ema-cross")
    for kind in ("ema", "sma"):
        entries, exits = events(strategy.signals(of(strategy, {"kind": kind}), candles))
        assert (entries, exits) == ([1000], [])
