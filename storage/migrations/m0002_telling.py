"""Migration: tables of people and notifications."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = [("quarterdeck", "m0001_trading")]  # noqa: RUF012 - the form the library asks for
    operations = [  # noqa: RUF012 - the form the library asks for
        ops.CreateModel(
            name="EventRow",
            fields=[
                ("number", fields.BigIntField(primary_key=True)),
                ("event_id", fields.CharField(unique=True, max_length=128)),
                ("topic", fields.CharField(max_length=32)),
                ("level", fields.CharField(max_length=16)),
                ("operator_id", fields.CharField(max_length=128)),
                ("bot", fields.TextField(null=True)),
                ("account_id", fields.CharField(null=True, max_length=128)),
                ("moment_market", fields.CharField(max_length=32)),
                ("moment_wall", fields.CharField(db_index=True, max_length=32)),
                ("payload", fields.TextField()),
                ("bot_id", fields.CharField(null=True, max_length=128)),
            ],
            options={
                "table": "events",
                "app": "quarterdeck",
                "indexes": [Index(fields=["bot_id", "number"])],
                "pk_attr": "number",
            },
        ),
        ops.CreateModel(
            name="PendingRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("destination", fields.CharField(max_length=128)),
                ("number", fields.BigIntField(db_index=True)),
            ],
            options={
                "table": "pending",
                "app": "quarterdeck",
                "unique_together": (("destination", "number"),),
                "pk_attr": "sequence",
            },
        ),
        ops.CreateModel(
            name="DeliveryRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("event_id", fields.CharField(max_length=128)),
                ("destination", fields.CharField(max_length=128)),
                ("status", fields.CharField(max_length=16)),
                ("attempts", fields.IntField()),
                ("updated_at", fields.CharField(max_length=32)),
                ("message_id", fields.CharField(max_length=128)),
            ],
            options={
                "table": "deliveries",
                "app": "quarterdeck",
                "unique_together": (("event_id", "destination"),),
                "pk_attr": "sequence",
            },
        ),
        ops.CreateModel(
            name="DestinationRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("key", fields.CharField(unique=True, max_length=128)),
                ("operator_id", fields.CharField(max_length=128)),
                ("platform", fields.CharField(max_length=32)),
                ("address", fields.CharField(max_length=128)),
                ("created_at", fields.CharField(max_length=32)),
            ],
            options={"table": "destinations", "app": "quarterdeck", "pk_attr": "sequence"},
        ),
        ops.CreateModel(
            name="OperatorRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("operator_id", fields.CharField(unique=True, max_length=128)),
                ("name", fields.CharField(max_length=128)),
                ("role", fields.CharField(max_length=16)),
                ("timezone", fields.CharField(max_length=64)),
                ("created_at", fields.CharField(max_length=32)),
            ],
            options={"table": "operators", "app": "quarterdeck", "pk_attr": "sequence"},
        ),
        ops.CreateModel(
            name="IdentityRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("platform", fields.CharField(max_length=32)),
                ("platform_id", fields.CharField(max_length=128)),
                ("operator_id", fields.CharField(max_length=128)),
                ("linked_at", fields.CharField(max_length=32)),
            ],
            options={
                "table": "identities",
                "app": "quarterdeck",
                "unique_together": (("platform", "platform_id"),),
                "pk_attr": "sequence",
            },
        ),
        ops.CreateModel(
            name="AccountRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("account_id", fields.CharField(unique=True, max_length=128)),
                ("owner", fields.CharField(max_length=128)),
                ("label", fields.CharField(max_length=128)),
                ("venue", fields.CharField(max_length=128)),
                ("mode", fields.CharField(max_length=16)),
                ("currency", fields.CharField(max_length=32)),
                ("deposit", fields.TextField()),
                ("created_at", fields.CharField(max_length=32)),
            ],
            options={"table": "accounts", "app": "quarterdeck", "pk_attr": "sequence"},
        ),
        ops.CreateModel(
            name="AuditRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("audit_id", fields.CharField(unique=True, max_length=128)),
                ("platform", fields.CharField(max_length=32)),
                ("platform_id", fields.CharField(max_length=128)),
                ("operator_id", fields.CharField(null=True, max_length=128)),
                ("chat", fields.CharField(max_length=128)),
                ("command", fields.TextField()),
                ("arguments", fields.TextField()),
                ("result", fields.TextField()),
                ("duration_ms", fields.BigIntField()),
                ("trace_id", fields.CharField(max_length=128)),
                ("at", fields.CharField(db_index=True, max_length=32)),
            ],
            options={"table": "audit", "app": "quarterdeck", "pk_attr": "sequence"},
        ),
        ops.CreateModel(
            name="PanicRow",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True)),
                ("scope", fields.CharField(unique=True, max_length=128)),
                ("by", fields.CharField(max_length=128)),
                ("at", fields.CharField(max_length=32)),
                ("policy", fields.CharField(max_length=16)),
            ],
            options={"table": "panics", "app": "quarterdeck", "pk_attr": "sequence"},
        ),
        ops.CreateModel(
            name="NoteRow",
            fields=[
                ("key", fields.CharField(primary_key=True, max_length=128)),
                ("value", fields.TextField()),
            ],
            options={"table": "notes", "app": "quarterdeck", "pk_attr": "key"},
        ),
    ]
