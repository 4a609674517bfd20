CREATE TABLE "trades" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "trade_id" VARCHAR(128) NOT NULL UNIQUE,
    "bot_id" VARCHAR(128) NOT NULL, "number" BIGINT NOT NULL, "symbol" VARCHAR(128) NOT NULL,
    "sign" SMALLINT NOT NULL, "opened_at_market" VARCHAR(32) NOT NULL, "opened_at_wall" VARCHAR(32) NOT NULL,
    "entry_quantity" TEXT NOT NULL, "entry_value" TEXT NOT NULL, "exit_quantity" TEXT NOT NULL,
    "exit_value" TEXT NOT NULL, "exit_cost" TEXT NOT NULL, "fees" TEXT NOT NULL, "closed_at_market" VARCHAR(32),
    "closed_at_wall" VARCHAR(32), "exit_reason" VARCHAR(32)
, "opened_by" VARCHAR(128), "open_fees" TEXT NOT NULL DEFAULT '0');
