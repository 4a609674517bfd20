"""Tables of operators, identities, accounts, audit entries, panic states and key values."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from storage.schema.models_bots import ID_LENGTH, TIME_LENGTH


class OperatorRow(Model):
    """A human with a role."""

    sequence = fields.BigIntField(primary_key=True)
    operator_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    name = fields.CharField(max_length=ID_LENGTH)
    role = fields.CharField(max_length=16)
    timezone = fields.CharField(max_length=64)
    created_at = fields.CharField(max_length=TIME_LENGTH)
    preferences = fields.TextField(db_default="{}")
    removed_at = fields.CharField(max_length=TIME_LENGTH, null=True)

    class Meta:
        """Where it lives."""

        table = "operators"


class IdentityRow(Model):
    """An operator's account on a platform."""

    sequence = fields.BigIntField(primary_key=True)
    platform = fields.CharField(max_length=32)
    platform_id = fields.CharField(max_length=ID_LENGTH)
    operator_id = fields.CharField(max_length=ID_LENGTH)
    linked_at = fields.CharField(max_length=TIME_LENGTH)

    class Meta:
        """Where it lives."""

        table = "identities"
        unique_together = (("platform", "platform_id"),)


class AccountRow(Model):
    """An operator's place to trade."""

    sequence = fields.BigIntField(primary_key=True)
    account_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    owner = fields.CharField(max_length=ID_LENGTH)
    label = fields.CharField(max_length=ID_LENGTH)
    venue = fields.CharField(max_length=ID_LENGTH)
    mode = fields.CharField(max_length=16)
    currency = fields.CharField(max_length=32)
    deposit = fields.TextField()
    created_at = fields.CharField(max_length=TIME_LENGTH)

    class Meta:
        """Where it lives."""

        table = "accounts"


class AuditRow(Model):
    """An audit entry, without secrets."""

    sequence = fields.BigIntField(primary_key=True)
    audit_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    platform = fields.CharField(max_length=32)
    platform_id = fields.CharField(max_length=ID_LENGTH)
    operator_id = fields.CharField(max_length=ID_LENGTH, null=True)
    chat = fields.CharField(max_length=ID_LENGTH)
    command = fields.TextField()
    arguments = fields.TextField()
    result = fields.TextField()
    duration_ms = fields.BigIntField()
    trace_id = fields.CharField(max_length=ID_LENGTH)
    at = fields.CharField(max_length=TIME_LENGTH, db_index=True)

    class Meta:
        """Where it lives; the index finds a request that was answered before."""

        table = "audit"
        indexes = (Index(fields=("trace_id",)),)


class PanicRow(Model):
    """The kill switch of a scope."""

    sequence = fields.BigIntField(primary_key=True)
    scope = fields.CharField(max_length=ID_LENGTH, unique=True)
    by = fields.CharField(max_length=ID_LENGTH)
    at = fields.CharField(max_length=TIME_LENGTH)
    policy = fields.CharField(max_length=16)

    class Meta:
        """Where it lives."""

        table = "panics"


class NoteRow(Model):
    """A small named value of the installation; secrets only as hashes."""

    key = fields.CharField(max_length=ID_LENGTH, primary_key=True)
    value = fields.TextField()

    class Meta:
        """Where it lives."""

        table = "notes"
