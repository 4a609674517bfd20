"""Prices of markets: the last one with its time and year, its day, and what to do next."""

from datetime import timedelta

import pytest

from bot.domain.people import Role
from bot.strategy.candles import to_milliseconds
from tests.builders.chat_harness import ChatHarness


async def test_a_price_has_its_time_with_year_and_its_day(bench: ChatHarness) -> None:
    # By a naive loop over the candles of the last 24 h.
    venue = bench.engine.market
    series, now = venue.feed.all_series()[0], venue.venue.clock.now()
    candles = await venue.feed.history(series, now, 100)
    since = to_milliseconds(now - timedelta(days=1))
    day = [index for index in range(len(candles)) if candles.time[index] >= since]
    before = float(candles.close[day[0] - 1])
    last = venue.feed.last_price(series.symbol)
    assert last is not None
    answer = await bench.mia.say("/price BTC/USDT")
    assert answer.startswith(f"BTC/USDT · PRACTICE · {last:,.2f}")
    assert f"{last / before - 1:+.2%}" in answer
    assert f"{max(last, *(float(candles.high[index]) for index in day)):,.2f}" in answer
    assert f"{min(last, *(float(candles.low[index]) for index in day)):,.2f}" in answer
    assert str(now.year) in answer
    assert (await bench.mia.press("Create a bot")).startswith("New bot · 1 of 5 · strategy")


@pytest.mark.parametrize("typed", ["btcusdt", "BTC-USDT", "btc/usdt", "BTC/USDT venue=recorded"])
async def test_a_market_is_found_however_it_is_written(bench: ChatHarness, typed: str) -> None:
    assert (await bench.mia.say(f"/price {typed}")).startswith("BTC/USDT · PRACTICE · ")


@pytest.mark.parametrize(("typed", "offered"), [("BTC", "price BTC/USDT"), ("BTCUSD", "price BTC/USDT")])
async def test_an_unknown_market_is_answered_with_the_nearest(bench: ChatHarness, typed: str, offered: str) -> None:
    answer = await bench.mia.ask(f"/price {typed}")
    assert answer.headline.startswith(f"Invalid: no market {typed}.")
    assert [button.label for button in answer.buttons] == [offered]


async def test_without_a_market_all_are_listed(bench: ChatHarness) -> None:
    answer = await bench.mia.ask("/price")
    assert answer.headline == "Prices · 1"
    assert [button.command for button in answer.buttons] == ["/price BTC/USDT"]


async def test_a_viewer_may_ask_and_an_unknown_venue_is_refused(bench: ChatHarness) -> None:
    vera = await bench.somebody("vera", Role.VIEWER)
    assert (await vera.say("/price BTC/USDT")).startswith("BTC/USDT")
    assert (await vera.say("/price BTC/USDT venue=mars")).startswith("Invalid: no venue mars. Expected one of recorded")
