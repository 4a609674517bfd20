"""A new kind of event needs a row in each of two tables, and nothing else."""

from typing import get_args

from bot.commands.notify.event_messages import present_event
from bot.domain.event_routes import EVENT_ROUTES
from bot.domain.events import Payload


def test_every_kind_of_event_is_presented() -> None:
    assert set(present_event.registry) - {object} == set(get_args(Payload))


def test_every_kind_of_event_has_a_route() -> None:
    assert set(EVENT_ROUTES) == set(get_args(Payload))
