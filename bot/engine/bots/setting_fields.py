"""Fields of the settings that every bot has: amounts, barriers and limits."""

from dataclasses import asdict, replace
from decimal import Decimal

from bot.domain.barrier import Barriers
from bot.domain.instance import BotConfig, ParameterValue, RiskLimits
from bot.strategy.field_spec import FieldKind, FieldSpec

_POSITIVE = FieldSpec(name="", title="", help="", kind=FieldKind.DECIMAL, minimum=Decimal(0), is_minimum_exclusive=True)
_BARRIER = replace(_POSITIVE, is_optional=True, is_fraction=True, sample="0.05")
_COUNT = FieldSpec(name="", title="", help="", kind=FieldKind.INTEGER, minimum=Decimal(1))

CAPITAL = replace(
    _POSITIVE,
    name="capital",
    title="Capital",
    help="The most it may use, in quote; reserved from the account.",
    is_required=True,
    is_amount=True,
    sample="1000",
)
STAKE = replace(
    _POSITIVE,
    name="stake",
    title="Stake a trade",
    help="Quote amount of one entry; unset is the capital less fee and a small reserve.",
    is_optional=True,
    is_amount=True,
    sample="100",
)
BARRIER_FIELDS = (
    replace(
        _BARRIER,
        name="stop_loss",
        title="Stop loss",
        help="Leaves when the price is this share below the average entry.",
        maximum=Decimal(1),
        is_maximum_exclusive=True,
    ),
    replace(
        _BARRIER,
        name="take_profit",
        title="Take profit",
        help="Leaves when the price is this share above the average entry.",
        maximum=Decimal(10),
    ),
)
"""The setting of each row of BARRIERS."""
LIMIT_FIELDS = (
    replace(
        _COUNT,
        name="max_orders_per_minute",
        title="Orders a minute",
        help="No new risk beyond this many orders within a minute.",
        default=60,
        maximum=Decimal(6000),
    ),
    replace(
        _COUNT,
        name="max_open_orders",
        title="Open orders",
        help="No new risk while this many orders rest.",
        default=200,
        maximum=Decimal(1000),
    ),
    replace(
        _POSITIVE,
        name="price_collar",
        title="Price collar",
        help="No order priced worse than the last price by more than this share.",
        default=Decimal("0.1"),
        maximum=Decimal(1),
        is_fraction=True,
    ),
)
GENERAL_FIELDS = {spec.name: spec for spec in (CAPITAL, STAKE, *BARRIER_FIELDS, *LIMIT_FIELDS)}
"""Every field that does not belong to a strategy, by name."""

SettingValues = dict[str, ParameterValue | None]


def setting_values(config: BotConfig) -> SettingValues:
    amounts = {"capital": config.capital, "stake": config.stake}
    return amounts | asdict(config.barriers) | asdict(config.limits)


def barrier_values(barriers: Barriers) -> tuple[tuple[FieldSpec, Decimal], ...]:
    """Return the settings of the barriers that are on, each with its field."""
    return tuple((spec, value) for spec in BARRIER_FIELDS if (value := barriers.setting(spec.name)) is not None)


def barriers_of(settings: SettingValues) -> Barriers:
    given = {spec.name: settings[spec.name] for spec in BARRIER_FIELDS}
    return Barriers(**{name: None if value is None else Decimal(value) for name, value in given.items()})


def limits_of(settings: SettingValues) -> RiskLimits:
    return RiskLimits(
        max_orders_per_minute=int(settings["max_orders_per_minute"] or 0),
        max_open_orders=int(settings["max_open_orders"] or 0),
        price_collar=Decimal(settings["price_collar"] or 0),
    )
