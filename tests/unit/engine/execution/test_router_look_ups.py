"""What becomes of orders without an answer: looked up, twice and spaced, before anything is said or sent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import AuthFailed, OutcomeUnknown, Unavailable
from bot.domain.order import OrderStatus
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.execution.order_router import FIRST_PAUSE
from bot.engine.trading.messages import (
    OrderGone,
    OrderReported,
    SubmitExpired,
)
from tests.builders.orders import an_intent
from tests.builders.recordings import ABC
from tests.builders.router_harness import SPACING, RouterHarness
from tests.builders.small_engine import turns


@pytest.fixture
async def line() -> AsyncIterator[RouterHarness]:
    async with task_scope() as scope:
        yield RouterHarness(scope)


async def test_an_order_that_is_found_is_reported(line: RouterHarness) -> None:
    await line.venue.submit_order(an_intent())
    line.look_up(an_intent(), may_send=True)
    await line.in_flight.wait_until_idle()
    assert line.kinds == ["OrderReported"]
    assert line.venue.calls == ["submit tag", "look up"]


@pytest.mark.parametrize(("may_send", "kind"), [(True, "OrderReported"), (False, "OrderGone")])
async def test_absence_is_proven_by_two_spaced_look_ups(line: RouterHarness, may_send: bool, kind: str) -> None:
    line.look_up(an_intent(), may_send=may_send)
    await line.later(SPACING - timedelta(milliseconds=1))
    assert line.venue.calls == ["look up"]
    await line.later(timedelta(milliseconds=1))
    await line.in_flight.wait_until_idle()
    assert line.venue.calls == ["look up", "look up", *(["submit tag"] if may_send else [])]
    assert line.kinds == [kind]


async def test_an_order_found_at_the_second_look_is_not_sent(line: RouterHarness) -> None:
    line.look_up(an_intent(), may_send=True)
    await turns()
    await line.venue.submit_order(an_intent())
    await line.later(SPACING)
    assert line.venue.calls == ["look up", "submit tag", "look up"]
    assert line.kinds == ["OrderReported"]


async def test_a_look_up_that_fails_proves_nothing(line: RouterHarness) -> None:
    line.venue.lookup_answers += [None, Unavailable("down"), None]
    line.look_up(an_intent(), may_send=False)
    await line.later(SPACING)
    await line.later(FIRST_PAUSE)
    assert line.heard == []
    await line.later(SPACING)
    assert line.kinds == ["OrderGone"]
    assert line.venue.calls == ["look up"] * 3


async def test_an_absent_order_that_is_too_late_expires(line: RouterHarness) -> None:
    intent = replace(an_intent(), valid_until=line.venue.market_clock.now() - timedelta(seconds=1))
    line.look_up(intent, may_send=True)
    await line.later(SPACING)
    assert line.heard == [SubmitExpired(intent.client_order_id)]


async def test_a_look_up_with_refused_credentials_raises_the_alarm_and_says_nothing(line: RouterHarness) -> None:
    line.venue.lookup_answers.append(AuthFailed("key revoked"))
    line.look_up(an_intent(), may_send=True)
    await line.in_flight.wait_until_idle()
    assert (line.heard, len(line.alarms)) == ([], 1)


async def test_a_cancel_is_repeated_until_the_venue_answers(line: RouterHarness) -> None:
    await line.venue.submit_order(an_intent())
    line.venue.answers += [Unavailable("down"), OutcomeUnknown(an_intent().client_order_id)]
    line.cancel(an_intent())
    await line.later(FIRST_PAUSE)
    await line.in_flight.wait_until_idle()
    assert line.kinds == ["OrderReported"]
    assert line.venue.reports[an_intent().client_order_id].status is OrderStatus.CANCELED


async def test_a_cancel_of_what_the_venue_does_not_know_is_proven_twice(line: RouterHarness) -> None:
    line.cancel(an_intent())
    await line.later(SPACING)
    assert line.heard == [OrderGone(an_intent().client_order_id)]
    assert line.venue.calls == ["cancel", "look up", "look up"]


async def test_a_cancel_with_refused_credentials_raises_the_alarm(line: RouterHarness) -> None:
    await line.venue.submit_order(an_intent())
    line.venue.answers.append(AuthFailed("key revoked"))
    line.cancel(an_intent())
    await line.in_flight.wait_until_idle()
    assert (line.heard, len(line.alarms)) == ([], 1)


async def test_a_cancel_of_a_filled_order_reports_the_fill(line: RouterHarness) -> None:
    await line.venue.submit_order(an_intent())
    line.venue.fill(an_intent(), ABC.tick)
    line.cancel(an_intent())
    await line.in_flight.wait_until_idle()
    assert line.heard == [OrderReported(line.venue.reports[an_intent().client_order_id])]
    assert line.venue.reports[an_intent().client_order_id].status is OrderStatus.FILLED
