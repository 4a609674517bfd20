"""Migration: the fill that opened a trade."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add the column; it is empty for earlier trades."""

    dependencies = [("quarterdeck", "m0003_people")]  # noqa: RUF012 - the form the library asks for
    operations = [  # noqa: RUF012 - the form the library asks for
        ops.AddField("TradeRow", "opened_by", fields.CharField(null=True, max_length=128)),
    ]
