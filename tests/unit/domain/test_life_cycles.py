"""The life-cycle tables of bots and orders: every path through them, and no way beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import IllegalTransition
from bot.domain.instance import ACTIVE_STATUSES, BOT_TRANSITIONS, BotStatus, Operation
from bot.domain.instance import advance_bot_status as advance_bot
from bot.domain.order import ORDER_TRANSITIONS, WORKING_STATUSES, OrderStatus, OrderTrigger
from bot.domain.order import advance_order_status as advance_order

FILLS = frozenset({OrderTrigger.FILL_PART, OrderTrigger.FILL_ALL})
NOT_ANSWERED = frozenset({OrderStatus.PENDING, OrderStatus.SUBMITTED, OrderStatus.UNKNOWN})

# DESIGN.md, section 3: "bot created -> starting -> running <-> paused, ..."
BOT_LINES = """
created -start-> starting -started-> running -pause-> paused -resume-> running
starting -stop-> stopping
running -stop-> stopping
paused -stop-> stopping
failed -stop-> stopping
stopping -stopped-> stopped -start-> starting
starting -fail-> failed
running -fail-> failed
paused -fail-> failed
stopping -fail-> failed -start-> starting
created -delete-> deleted
stopped -delete-> deleted
failed -delete-> deleted
"""


def described(lines: str) -> dict[tuple[BotStatus, Operation], BotStatus]:
    table = {}
    for line in lines.split("\n"):
        words = line.replace("->", " ").replace(" -", " ").split()
        for before, operation, after in zip(words[::2], words[1::2], words[2::2], strict=False):
            table[BotStatus(before), Operation(operation)] = BotStatus(after)
    return table


def test_the_bot_table_is_the_described_one() -> None:
    assert described(BOT_LINES) == BOT_TRANSITIONS


@pytest.mark.parametrize("status", BotStatus)
@pytest.mark.parametrize("operation", Operation)
def test_a_bot_takes_no_way_beside_the_table(status: BotStatus, operation: Operation) -> None:
    if (status, operation) in BOT_TRANSITIONS:
        assert advance_bot(status, operation) is BOT_TRANSITIONS[status, operation]
        return
    with pytest.raises(IllegalTransition, match=f"{status} cannot {operation}"):
        advance_bot(status, operation)


@given(st.lists(st.sampled_from(Operation), max_size=40))
def test_whatever_happens_a_deleted_bot_stays_deleted_and_an_active_one_can_be_stopped(path: list[Operation]) -> None:
    status = BotStatus.CREATED
    for operation in path:
        before = status
        try:
            status = advance_bot(status, operation)
        except IllegalTransition:
            status = before
        assert before is not BotStatus.DELETED or status is BotStatus.DELETED
        if status in ACTIVE_STATUSES - {BotStatus.STOPPING}:
            assert advance_bot(status, Operation.STOP) is BotStatus.STOPPING
            with pytest.raises(IllegalTransition):
                advance_bot(status, Operation.DELETE)


def test_every_bot_status_is_reached_and_only_deleted_is_final() -> None:
    assert set(BOT_TRANSITIONS.values()) | {BotStatus.CREATED} == set(BotStatus)
    assert set(BotStatus) - {status for status, _ in BOT_TRANSITIONS} == {BotStatus.DELETED}


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("happening", OrderTrigger)
def test_an_order_takes_no_way_beside_the_table(status: OrderStatus, happening: OrderTrigger) -> None:
    if (status, happening) in ORDER_TRANSITIONS:
        assert advance_order(status, happening) is ORDER_TRANSITIONS[status, happening]
        return
    with pytest.raises(IllegalTransition, match=f"{status} cannot {happening}"):
        advance_order(status, happening)


@given(st.lists(st.sampled_from(OrderTrigger), max_size=30))
def test_only_a_fill_moves_a_closed_order_and_nothing_a_filled_one(path: list[OrderTrigger]) -> None:
    status = OrderStatus.PENDING
    for happening in path:
        before = status
        try:
            status = advance_order(status, happening)
        except IllegalTransition:
            assert before not in WORKING_STATUSES or happening not in FILLS
            continue
        assert before in WORKING_STATUSES or happening in FILLS
        assert before is not OrderStatus.FILLED


@pytest.mark.parametrize("status", sorted(WORKING_STATUSES))
def test_every_working_order_can_fill_be_canceled_and_expire(status: OrderStatus) -> None:
    assert advance_order(status, OrderTrigger.FILL_ALL) is OrderStatus.FILLED
    assert advance_order(status, OrderTrigger.FILL_PART) is OrderStatus.PARTIALLY_FILLED
    assert advance_order(status, OrderTrigger.CANCEL) is OrderStatus.CANCELED
    assert advance_order(status, OrderTrigger.EXPIRE) is OrderStatus.EXPIRED


@pytest.mark.parametrize("status", sorted(NOT_ANSWERED))
def test_an_order_without_an_answer_can_still_be_accepted_or_refused(status: OrderStatus) -> None:
    assert advance_order(status, OrderTrigger.ACCEPT) is OrderStatus.ACCEPTED
    assert advance_order(status, OrderTrigger.REJECT) is OrderStatus.REJECTED


def test_an_answer_can_be_lost_only_before_there_is_one() -> None:
    lost = {before for before, happening in ORDER_TRANSITIONS if happening is OrderTrigger.LOSE_ANSWER}
    assert lost == {OrderStatus.PENDING, OrderStatus.SUBMITTED}
    assert ORDER_TRANSITIONS[OrderStatus.UNKNOWN, OrderTrigger.SUBMIT] is OrderStatus.SUBMITTED


@pytest.mark.parametrize(
    ("before", "happening", "after"),
    [
        (OrderStatus.CANCELED, OrderTrigger.FILL_ALL, OrderStatus.FILLED),
        (OrderStatus.CANCELED, OrderTrigger.FILL_PART, OrderStatus.CANCELED),
        (OrderStatus.EXPIRED, OrderTrigger.FILL_ALL, OrderStatus.FILLED),
        (OrderStatus.EXPIRED, OrderTrigger.FILL_PART, OrderStatus.EXPIRED),
        (OrderStatus.REJECTED, OrderTrigger.FILL_PART, OrderStatus.PARTIALLY_FILLED),
        (OrderStatus.REJECTED, OrderTrigger.FILL_ALL, OrderStatus.FILLED),
        (OrderStatus.ACCEPTED, OrderTrigger.REJECT, OrderStatus.REJECTED),
    ],
    ids=str,
)
def test_the_odd_ways_of_real_venues_are_known(
    before: OrderStatus, happening: OrderTrigger, after: OrderStatus
) -> None:
    assert advance_order(before, happening) is after
