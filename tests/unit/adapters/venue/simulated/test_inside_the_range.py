"""What came between a candle's open and its range, and what waits while a strategy answers to a stop."""

from pathlib import Path

from adapters.venue.recorded.market import STATE_FILE_NAME
from bot.domain.ids import AccountId
from bot.domain.order import OrderType
from tests.builders.orders import an_intent
from tests.builders.recordings import a_recording
from tests.fakes.recorded import a_market_harness, copy_venue_state
from tests.unit.adapters.venue.simulated.test_matching_scenarios import CALM, a_stop, a_target, bought, prices

LIMIT = OrderType.LIMIT


async def test_a_stop_that_came_above_the_open_fills_at_the_open_and_not_above_the_candle(tmp_path: Path) -> None:
    # The market was paused between the open of 100 and the range, and the stop was edited to 105.
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 101, 95, 97), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("105"))
        await stand.step()
        assert prices(stand) == [100]


async def test_a_target_that_came_below_the_open_beats_a_stop_of_the_same_candle(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 101, 95, 97), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("96"))
        await stand.venue.submit_order(a_target("99"))
        await stand.step()
        assert prices(stand) == [100]


async def test_a_buy_below_a_stop_waits_for_the_rest_of_the_candle_and_fills_there(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording([CALM, (100, 101, 95, 97), CALM])) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("98"))
        kept, given_up = (an_intent(number, order_type=LIMIT, price=price) for number, price in ((3, "97"), (4, "96")))
        other = an_intent(5, order_type=LIMIT, price="96", bot="another")
        for intent in (kept, given_up, other):
            await stand.venue.submit_order(intent)
        await stand.step()
        assert prices(stand) == [98, 96]
        await stand.venue.cancel_order(AccountId("acc"), given_up.client_order_id)
        # Placed after the stop: it is none of this candle's.
        await stand.venue.submit_order(an_intent(6, order_type=LIMIT, price="99"))
        await stand.step()
        assert prices(stand) == [98, 96, 97]


async def test_what_waits_after_a_stop_survives_a_crash(tmp_path: Path) -> None:
    recording = a_recording([CALM, (100, 101, 95, 97), CALM, CALM])
    async with a_market_harness(tmp_path, recording) as stand:
        await bought(stand)
        await stand.venue.submit_order(a_stop("98"))
        await stand.venue.submit_order(an_intent(3, order_type=LIMIT, price="97"))
        await stand.step()
        copy_venue_state(tmp_path / STATE_FILE_NAME, tmp_path / "crashed")
    async with a_market_harness(tmp_path / "crashed", recording) as stand:
        await stand.step(2)  # the stored range is told again, then its rest is met
        assert prices(stand) == [97]
        assert stand.venue.clock.now() == recording.starts_at
