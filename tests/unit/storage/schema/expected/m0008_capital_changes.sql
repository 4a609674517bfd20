CREATE TABLE "bot_runs" (
    "bot_id" VARCHAR(128) NOT NULL PRIMARY KEY, "status" VARCHAR(16) NOT NULL, "desired" VARCHAR(16) NOT NULL,
    "run_number" BIGINT NOT NULL, "run_started_market" VARCHAR(32), "run_started_wall" VARCHAR(32),
    "intent_counter" BIGINT NOT NULL, "last_decision" VARCHAR(32), "status_remark" TEXT NOT NULL,
    "status_changed_wall" VARCHAR(32), "status_by" VARCHAR(128), "stop_policy" VARCHAR(16), "exit_wish" TEXT,
    "lease_owner" VARCHAR(128) NOT NULL, "epoch" BIGINT NOT NULL
, "pass_started_market" VARCHAR(32), "capital_changes" TEXT NOT NULL DEFAULT '[]');
DROP TABLE "equity_points";
