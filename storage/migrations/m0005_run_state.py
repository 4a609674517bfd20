"""Migration: what running changes in a bot gets a table of its own.

The old columns stay, unread: taking a column away would rebuild the table.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = """
CREATE TABLE "bot_runs" (
    "bot_id" VARCHAR(128) NOT NULL PRIMARY KEY, "status" VARCHAR(16) NOT NULL, "desired" VARCHAR(16) NOT NULL,
    "run_number" BIGINT NOT NULL, "run_started_market" VARCHAR(32), "run_started_wall" VARCHAR(32),
    "intent_counter" BIGINT NOT NULL, "last_decision" VARCHAR(32), "status_remark" TEXT NOT NULL,
    "status_changed_wall" VARCHAR(32), "status_by" VARCHAR(128), "stop_policy" VARCHAR(16), "exit_wish" TEXT,
    "lease_owner" VARCHAR(128) NOT NULL, "epoch" BIGINT NOT NULL
);
INSERT INTO "bot_runs" SELECT
    "bot_id", "status", "desired", "run_number", "run_started_market", "run_started_wall", "intent_counter",
    "last_decision", "status_remark", "status_changed_wall", "status_by", "stop_policy", "exit_wish", "lease_owner",
    "epoch"
FROM "bots";
"""


class Migration(migrations.Migration):
    """Create the table and copy what is known."""

    dependencies = [("quarterdeck", "m0004_opening_fills")]  # noqa: RUF012 - the form the library asks for
    operations = [ops.RunSQL(SQL)]  # noqa: RUF012 - the form the library asks for
