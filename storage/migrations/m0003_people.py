"""Migration: preferences, access beyond roles, and threads of events."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Pending deliveries stay pending; earlier events are addressed already.
ADDRESSED = "INSERT INTO notes (key, value) SELECT 'addressed', COALESCE(MAX(number), 0) FROM events"
FORGET_ADDRESSED = "DELETE FROM notes WHERE key = 'addressed'"


class Migration(migrations.Migration):
    """Add columns and tables."""

    dependencies = [("quarterdeck", "m0002_telling")]  # noqa: RUF012 - the form the library asks for
    operations = [  # noqa: RUF012 - the form the library asks for
        ops.AddField("OperatorRow", "preferences", fields.TextField(db_default="{}")),
        ops.AddField("OperatorRow", "removed_at", fields.CharField(null=True, max_length=32)),
        ops.AddField("DestinationRow", "kind", fields.CharField(max_length=16, db_default="private")),
        ops.AddField("DestinationRow", "title", fields.CharField(max_length=128, db_default="")),
        ops.AddField("DestinationRow", "shows_amounts", fields.BooleanField(db_default=False)),
        ops.AddField("DestinationRow", "blocked", fields.TextField(db_default="")),
        ops.AddField("EventRow", "thread", fields.CharField(max_length=128, db_default="")),
        ops.AddIndex("EventRow", Index(fields=["thread", "number"])),
        ops.AddIndex("AuditRow", Index(fields=["trace_id"])),
        ops.RunSQL(ADDRESSED, FORGET_ADDRESSED),
        ops.CreateModel(
            name="AccessCodeRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("code_id", fields.CharField(unique=True, max_length=128)),
                ("kind", fields.CharField(max_length=16)),
                ("digest", fields.TextField()),
                ("role", fields.CharField(max_length=16)),
                ("by", fields.CharField(max_length=128)),
                ("created_at", fields.CharField(max_length=32)),
                ("expires_at", fields.CharField(max_length=32)),
            ],
            options={"table": "access_codes", "app": "quarterdeck", "pk_attr": "sequence"},
        ),
        ops.CreateModel(
            name="ShareRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("bot_id", fields.CharField(max_length=128)),
                ("operator_id", fields.CharField(max_length=128)),
                ("role", fields.CharField(max_length=16)),
                ("by", fields.CharField(max_length=128)),
                ("at", fields.CharField(max_length=32)),
            ],
            options={
                "table": "shares",
                "app": "quarterdeck",
                "unique_together": (("bot_id", "operator_id"),),
                "pk_attr": "sequence",
            },
        ),
        ops.CreateModel(
            name="SubscriptionRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("destination", fields.CharField(max_length=128)),
                ("bot_id", fields.CharField(max_length=128)),
                ("by", fields.CharField(max_length=128)),
                ("at", fields.CharField(max_length=32)),
            ],
            options={
                "table": "subscriptions",
                "app": "quarterdeck",
                "unique_together": (("destination", "bot_id"),),
                "pk_attr": "sequence",
            },
        ),
        ops.CreateModel(
            name="ButtonRow",
            fields=[
                ("key", fields.CharField(primary_key=True, max_length=128)),
                ("line", fields.TextField()),
                ("kept_at", fields.CharField(db_index=True, max_length=32)),
            ],
            options={"table": "buttons", "app": "quarterdeck", "pk_attr": "key"},
        ),
    ]
