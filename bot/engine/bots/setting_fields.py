"""Fields of the settings that every bot has: amounts, barriers and limits."""

from decimal import Decimal

from bot.domain.barrier import Barriers
from bot.domain.instance import BotConfig, ParameterValue, RiskLimits
from bot.strategy.field_spec import FieldKind, FieldSpec

CAPITAL = FieldSpec(
    name="capital",
    title="Capital",
    help="The most it may use, in quote; reserved from the account.",
    kind=FieldKind.DECIMAL,
    minimum=Decimal(0),
    is_minimum_exclusive=True,
    is_required=True,
    is_amount=True,
    sample="1000",
)
STAKE = FieldSpec(
    name="stake",
    title="Stake a trade",
    help="Quote amount of one entry; unset is the capital less fee and a small reserve.",
    kind=FieldKind.DECIMAL,
    minimum=Decimal(0),
    is_minimum_exclusive=True,
    is_optional=True,
    is_amount=True,
    sample="100",
)
AMOUNT_FIELDS = (CAPITAL, STAKE)
BARRIER_FIELDS = (
    FieldSpec(
        name="stop_loss",
        title="Stop loss",
        help="Leaves when the price is this share below the average entry.",
        kind=FieldKind.DECIMAL,
        minimum=Decimal(0),
        is_minimum_exclusive=True,
        maximum=Decimal(1),
        is_maximum_exclusive=True,
        is_optional=True,
        is_fraction=True,
        sample="0.05",
    ),
    FieldSpec(
        name="take_profit",
        title="Take profit",
        help="Leaves when the price is this share above the average entry.",
        kind=FieldKind.DECIMAL,
        minimum=Decimal(0),
        is_minimum_exclusive=True,
        maximum=Decimal(10),
        is_optional=True,
        is_fraction=True,
        sample="0.05",
    ),
)
LIMIT_FIELDS = (
    FieldSpec(
        name="max_orders_per_minute",
        title="Orders a minute",
        help="No new risk beyond this many orders within a minute.",
        kind=FieldKind.INTEGER,
        default=60,
        minimum=Decimal(1),
        maximum=Decimal(6000),
    ),
    FieldSpec(
        name="max_open_orders",
        title="Open orders",
        help="No new risk while this many orders rest.",
        kind=FieldKind.INTEGER,
        default=200,
        minimum=Decimal(1),
        maximum=Decimal(1000),
    ),
    FieldSpec(
        name="price_collar",
        title="Price collar",
        help="No order priced worse than the last price by more than this share.",
        kind=FieldKind.DECIMAL,
        default=Decimal("0.1"),
        minimum=Decimal(0),
        is_minimum_exclusive=True,
        maximum=Decimal(1),
        is_fraction=True,
    ),
)
GENERAL_FIELDS = {spec.name: spec for spec in (*AMOUNT_FIELDS, *BARRIER_FIELDS, *LIMIT_FIELDS)}
"""Every field that does not belong to a strategy, by name."""

SettingValues = dict[str, ParameterValue | None]


def setting_values(config: BotConfig) -> SettingValues:
    """Return the values of a configuration's general fields by name."""
    return {
        "capital": config.capital,
        "stake": config.stake,
        **{spec.name: config.barriers.setting(spec.name) for spec in BARRIER_FIELDS},
        "max_orders_per_minute": config.limits.max_orders_per_minute,
        "max_open_orders": config.limits.max_open_orders,
        "price_collar": config.limits.price_collar,
    }


def barriers_of(settings: SettingValues) -> Barriers:
    return Barriers(**{spec.name: _amount(settings[spec.name]) for spec in BARRIER_FIELDS})


def limits_of(settings: SettingValues) -> RiskLimits:
    return RiskLimits(
        max_orders_per_minute=int(settings["max_orders_per_minute"] or 0),
        max_open_orders=int(settings["max_open_orders"] or 0),
        price_collar=Decimal(settings["price_collar"] or 0),
    )


def _amount(value: ParameterValue | None) -> Decimal | None:
    return None if value is None else Decimal(value)
