CREATE TABLE "books" (
    "bot_id" VARCHAR(128) NOT NULL PRIMARY KEY, "position_quantity" TEXT NOT NULL, "position_cost" TEXT NOT NULL,
    "totals_closed_profit" TEXT NOT NULL, "totals_fees" TEXT NOT NULL, "totals_notional" TEXT NOT NULL,
    "totals_fills" BIGINT NOT NULL, "totals_trades" BIGINT NOT NULL, "totals_won" BIGINT NOT NULL,
    "totals_wins_value" TEXT NOT NULL, "totals_losses_value" TEXT NOT NULL
);
CREATE TABLE "bots" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL UNIQUE,
    "name" VARCHAR(128) NOT NULL, "owner" VARCHAR(128) NOT NULL, "venue" VARCHAR(128) NOT NULL,
    "mode" VARCHAR(16) NOT NULL, "config" TEXT NOT NULL, "config_version" INT NOT NULL, "status" VARCHAR(16) NOT NULL,
    "desired" VARCHAR(16) NOT NULL, "created_at" VARCHAR(32) NOT NULL, "run_number" BIGINT NOT NULL,
    "run_started_market" VARCHAR(32), "run_started_wall" VARCHAR(32), "intent_counter" BIGINT NOT NULL,
    "last_decision" VARCHAR(32), "status_remark" TEXT NOT NULL, "status_changed_wall" VARCHAR(32),
    "status_by" VARCHAR(128), "stop_policy" VARCHAR(16), "exit_wish" TEXT, "tags" TEXT NOT NULL,
    "lease_owner" VARCHAR(128) NOT NULL, "epoch" BIGINT NOT NULL, "seed" BIGINT NOT NULL
);
CREATE INDEX "idx_bots_name_668de3" ON "bots" ("name");
CREATE TABLE "config_versions" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL, "version" INT NOT NULL,
    "config" TEXT NOT NULL, "author" VARCHAR(128) NOT NULL, "made_at" VARCHAR(32) NOT NULL, "reason" TEXT NOT NULL,
    "changed" TEXT NOT NULL, CONSTRAINT "uid_config_vers_bot_id_c16959" UNIQUE ("bot_id", "version")
);
CREATE TABLE "equity_points" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "market_time" VARCHAR(32) NOT NULL, "equity" TEXT NOT NULL, "closed_profit" TEXT NOT NULL,
    "open_profit" TEXT NOT NULL, "exposure" TEXT NOT NULL, "stored_at" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_equity_poin_bot_id_56d5bd" UNIQUE ("bot_id", "market_time")
);
CREATE INDEX "idx_equity_poin_stored__d36840" ON "equity_points" ("stored_at");
CREATE TABLE "fills" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "account_id" VARCHAR(128) NOT NULL,
    "bot_id" VARCHAR(128) NOT NULL, "client_order_id" VARCHAR(128) NOT NULL, "trade_id" VARCHAR(128) NOT NULL,
    "symbol" VARCHAR(128) NOT NULL, "side" VARCHAR(16) NOT NULL, "price" TEXT NOT NULL, "quantity" TEXT NOT NULL,
    "fee" TEXT NOT NULL, "fee_currency" VARCHAR(32) NOT NULL, "liquidity" VARCHAR(16) NOT NULL,
    "moment_market" VARCHAR(32) NOT NULL, "moment_wall" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_fills_account_15abe9" UNIQUE ("account_id", "trade_id")
);
CREATE INDEX "idx_fills_bot_id_5fed5a" ON "fills" ("bot_id", "sequence");
CREATE INDEX "idx_fills_client__d46262" ON "fills" ("client_order_id");
CREATE TABLE "intents" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "client_order_id" VARCHAR(128) NOT NULL UNIQUE,
    "bot_id" VARCHAR(128) NOT NULL, "account_id" VARCHAR(128) NOT NULL, "symbol" VARCHAR(128) NOT NULL,
    "timeframe" VARCHAR(16) NOT NULL, "side" VARCHAR(16) NOT NULL, "order_type" VARCHAR(16) NOT NULL,
    "purpose" VARCHAR(16) NOT NULL, "tag" VARCHAR(128) NOT NULL, "quantity" TEXT NOT NULL, "price" TEXT,
    "reference_price" TEXT NOT NULL, "decision_key" VARCHAR(128) NOT NULL, "reason" TEXT NOT NULL,
    "decided_at_market" VARCHAR(32) NOT NULL, "decided_at_wall" VARCHAR(32) NOT NULL, "valid_until" VARCHAR(32),
    "run_number" BIGINT NOT NULL, "config_version" INT NOT NULL, "group" VARCHAR(128),
    "reference" VARCHAR(128) NOT NULL, CONSTRAINT "uid_intents_bot_id_4a9b6b" UNIQUE ("bot_id", "decision_key")
);
CREATE INDEX "idx_intents_bot_id_9b5853" ON "intents" ("bot_id", "sequence");
CREATE INDEX "idx_intents_referen_18c1b2" ON "intents" ("reference");
CREATE TABLE "orders" (
    "status" VARCHAR(32) NOT NULL, "updated_at_market" VARCHAR(32) NOT NULL, "updated_at_wall" VARCHAR(32) NOT NULL,
    "venue_order_id" VARCHAR(128), "filled_quantity" TEXT NOT NULL, "filled_value" TEXT NOT NULL,
    "is_cancel_wanted" INT NOT NULL, "remark" TEXT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "is_working" INT NOT NULL,
    "client_order_id" VARCHAR(128) NOT NULL PRIMARY KEY REFERENCES "intents" ("client_order_id") ON DELETE RESTRICT
);
CREATE INDEX "idx_orders_is_work_5e81ae" ON "orders" ("is_working", "bot_id");
CREATE TABLE "signals" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "candle_close" VARCHAR(32) NOT NULL, "close_price" REAL, "row_entry" SMALLINT NOT NULL, "row_exit" INT NOT NULL,
    "row_reason" TEXT NOT NULL, "row_features" TEXT NOT NULL, "outcome" TEXT NOT NULL,
    "moment_market" VARCHAR(32) NOT NULL, "moment_wall" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_signals_bot_id_95254d" UNIQUE ("bot_id", "candle_close")
);
CREATE INDEX "idx_signals_moment__5135bf" ON "signals" ("moment_wall");
CREATE TABLE "trades" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "trade_id" VARCHAR(128) NOT NULL UNIQUE,
    "bot_id" VARCHAR(128) NOT NULL, "number" BIGINT NOT NULL, "symbol" VARCHAR(128) NOT NULL,
    "sign" SMALLINT NOT NULL, "opened_at_market" VARCHAR(32) NOT NULL, "opened_at_wall" VARCHAR(32) NOT NULL,
    "entry_quantity" TEXT NOT NULL, "entry_value" TEXT NOT NULL, "exit_quantity" TEXT NOT NULL,
    "exit_value" TEXT NOT NULL, "exit_cost" TEXT NOT NULL, "fees" TEXT NOT NULL, "closed_at_market" VARCHAR(32),
    "closed_at_wall" VARCHAR(32), "exit_reason" VARCHAR(32)
);
CREATE INDEX "idx_trades_bot_id_653ff3" ON "trades" ("bot_id", "sequence");
CREATE INDEX "idx_trades_closed__fa21de" ON "trades" ("closed_at_wall", "bot_id");
