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
);
CREATE TABLE "events" (
    "number" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "event_id" VARCHAR(128) NOT NULL UNIQUE,
    "topic" VARCHAR(32) NOT NULL, "level" VARCHAR(16) NOT NULL, "operator_id" VARCHAR(128) NOT NULL, "bot" TEXT,
    "account_id" VARCHAR(128), "moment_market" VARCHAR(32) NOT NULL, "moment_wall" VARCHAR(32) NOT NULL,
    "payload" TEXT NOT NULL, "bot_id" VARCHAR(128)
);
CREATE INDEX "idx_events_bot_id_778b8c" ON "events" ("bot_id", "number");
CREATE INDEX "idx_events_moment__a6ef46" ON "events" ("moment_wall");
CREATE TABLE "identities" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "platform" VARCHAR(32) NOT NULL,
    "platform_id" VARCHAR(128) NOT NULL, "operator_id" VARCHAR(128) NOT NULL, "linked_at" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_identities_platfor_424e5c" UNIQUE ("platform", "platform_id")
);
CREATE TABLE "notes" (
    "key" VARCHAR(128) NOT NULL PRIMARY KEY, "value" TEXT NOT NULL
);
CREATE TABLE "operators" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "operator_id" VARCHAR(128) NOT NULL UNIQUE,
    "name" VARCHAR(128) NOT NULL, "role" VARCHAR(16) NOT NULL, "timezone" VARCHAR(64) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL
);
CREATE TABLE "panics" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "scope" VARCHAR(128) NOT NULL UNIQUE,
    "by" VARCHAR(128) NOT NULL, "at" VARCHAR(32) NOT NULL, "policy" VARCHAR(16) NOT NULL
);
CREATE TABLE "pending" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "destination" VARCHAR(128) NOT NULL,
    "number" BIGINT NOT NULL, CONSTRAINT "uid_pending_destina_3d6202" UNIQUE ("destination", "number")
);
CREATE INDEX "idx_pending_number_569aa8" ON "pending" ("number");
