"""Give what running changes in a bot a table of its own.

The old columns stay, unread: taking a column away would rebuild the table.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

COLUMNS = (
    "bot_id, status, desired, run_number, run_started_market, run_started_wall, intent_counter, last_decision, "
    "status_remark, status_changed_wall, status_by, stop_policy, exit_wish, lease_owner, epoch"
)
COPY = f"INSERT INTO bot_runs ({COLUMNS}) SELECT {COLUMNS} FROM bots"  # noqa: S608 - our own names
FORGET_COPY = "DELETE FROM bot_runs"


class Migration(migrations.Migration):
    """Create the table and copy what is known."""

    dependencies = [("quarterdeck", "m0004_opening_fills")]  # noqa: RUF012 - the form the library asks for
    operations = [  # noqa: RUF012 - the form the library asks for
        ops.CreateModel(
            name="BotRunRow",
            fields=[
                ("bot_id", fields.CharField(primary_key=True, max_length=128)),
                ("status", fields.CharField(max_length=16)),
                ("desired", fields.CharField(max_length=16)),
                ("run_number", fields.BigIntField()),
                ("run_started_market", fields.CharField(null=True, max_length=32)),
                ("run_started_wall", fields.CharField(null=True, max_length=32)),
                ("intent_counter", fields.BigIntField()),
                ("last_decision", fields.CharField(null=True, max_length=32)),
                ("status_remark", fields.TextField()),
                ("status_changed_wall", fields.CharField(null=True, max_length=32)),
                ("status_by", fields.CharField(null=True, max_length=128)),
                ("stop_policy", fields.CharField(null=True, max_length=16)),
                ("exit_wish", fields.TextField(null=True)),
                ("lease_owner", fields.CharField(max_length=128)),
                ("epoch", fields.BigIntField()),
            ],
            options={"table": "bot_runs", "app": "quarterdeck", "pk_attr": "bot_id"},
        ),
        ops.RunSQL(COPY, FORGET_COPY),
    ]
