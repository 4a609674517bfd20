"""Tables of events, pending deliveries, deliveries and destinations."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from storage.schema.models_bots import ID_LENGTH, TIME_LENGTH


class EventRow(Model):
    """An event of the outbox, numbered in commit order; numbers are never used again."""

    number = fields.BigIntField(primary_key=True)
    event_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    topic = fields.CharField(max_length=32)
    level = fields.CharField(max_length=16)
    operator_id = fields.CharField(max_length=ID_LENGTH)
    bot = fields.TextField(null=True)
    account_id = fields.CharField(max_length=ID_LENGTH, null=True)
    moment_market = fields.CharField(max_length=TIME_LENGTH)
    moment_wall = fields.CharField(max_length=TIME_LENGTH, db_index=True)
    payload = fields.TextField()
    bot_id = fields.CharField(max_length=ID_LENGTH, null=True)
    thread = fields.CharField(max_length=ID_LENGTH, db_default="")

    class Meta:
        """Where it lives."""

        table = "events"
        indexes = (Index(fields=("bot_id", "number")), Index(fields=("thread", "number")))


class PendingRow(Model):
    """An event that a destination has not received: deleted once it is sent or dropped."""

    sequence = fields.BigIntField(primary_key=True)
    destination = fields.CharField(max_length=ID_LENGTH)
    number = fields.BigIntField(db_index=True)

    class Meta:
        """Where it lives."""

        table = "pending"
        unique_together = (("destination", "number"),)


class DeliveryRow(Model):
    """The delivery of an event to a destination."""

    sequence = fields.BigIntField(primary_key=True)
    event_id = fields.CharField(max_length=ID_LENGTH)
    destination = fields.CharField(max_length=ID_LENGTH)
    status = fields.CharField(max_length=16)
    attempts = fields.IntField()
    updated_at = fields.CharField(max_length=TIME_LENGTH)
    message_id = fields.CharField(max_length=ID_LENGTH)

    class Meta:
        """Where it lives."""

        table = "deliveries"
        unique_together = (("event_id", "destination"),)


class DestinationRow(Model):
    """A chat that receives notifications."""

    sequence = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=ID_LENGTH, unique=True)
    operator_id = fields.CharField(max_length=ID_LENGTH)
    platform = fields.CharField(max_length=32)
    address = fields.CharField(max_length=ID_LENGTH)
    created_at = fields.CharField(max_length=TIME_LENGTH)
    kind = fields.CharField(max_length=16, db_default="private")
    title = fields.CharField(max_length=ID_LENGTH, db_default="")
    shows_amounts = fields.BooleanField(db_default=False)
    blocked = fields.TextField(db_default="")

    class Meta:
        """Where it lives."""

        table = "destinations"
