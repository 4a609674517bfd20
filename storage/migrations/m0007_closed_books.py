"""Migration: closed books of bots, and when a pass began.

Trades of earlier passes are counted so that numbers go on; before this version there was one pass only.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = """
CREATE TABLE "closed_books" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL, "number" BIGINT NOT NULL,
    "account_id" VARCHAR(128) NOT NULL, "symbol" VARCHAR(128) NOT NULL, "reason" VARCHAR(32) NOT NULL,
    "moment_market" VARCHAR(32) NOT NULL, "moment_wall" VARCHAR(32) NOT NULL, "position_quantity" TEXT NOT NULL,
    "position_cost" TEXT NOT NULL, "totals_closed_profit" TEXT NOT NULL, "totals_fees" TEXT NOT NULL,
    "totals_notional" TEXT NOT NULL, "totals_fills" BIGINT NOT NULL, "totals_trades" BIGINT NOT NULL,
    "totals_won" BIGINT NOT NULL, "totals_wins_value" TEXT NOT NULL, "totals_losses_value" TEXT NOT NULL,
    "last_trade" BIGINT NOT NULL, "last_fill" VARCHAR(128),
    CONSTRAINT "uid_closed_book_bot_id_5f1f5e" UNIQUE ("bot_id", "number")
);
ALTER TABLE "books" ADD "earlier_trades" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "bot_runs" ADD "pass_started_market" VARCHAR(32);
UPDATE "bot_runs" SET "pass_started_market" = "run_started_market" WHERE "run_number" = 1;
"""


class Migration(migrations.Migration):
    """Create the table and add the columns."""

    dependencies = [("quarterdeck", "m0006_open_fees")]  # noqa: RUF012 - the form the library asks for
    operations = [ops.RunSQL(SQL)]  # noqa: RUF012 - the form the library asks for
