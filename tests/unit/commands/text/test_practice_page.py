"""The page that answers what newcomers had to guess says what the code does."""

from adapters.chat.console.assembly import CHARTS_FOLDER
from adapters.chat.console.saved_files import MAX_PICTURES
from adapters.data.markets import FEE_RATE
from adapters.data.recording import bundled_recording
from bot.commands.text.practice_page import PRACTICE_LINES
from bot.engine.simulation.simulation_options import SimulationOptions
from bot.engine.trading.planning import RESERVE

TEXTS = dict(PRACTICE_LINES)


def test_fees_slippage_and_reserve_are_those_of_the_code() -> None:
    assert f"{float(FEE_RATE):.1%} of its value" in TEXTS["Fills"]
    assert SimulationOptions().slippage == 0
    assert f"{float(RESERVE):.1%}" in TEXTS["Stake"]


def test_limits_and_charts_are_those_of_the_code() -> None:
    assert "200 open orders, 60 orders a minute, no price more than 10%" in TEXTS["Limits"]
    assert f"DATA_DIR/{CHARTS_FOLDER}, the newest {MAX_PICTURES}" in TEXTS["Pictures"]


def test_the_dates_are_those_of_the_recording() -> None:
    recording = bundled_recording()
    assert f"{recording.starts_at:%-d %B}" == "8 July"
    assert "8 July" in TEXTS["Candles"]
