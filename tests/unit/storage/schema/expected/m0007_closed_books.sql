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
CREATE TABLE "books" (
    "bot_id" VARCHAR(128) NOT NULL PRIMARY KEY, "position_quantity" TEXT NOT NULL, "position_cost" TEXT NOT NULL,
    "totals_closed_profit" TEXT NOT NULL, "totals_fees" TEXT NOT NULL, "totals_notional" TEXT NOT NULL,
    "totals_fills" BIGINT NOT NULL, "totals_trades" BIGINT NOT NULL, "totals_won" BIGINT NOT NULL,
    "totals_wins_value" TEXT NOT NULL, "totals_losses_value" TEXT NOT NULL
, "earlier_trades" BIGINT NOT NULL DEFAULT 0);
CREATE TABLE "bot_runs" (
    "bot_id" VARCHAR(128) NOT NULL PRIMARY KEY, "status" VARCHAR(16) NOT NULL, "desired" VARCHAR(16) NOT NULL,
    "run_number" BIGINT NOT NULL, "run_started_market" VARCHAR(32), "run_started_wall" VARCHAR(32),
    "intent_counter" BIGINT NOT NULL, "last_decision" VARCHAR(32), "status_remark" TEXT NOT NULL,
    "status_changed_wall" VARCHAR(32), "status_by" VARCHAR(128), "stop_policy" VARCHAR(16), "exit_wish" TEXT,
    "lease_owner" VARCHAR(128) NOT NULL, "epoch" BIGINT NOT NULL
, "pass_started_market" VARCHAR(32));
