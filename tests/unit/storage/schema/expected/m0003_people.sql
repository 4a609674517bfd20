CREATE TABLE "access_codes" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "code_id" VARCHAR(128) NOT NULL UNIQUE,
    "kind" VARCHAR(16) NOT NULL, "digest" TEXT NOT NULL, "role" VARCHAR(16) NOT NULL, "by" VARCHAR(128) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL, "expires_at" VARCHAR(32) NOT NULL
);
CREATE TABLE "accounts" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "account_id" VARCHAR(128) NOT NULL UNIQUE,
    "owner" VARCHAR(128) NOT NULL, "label" VARCHAR(128) NOT NULL, "venue" VARCHAR(128) NOT NULL,
    "mode" VARCHAR(16) NOT NULL, "currency" VARCHAR(32) NOT NULL, "deposit" TEXT NOT NULL,
    "created_at" VARCHAR(32) NOT NULL
);
CREATE TABLE "audit" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "audit_id" VARCHAR(128) NOT NULL UNIQUE,
    "platform" VARCHAR(32) NOT NULL, "platform_id" VARCHAR(128) NOT NULL, "operator_id" VARCHAR(128),
    "chat" VARCHAR(128) NOT NULL, "command" TEXT NOT NULL, "arguments" TEXT NOT NULL, "result" TEXT NOT NULL,
    "duration_ms" BIGINT NOT NULL, "trace_id" VARCHAR(128) NOT NULL, "at" VARCHAR(32) NOT NULL
);
CREATE INDEX "idx_audit_at_50be99" ON "audit" ("at");
CREATE INDEX "idx_audit_trace_i_6cb20b" ON "audit" ("trace_id");
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
CREATE TABLE "buttons" (
    "key" VARCHAR(128) NOT NULL PRIMARY KEY, "line" TEXT NOT NULL, "kept_at" VARCHAR(32) NOT NULL
);
CREATE INDEX "idx_buttons_kept_at_933ca4" ON "buttons" ("kept_at");
CREATE TABLE "config_versions" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL, "version" INT NOT NULL,
    "config" TEXT NOT NULL, "author" VARCHAR(128) NOT NULL, "made_at" VARCHAR(32) NOT NULL, "reason" TEXT NOT NULL,
    "changed" TEXT NOT NULL, CONSTRAINT "uid_config_vers_bot_id_c16959" UNIQUE ("bot_id", "version")
);
CREATE TABLE "deliveries" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "event_id" VARCHAR(128) NOT NULL,
    "destination" VARCHAR(128) NOT NULL, "status" VARCHAR(16) NOT NULL, "attempts" INT NOT NULL,
    "updated_at" VARCHAR(32) NOT NULL, "message_id" VARCHAR(128) NOT NULL,
    CONSTRAINT "uid_deliveries_event_i_a65094" UNIQUE ("event_id", "destination")
);
CREATE TABLE "destinations" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "key" VARCHAR(128) NOT NULL UNIQUE,
    "operator_id" VARCHAR(128) NOT NULL, "platform" VARCHAR(32) NOT NULL, "address" VARCHAR(128) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL
