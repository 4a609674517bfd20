"""Migration: the fill that opened a trade."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = """
ALTER TABLE "trades" ADD "opened_by" VARCHAR(128);
"""


class Migration(migrations.Migration):
    """Add the column; it is empty for earlier trades."""

    dependencies = [("quarterdeck", "m0003_people")]  # noqa: RUF012 - the form the library asks for
    operations = [ops.RunSQL(SQL)]  # noqa: RUF012 - the form the library asks for
