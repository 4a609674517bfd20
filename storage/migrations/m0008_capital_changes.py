"""Migration: edits of a bot's capital, with its profit at the time; curves are derived, so their points go."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = """
ALTER TABLE "bot_runs" ADD "capital_changes" TEXT NOT NULL DEFAULT '[]';
DROP TABLE "equity_points";
"""


class Migration(migrations.Migration):
    """Add the column and drop the table; bots that an older version edited count as if they never had been."""

    dependencies = [("quarterdeck", "m0007_closed_books")]  # noqa: RUF012 - the form the library asks for
    operations = [ops.RunSQL(SQL)]  # noqa: RUF012 - the form the library asks for
