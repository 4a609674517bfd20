"""Migration: what entering the open part of a trade cost in fees."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = """
ALTER TABLE "trades" ADD "open_fees" TEXT NOT NULL DEFAULT '0';
UPDATE "trades" SET "open_fees" = "fees" WHERE "closed_at_wall" IS NULL AND "exit_quantity" = '0';
"""


class Migration(migrations.Migration):
    """Add the column; an open trade that was left in part counts as if that had paid all fees so far."""

    dependencies = [("quarterdeck", "m0005_run_state")]  # noqa: RUF012 - the form the library asks for
    operations = [ops.RunSQL(SQL)]  # noqa: RUF012 - the form the library asks for
