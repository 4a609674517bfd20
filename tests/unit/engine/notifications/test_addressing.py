"""Who hears of an event."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.destination import Destination, DestinationKind
from bot.domain.events import DeskRecovered
from bot.domain.people import Preferences, Role
from bot.engine.notifications.addressing import RecipientDirectory, fallback_chat, rank_chats, recipient_keys
from tests.builders import facts as a

MIA = a.an_operator("mia", Role.OWNER)
JONAS = a.an_operator("jonas", Role.TRADER)
EVERYWHERE = frozenset({"telegram", "discord", "console"})


def chat(key: str, operator: str = "mia", minutes: int = 0) -> Destination:
    return replace(a.a_destination(key, operator=operator), created_at=a.WALL + timedelta(minutes=minutes))


def a_group(key: str) -> Destination:
    return replace(chat(key), kind=DestinationKind.GROUP)


def an_audience(*chats: Destination, platforms: frozenset[str] = EVERYWHERE) -> RecipientDirectory:
    return RecipientDirectory(operators=(MIA, JONAS), destinations=chats, open_platforms=platforms)


def test_a_person_hears_of_their_own_bots_and_an_owner_of_all() -> None:
    audience = an_audience(chat("telegram:1"), chat("telegram:2", "jonas"))
    assert recipient_keys(a.an_event(operator="jonas", bot="b"), audience) == ("telegram:1", "telegram:2")
    assert recipient_keys(a.an_event(operator="mia", bot="b"), audience) == ("telegram:1",)


def test_a_person_hears_in_one_chat_and_on_the_open_console() -> None:
    audience = an_audience(chat("console:local"), chat("telegram:1", minutes=1), chat("discord:1", minutes=2))
    assert recipient_keys(a.an_event(), audience) == ("telegram:1", "console:local")


def test_a_console_that_is_not_open_is_told_only_when_there_is_nothing_else() -> None:
    telegram_only = frozenset({"telegram"})
    both = an_audience(chat("console:local"), chat("telegram:1"), platforms=telegram_only)
    assert recipient_keys(a.an_event(), both) == ("telegram:1",)
    assert recipient_keys(a.an_event(), an_audience(chat("console:local"), platforms=telegram_only)) == (
        "console:local",
    )


def test_the_preferred_platform_is_told_first() -> None:
    fond = replace(MIA, preferences=Preferences(prefers="discord"))
    audience = replace(an_audience(chat("telegram:1"), chat("discord:1", minutes=1)), operators=(fond,))
    assert [one.key for one in rank_chats(fond, audience)] == ["discord:1", "telegram:1"]
    assert recipient_keys(a.an_event(), audience) == ("discord:1",)


def test_a_blocked_chat_is_passed_over() -> None:
    blocked = replace(chat("telegram:1"), blocked="blocked by the person")
    audience = an_audience(blocked, chat("discord:1", minutes=1))
    assert recipient_keys(a.an_event(), audience) == ("discord:1",)
    assert recipient_keys(a.an_event(), an_audience(blocked)) == ("telegram:1",)


def test_a_bot_is_heard_of_by_whom_it_is_shared_with_and_where_it_is_followed() -> None:
    audience = replace(
        an_audience(chat("telegram:1"), chat("telegram:2", "jonas"), a_group("discord:9")),
        shares=(a.a_share("b", "jonas"),),
        subscriptions=(a.a_subscription("discord:9", bot="b"), a.a_subscription("discord:gone", bot="b")),
    )
    assert recipient_keys(a.an_event(bot="b"), audience) == ("telegram:1", "telegram:2", "discord:9")
    assert recipient_keys(a.an_event(bot="other"), audience) == ("telegram:1",)


def test_a_group_hears_only_of_what_it_follows_even_when_the_owner_brought_it() -> None:
    assert recipient_keys(a.an_event(bot="b"), an_audience(a_group("telegram:-1"))) == ()


def test_an_owner_is_not_told_of_everybodys_restart() -> None:
    payload = DeskRecovered(down_since=a.WALL, up_at=a.WALL, bots=1, changed=(), unknown_orders=0)
    audience = an_audience(chat("telegram:1"), chat("telegram:2", "jonas"))
    assert recipient_keys(a.an_event(operator="jonas", payload=payload), audience) == ("telegram:2",)


def test_who_was_removed_hears_nothing() -> None:
    audience = an_audience(chat("telegram:2", "jonas"))
    gone = replace(audience, operators=(replace(JONAS, removed_at=a.WALL),))
    assert recipient_keys(a.an_event(operator="jonas"), gone) == ()


def test_another_open_chat_of_the_same_person_takes_over() -> None:
    first = chat("telegram:1")
    audience = an_audience(first, chat("discord:1", minutes=1), chat("discord:2", "jonas"))
    taken = fallback_chat(first, audience)
    assert taken is not None
    assert taken.key == "discord:1"
    assert fallback_chat(first, replace(audience, open_platforms=frozenset({"telegram"}))) is None
    assert fallback_chat(a_group("telegram:-1"), audience) is None