, "kind" VARCHAR(16) NOT NULL DEFAULT 'private', "title" VARCHAR(128) NOT NULL DEFAULT '', "shows_amounts" INT NOT NULL DEFAULT 0, "blocked" TEXT NOT NULL DEFAULT '');
CREATE TABLE "equity_points" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "market_time" VARCHAR(32) NOT NULL, "equity" TEXT NOT NULL, "closed_profit" TEXT NOT NULL,
    "open_profit" TEXT NOT NULL, "exposure" TEXT NOT NULL, "stored_at" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_equity_poin_bot_id_56d5bd" UNIQUE ("bot_id", "market_time")
);
CREATE INDEX "idx_equity_poin_stored__d36840" ON "equity_points" ("stored_at");
CREATE TABLE "events" (
    "number" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "event_id" VARCHAR(128) NOT NULL UNIQUE,
    "topic" VARCHAR(32) NOT NULL, "level" VARCHAR(16) NOT NULL, "operator_id" VARCHAR(128) NOT NULL, "bot" TEXT,
    "account_id" VARCHAR(128), "moment_market" VARCHAR(32) NOT NULL, "moment_wall" VARCHAR(32) NOT NULL,
    "payload" TEXT NOT NULL, "bot_id" VARCHAR(128)
, "thread" VARCHAR(128) NOT NULL DEFAULT '');
CREATE INDEX "idx_events_bot_id_778b8c" ON "events" ("bot_id", "number");
CREATE INDEX "idx_events_moment__a6ef46" ON "events" ("moment_wall");
CREATE INDEX "idx_events_thread_e261f1" ON "events" ("thread", "number");
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
CREATE TABLE "identities" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "platform" VARCHAR(32) NOT NULL,
    "platform_id" VARCHAR(128) NOT NULL, "operator_id" VARCHAR(128) NOT NULL, "linked_at" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_identities_platfor_424e5c" UNIQUE ("platform", "platform_id")
);
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
CREATE TABLE "notes" (
    "key" VARCHAR(128) NOT NULL PRIMARY KEY, "value" TEXT NOT NULL
);
CREATE TABLE "operators" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "operator_id" VARCHAR(128) NOT NULL UNIQUE,
    "name" VARCHAR(128) NOT NULL, "role" VARCHAR(16) NOT NULL, "timezone" VARCHAR(64) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL
, "preferences" TEXT NOT NULL DEFAULT '{}', "removed_at" VARCHAR(32));
CREATE TABLE "orders" (
    "status" VARCHAR(32) NOT NULL, "updated_at_market" VARCHAR(32) NOT NULL, "updated_at_wall" VARCHAR(32) NOT NULL,
    "venue_order_id" VARCHAR(128), "filled_quantity" TEXT NOT NULL, "filled_value" TEXT NOT NULL,
    "is_cancel_wanted" INT NOT NULL, "remark" TEXT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "is_working" INT NOT NULL,
    "client_order_id" VARCHAR(128) NOT NULL PRIMARY KEY REFERENCES "intents" ("client_order_id") ON DELETE RESTRICT
);
CREATE INDEX "idx_orders_is_work_5e81ae" ON "orders" ("is_working", "bot_id");
CREATE TABLE "panics" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "scope" VARCHAR(128) NOT NULL UNIQUE,
    "by" VARCHAR(128) NOT NULL, "at" VARCHAR(32) NOT NULL, "policy" VARCHAR(16) NOT NULL
);
CREATE TABLE "pending" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "destination" VARCHAR(128) NOT NULL,
    "number" BIGINT NOT NULL, CONSTRAINT "uid_pending_destina_3d6202" UNIQUE ("destination", "number")
);
CREATE INDEX "idx_pending_number_569aa8" ON "pending" ("number");
CREATE TABLE "shares" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "operator_id" VARCHAR(128) NOT NULL, "role" VARCHAR(16) NOT NULL, "by" VARCHAR(128) NOT NULL,
    "at" VARCHAR(32) NOT NULL, CONSTRAINT "uid_shares_bot_id_43b2f6" UNIQUE ("bot_id", "operator_id")
);
CREATE TABLE "signals" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "candle_close" VARCHAR(32) NOT NULL, "close_price" REAL, "row_entry" SMALLINT NOT NULL, "row_exit" INT NOT NULL,
    "row_reason" TEXT NOT NULL, "row_features" TEXT NOT NULL, "outcome" TEXT NOT NULL,
    "moment_market" VARCHAR(32) NOT NULL, "moment_wall" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_signals_bot_id_95254d" UNIQUE ("bot_id", "candle_close")
);
CREATE INDEX "idx_signals_moment__5135bf" ON "signals" ("moment_wall");
CREATE TABLE "subscriptions" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "destination" VARCHAR(128) NOT NULL,
    "bot_id" VARCHAR(128) NOT NULL, "by" VARCHAR(128) NOT NULL, "at" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_subscriptio_destina_3fd328" UNIQUE ("destination", "bot_id")
);
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
