"""Pauses that grow while something fails."""

from datetime import timedelta

from bot.engine.concurrency.backoff import Backoff

SECOND = timedelta(seconds=1)


def test_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    backoff = Backoff(first=SECOND, longest=5 * SECOND)
    assert [backoff.next_pause() / SECOND for _ in range(5)] == [1, 2, 4, 5, 5]
    assert backoff.failures == 5


def test_a_success_begins_with_the_first_pause_again() -> None:
    backoff = Backoff(first=SECOND, longest=5 * SECOND)
    backoff.next_pause()
    backoff.reset()
    assert (backoff.failures, backoff.next_pause()) == (0, SECOND)


def test_jitter_spreads_pauses_and_does_not_make_them_grow() -> None:
    backoff = Backoff(first=SECOND, longest=SECOND, jitter=0.2)
    pauses = {backoff.next_pause() for _ in range(100)}
    assert 0.8 * SECOND <= min(pauses) < max(pauses) <= 1.2 * SECOND


def test_failing_for_years_is_no_problem() -> None:
    backoff = Backoff(first=SECOND, longest=timedelta(minutes=2))
    assert {backoff.next_pause() for _ in range(5000)} >= {timedelta(minutes=2)}
