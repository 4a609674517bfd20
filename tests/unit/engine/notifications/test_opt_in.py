"""Orders and signals: events only where somebody asked for them."""

from dataclasses import replace

import pytest

from bot.domain.access import Share
from bot.domain.events import NotificationKind
from bot.domain.facts import Deleted, Saved
from bot.domain.ids import OperatorId
from bot.domain.people import NotificationSetting, Operator, Preferences, Role
from bot.engine.notifications.opt_in import NotificationOptIns
from tests.builders.facts import WALL, a_bot, an_operator

SIGNALS_ON = Preferences(
    notify=((NotificationKind.SIGNALS, NotificationSetting.ON), (NotificationKind.FILLS, NotificationSetting.ON))
)


def person(name: str, role: Role, preferences: Preferences = SIGNALS_ON) -> Operator:
    """Return somebody who wants to hear of signals unless told otherwise."""
    return replace(an_operator(), operator_id=OperatorId(name), name=name, role=role, preferences=preferences)


BOT = replace(a_bot(), owner=OperatorId("tom"))
SHARE = Share(bot_id=BOT.bot_id, operator_id=OperatorId("vera"), role=Role.VIEWER, by=OperatorId("tom"), at=WALL)


def heard(*facts: Saved | Deleted) -> frozenset[NotificationKind]:
    """Return what is wanted of the bot after these facts."""
    opt_ins = NotificationOptIns()
    opt_ins.on_stored([facts])
    return opt_ins.wanted_kinds(BOT)


def test_nobody_asked_so_nothing_is_wanted() -> None:
    assert heard(Saved(person("tom", Role.TRADER, Preferences()))) == frozenset()


def test_what_is_told_anyway_need_not_be_asked_for() -> None:
    assert heard(Saved(person("tom", Role.TRADER))) == {NotificationKind.SIGNALS}


@pytest.mark.parametrize(
    ("name", "role", "is_wanted"),
    [
        ("tom", Role.TRADER, True),
        ("mia", Role.OWNER, True),
        ("jonas", Role.TRADER, False),
        ("vera", Role.VIEWER, False),
    ],
)
def test_who_hears_of_a_bot_decides(name: str, role: Role, is_wanted: bool) -> None:
    assert bool(heard(Saved(person(name, role)))) is is_wanted


def test_somebody_a_bot_is_shared_with_counts_until_it_is_taken_back() -> None:
    vera = Saved(person("vera", Role.VIEWER))
    assert heard(vera, Saved(SHARE)) == {NotificationKind.SIGNALS}
    assert heard(vera, Saved(SHARE), Deleted(Share, (BOT.bot_id, OperatorId("vera")))) == frozenset()


def test_switching_off_and_leaving_end_it() -> None:
    tom = person("tom", Role.TRADER)
    off = replace(tom, preferences=Preferences(notify=((NotificationKind.SIGNALS, NotificationSetting.OFF),)))
    assert heard(Saved(tom), Saved(off)) == frozenset()
    assert heard(Saved(tom), Saved(replace(tom, removed_at=WALL))) == frozenset()
    mia = person("mia", Role.OWNER)
    assert heard(Saved(mia), Saved(replace(mia, role=Role.TRADER))) == frozenset()
