"""The way of orders to a venue: what is sent, when, how often, and what is said of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import AuthFailed, InsufficientFunds, OutcomeUnknown, RateLimited, Unavailable, VenueRejection
from bot.domain.order import OrderPurpose
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.execution.order_router import FIRST_PAUSE, LONGEST_PAUSE
from bot.engine.trading.messages import (
    AnswerLost,
    OrderReported,
    SubmitExpired,
    SubmitRefused,
)
from tests.builders.orders import an_intent
from tests.builders.router_harness import RouterHarness
from tests.builders.small_engine import turns


@pytest.fixture
async def line() -> AsyncIterator[RouterHarness]:
    async with task_scope() as scope:
        yield RouterHarness(scope)


async def test_an_order_is_sent_and_its_report_comes_back(line: RouterHarness) -> None:
    line.send(an_intent())
    await line.in_flight.wait_until_idle()
    assert line.heard == [OrderReported(line.venue.reports[an_intent().client_order_id])]
    assert line.router.backlog == 0


async def test_cancels_and_exits_go_before_entries(line: RouterHarness) -> None:
    resting = an_intent(9)
    await line.venue.submit_order(resting)
    line.venue.calls.clear()
    line.venue.may_answer.clear()
    line.send(an_intent(1, tag="first"))
    await turns()
    line.send(an_intent(2, tag="entry"))
    line.send(an_intent(3, tag="plan", purpose=OrderPurpose.PLAN))
    line.send(an_intent(4, tag="exit", purpose=OrderPurpose.EXIT))
    line.send(an_intent(5, tag="stop", purpose=OrderPurpose.BARRIER))
    line.cancel(resting)
    assert line.router.backlog == 5
    line.venue.may_answer.set()
    await line.in_flight.wait_until_idle()
    assert line.venue.calls == [
        "submit first",
        "cancel",
        "submit exit",
        "submit stop",
        "submit entry",
        "submit plan",
    ]


@pytest.mark.parametrize("error", [VenueRejection("too small"), InsufficientFunds("too little money")])
async def test_a_refusal_is_final(line: RouterHarness, error: VenueRejection) -> None:
    line.venue.answers.append(error)
    line.send(an_intent())
    await line.in_flight.wait_until_idle()
    assert line.heard == [SubmitRefused(an_intent().client_order_id, str(error))]
    assert line.venue.calls == ["submit tag"]


async def test_what_did_not_reach_the_venue_is_sent_again_with_the_same_id(line: RouterHarness) -> None:
    line.venue.answers += [Unavailable("down"), Unavailable("down")]
    line.send(an_intent())
    await line.later(FIRST_PAUSE)
    assert line.heard == []
    await line.later(FIRST_PAUSE * 2)
    await line.in_flight.wait_until_idle()
    assert line.kinds == ["OrderReported"]
    assert [intent.client_order_id for intent in line.venue.submitted] == [an_intent().client_order_id]
    assert line.venue.calls == ["submit tag"] * 3


async def test_pauses_grow_to_a_bound(line: RouterHarness) -> None:
    line.venue.answers += [Unavailable("down")] * 10
    line.send(an_intent())
    pauses: list[timedelta] = []
    for _ in range(10):
        await turns()
        waited = timedelta()
        while line.clock.sleepers:
            waited += timedelta(milliseconds=500)
            await line.later(timedelta(milliseconds=500))
            if len(line.venue.calls) > len(pauses) + 1:
                break
        pauses.append(waited)
    assert pauses[:4] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]
    assert max(pauses) == LONGEST_PAUSE


async def test_a_venue_that_asks_to_wait_is_not_asked_before(line: RouterHarness) -> None:
    line.venue.answers.append(RateLimited("slow down", timedelta(minutes=4)))
    line.send(an_intent())
    await line.later(timedelta(minutes=3, seconds=59))
    assert line.venue.calls == ["submit tag"]
    await line.later(timedelta(seconds=1))
    assert line.venue.calls == ["submit tag"] * 2


async def test_an_order_that_is_too_late_is_never_sent(line: RouterHarness) -> None:
    now = line.venue.market_clock.now()
    line.send(replace(an_intent(1), valid_until=now - timedelta(seconds=1)))
    line.send(replace(an_intent(2), valid_until=now))
    await line.in_flight.wait_until_idle()
    assert line.heard[0] == SubmitExpired(an_intent(1).client_order_id)
    assert line.kinds == ["SubmitExpired", "OrderReported"]
    assert len(line.venue.submitted) == 1


async def test_an_order_that_becomes_too_late_while_waiting_expires(line: RouterHarness) -> None:
    intent = replace(an_intent(), valid_until=line.venue.market_clock.now() + timedelta(minutes=5))
    line.venue.answers.append(Unavailable("down"))
    line.send(intent)
    await turns()
    line.venue.market_clock.advance(timedelta(minutes=6))
    await line.later(FIRST_PAUSE)
    assert line.heard == [SubmitExpired(intent.client_order_id)]
    assert line.venue.submitted == []


async def test_a_lost_answer_is_said_and_nothing_is_sent_again(line: RouterHarness) -> None:
    line.venue.answers.append(OutcomeUnknown(an_intent().client_order_id, "connection reset"))
    line.send(an_intent())
    await line.in_flight.wait_until_idle()
    assert line.heard == [AnswerLost(an_intent().client_order_id, "connection reset")]
    assert line.venue.calls == ["submit tag"]


async def test_refused_credentials_raise_the_alarm(line: RouterHarness) -> None:
    line.venue.answers.append(AuthFailed("key revoked"))
    line.send(an_intent())
    await line.in_flight.wait_until_idle()
    assert line.heard == [SubmitRefused(an_intent().client_order_id, "key revoked")]
    assert line.alarms == [(an_intent().account_id, "key revoked")]


async def test_work_counts_until_it_is_answered(line: RouterHarness) -> None:
    line.venue.may_answer.clear()
    line.send(an_intent(1))
    line.send(an_intent(2))
    await turns()
    assert line.in_flight.count == 2
    line.venue.may_answer.set()
    await line.in_flight.wait_until_idle()
    assert len(line.heard) == 2


async def test_tasks_end_with_what_there_is_to_do(line: RouterHarness) -> None:
    line.venue.may_answer.clear()
    line.send(an_intent(1))
    line.send(an_intent(2))
    await turns()
    assert len(line.task_scope) == 1
    line.venue.may_answer.set()
    await line.in_flight.wait_until_idle()
    await turns()
    assert len(line.task_scope) == 0
    line.send(an_intent(3))
    await line.in_flight.wait_until_idle()
    assert line.kinds == ["OrderReported"] * 3
