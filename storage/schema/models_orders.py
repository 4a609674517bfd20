"""Tables of order intents, orders and fills."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from storage.schema.models_bots import ID_LENGTH, TIME_LENGTH


class IntentRow(Model):
    """A decided order, never changed; `reference` is upper case, for look-ups by its beginning."""

    sequence = fields.BigIntField(primary_key=True)
    client_order_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    account_id = fields.CharField(max_length=ID_LENGTH)
    symbol = fields.CharField(max_length=ID_LENGTH)
    timeframe = fields.CharField(max_length=16)
    side = fields.CharField(max_length=16)
    order_type = fields.CharField(max_length=16)
    purpose = fields.CharField(max_length=16)
    tag = fields.CharField(max_length=ID_LENGTH)
    quantity = fields.TextField()
    price = fields.TextField(null=True)
    reference_price = fields.TextField()
    decision_key = fields.CharField(max_length=ID_LENGTH)
    reason = fields.TextField()
    decided_at_market = fields.CharField(max_length=TIME_LENGTH)
    decided_at_wall = fields.CharField(max_length=TIME_LENGTH)
    valid_until = fields.CharField(max_length=TIME_LENGTH, null=True)
    run_number = fields.BigIntField()
    config_version = fields.IntField()
    group = fields.CharField(max_length=ID_LENGTH, null=True)
    reference = fields.CharField(max_length=ID_LENGTH, db_index=True)

    class Meta:
        """Where it lives."""

        table = "intents"
        unique_together = (("bot_id", "decision_key"),)
        indexes = (Index(fields=("bot_id", "sequence")),)


class OrderRow(Model):
    """The state of an intent's order; `is_working` and `bot_id` repeat what the index needs."""

    intent: fields.OneToOneRelation[IntentRow] = fields.OneToOneField(
        "quarterdeck.IntentRow",
        to_field="client_order_id",
        source_field="client_order_id",
        related_name="order",
        primary_key=True,
        on_delete=fields.RESTRICT,
    )
    status = fields.CharField(max_length=32)
    updated_at_market = fields.CharField(max_length=TIME_LENGTH)
    updated_at_wall = fields.CharField(max_length=TIME_LENGTH)
    venue_order_id = fields.CharField(max_length=ID_LENGTH, null=True)
    filled_quantity = fields.TextField()
    filled_value = fields.TextField()
    is_cancel_wanted = fields.BooleanField()
    remark = fields.TextField()
    bot_id = fields.CharField(max_length=ID_LENGTH)
    is_working = fields.BooleanField()

    class Meta:
        """Where it lives."""

        table = "orders"
        indexes = (Index(fields=("is_working", "bot_id")),)


class FillRow(Model):
    """A fill, unique by account and the venue's trade id."""

    sequence = fields.BigIntField(primary_key=True)
    account_id = fields.CharField(max_length=ID_LENGTH)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    client_order_id = fields.CharField(max_length=ID_LENGTH, db_index=True)
    trade_id = fields.CharField(max_length=ID_LENGTH)
    symbol = fields.CharField(max_length=ID_LENGTH)
    side = fields.CharField(max_length=16)
    price = fields.TextField()
    quantity = fields.TextField()
    fee = fields.TextField()
    fee_currency = fields.CharField(max_length=32)
    liquidity = fields.CharField(max_length=16)
    moment_market = fields.CharField(max_length=TIME_LENGTH)
    moment_wall = fields.CharField(max_length=TIME_LENGTH)

    class Meta:
        """Where it lives."""

        table = "fills"
        unique_together = (("account_id", "trade_id"),)
        indexes = (Index(fields=("bot_id", "sequence")),)
