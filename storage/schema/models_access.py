"""Tables of access beyond roles: one-time codes, shares, subscriptions; and of button lines."""

from tortoise import fields
from tortoise.models import Model

from storage.schema.models_bots import ID_LENGTH, TIME_LENGTH


class AccessCodeRow(Model):
    """A one-time code, as a salted hash."""

    sequence = fields.BigIntField(primary_key=True)
    code_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    kind = fields.CharField(max_length=16)
    digest = fields.TextField()
    role = fields.CharField(max_length=16)
    by = fields.CharField(max_length=ID_LENGTH)
    created_at = fields.CharField(max_length=TIME_LENGTH)
    expires_at = fields.CharField(max_length=TIME_LENGTH)

    class Meta:
        """Where it lives."""

        table = "access_codes"


class ShareRow(Model):
    """A bot shared with an operator."""

    sequence = fields.BigIntField(primary_key=True)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    operator_id = fields.CharField(max_length=ID_LENGTH)
    role = fields.CharField(max_length=16)
    by = fields.CharField(max_length=ID_LENGTH)
    at = fields.CharField(max_length=TIME_LENGTH)

    class Meta:
        """Where it lives."""

        table = "shares"
        unique_together = (("bot_id", "operator_id"),)


class SubscriptionRow(Model):
    """A chat's subscription to a bot."""

    sequence = fields.BigIntField(primary_key=True)
    destination = fields.CharField(max_length=ID_LENGTH)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    by = fields.CharField(max_length=ID_LENGTH)
    at = fields.CharField(max_length=TIME_LENGTH)

    class Meta:
        """Where it lives."""

        table = "subscriptions"
        unique_together = (("destination", "bot_id"),)


class ButtonRow(Model):
    """The command line of a button that is too long for its payload."""

    key = fields.CharField(max_length=ID_LENGTH, primary_key=True)
    line = fields.TextField()
    kept_at = fields.CharField(max_length=TIME_LENGTH, db_index=True)

    class Meta:
        """Where it lives."""

        table = "buttons"
