"""What is written comes back exactly."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.access import AccessCode, Share
from bot.domain.destination import Destination, Subscription
from bot.domain.events import BotLabel, Event, Payload
from bot.domain.facts import Delivery, KeptButton, KeyValue
from bot.domain.fill import Fill
from bot.domain.instance import Bot, BotConfig, ConfigVersion, PendingExit
from bot.domain.order import OrderIntent
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState, Preferences
from bot.domain.signal import Features, SignalRecord
from bot.domain.trade import Trade
from bot.durable.json_codec import format_time, json_codec, parse_time
from bot.durable.row_codec import RowCodec
from storage.schema import tables
from tests.reference.first_json import first_json

JSON_COLUMNS = (BotConfig, PendingExit | None, BotLabel | None, Preferences, Features, tuple[str, ...])
KINDS: tuple[tuple[RowCodec[object], type], ...] = (
    (tables.VERSIONS.codec, ConfigVersion),
    (tables.INTENTS.codec, OrderIntent),
    (tables.FILLS.codec, Fill),
    (tables.TRADES.codec, Trade),
    (tables.SIGNALS.codec, SignalRecord),
    (tables.EVENTS.codec, Event),
    (tables.DELIVERIES.codec, Delivery),
    (tables.DESTINATIONS.codec, Destination),
    (tables.OPERATORS.codec, Operator),
    (tables.IDENTITIES.codec, Identity),
    (tables.ACCOUNTS.codec, Account),
    (tables.AUDIT.codec, AuditEntry),
    (tables.PANICS.codec, PanicState),
    (tables.ACCESS_CODES.codec, AccessCode),
    (tables.SHARES.codec, Share),
    (tables.SUBSCRIPTIONS.codec, Subscription),
    (tables.BUTTONS.codec, KeptButton),
    (tables.KEY_VALUES.codec, KeyValue),
)

st.register_type_strategy(Decimal, st.decimals(allow_nan=False))
# Which of two equal hours is meant says nothing in UTC.
TIMES = st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(fold=0))
st.register_type_strategy(datetime, TIMES)
st.register_type_strategy(int, st.integers(-(2**63) + 1, 2**63 - 1))
st.register_type_strategy(float, st.floats(allow_nan=False))


@pytest.mark.parametrize(("mapping", "kind"), KINDS, ids=[kind.__name__ for _, kind in KINDS])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_record_comes_back_as_it_was(mapping: RowCodec[object], kind: type, data: st.DataObject) -> None:
    record = data.draw(st.from_type(kind))
    # The digits count, not only the value: 1.0 and 1.00 are equal, but print differently.
    assert repr(mapping.decode(mapping.encode(record))) == repr(record)


@given(bot=st.from_type(Bot))
@settings(max_examples=25, deadline=None)
def test_a_bot_comes_back_from_its_two_tables(bot: Bot) -> None:
    run = tables.BOT_RUNS.codec.decode_fields(tables.BOT_RUNS.codec.encode(bot))
    assert repr(tables.BOTS.codec.decode(tables.BOTS.codec.encode(bot), **run)) == repr(bot)


@pytest.mark.parametrize("kind", get_args(Payload))
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_every_payload_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    payload = data.draw(st.from_type(kind))
    codec = json_codec(Payload)
    assert repr(codec.decode(codec.encode(payload))) == repr(payload)


@pytest.mark.parametrize("kind", [*get_args(Payload), *JSON_COLUMNS], ids=str)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_what_older_versions_wrote_is_read(kind: object, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))  # type: ignore[arg-type]  # a hint is as good as a class
    hint = Payload if kind in get_args(Payload) else kind
    text = json.dumps(first_json(value, hint), separators=(",", ":"))
    assert repr(json_codec(hint).decode(text)) == repr(value)
    assert json.loads(json_codec(hint).encode(value)) == json.loads(text)


def test_half_characters_of_older_versions_do_not_lose_the_row() -> None:
    codec = json_codec(tuple[str, ...])
    assert codec.decode(json.dumps(["a\udcffb"])) == ("a?b",)
    assert codec.decode(codec.encode(("a\udcffb",))) == ("a?b",)


@given(value=st.one_of(st.booleans(), st.integers(), st.decimals(), st.text()))
@settings(deadline=None)
def test_a_parameter_keeps_its_type(value: bool | int | Decimal | str) -> None:
    codec = json_codec(bool | int | Decimal | str)
    back = codec.decode(codec.encode(value))
    assert type(back) is type(value)
    assert repr(back) == repr(value)


@pytest.mark.parametrize("text", ["1.0", "1.00", "1E+3", "-0", "0.000000000000000001", "9" * 59 + ".1"])
def test_a_decimal_keeps_every_digit(text: str) -> None:
    codec = json_codec(Decimal)
    assert repr(codec.decode(codec.encode(Decimal(text)))) == repr(Decimal(text))


@given(times=st.tuples(TIMES, TIMES))
def test_times_sort_as_text(times: tuple[datetime, datetime]) -> None:
    first, second = times
    assert (first < second) == (format_time(first) < format_time(second))
    assert parse_time(format_time(first)) == first


def test_times_of_other_zones_are_written_as_utc_and_naive_ones_refused() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert format_time(noon) == "2026-01-01T10:00:00.000000+00:00"
    with pytest.raises(ValueError, match="aware"):
        format_time(noon.replace(tzinfo=None))


def test_a_field_that_came_later_takes_its_default_and_a_foreign_one_is_refused() -> None:
    codec = json_codec(BotConfig)
    config = {"strategy": "s", "symbol": "A/B", "timeframe": "5m", "account_id": "a", "capital": "10"}
    assert codec.decode(json.dumps(config)) == BotConfig(**{**config, "capital": Decimal(10)})  # type: ignore[arg-type]  # texts of ids
    with pytest.raises(ValueError, match="leverage"):
        codec.decode(json.dumps({**config, "leverage": "9"}))
    with pytest.raises(ValueError, match="symbol"):
        codec.decode('{"strategy":"s"}')


def test_a_value_of_another_type_is_refused() -> None:
    label = json_codec(BotLabel)
    with pytest.raises(ValueError, match="bot_id"):
        label.decode('{"bot_id":1}')
    with pytest.raises(ValueError, match="Expected"):
        label.encode("alpha")


def test_half_characters_stay_readable() -> None:
    note = KeyValue("key", "a\udcffb")
    assert tables.KEY_VALUES.codec.encode(note) == ["key", "a\\udcffb"]
