CREATE TABLE "access_codes" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "code_id" VARCHAR(128) NOT NULL UNIQUE,
    "kind" VARCHAR(16) NOT NULL, "digest" TEXT NOT NULL, "role" VARCHAR(16) NOT NULL, "by" VARCHAR(128) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL, "expires_at" VARCHAR(32) NOT NULL
);
CREATE INDEX "idx_audit_trace_i_6cb20b" ON "audit" ("trace_id");
CREATE TABLE "buttons" (
    "key" VARCHAR(128) NOT NULL PRIMARY KEY, "line" TEXT NOT NULL, "kept_at" VARCHAR(32) NOT NULL
);
CREATE INDEX "idx_buttons_kept_at_933ca4" ON "buttons" ("kept_at");
CREATE TABLE "destinations" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "key" VARCHAR(128) NOT NULL UNIQUE,
    "operator_id" VARCHAR(128) NOT NULL, "platform" VARCHAR(32) NOT NULL, "address" VARCHAR(128) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL
, "kind" VARCHAR(16) NOT NULL DEFAULT 'private', "title" VARCHAR(128) NOT NULL DEFAULT '', "shows_amounts" INT NOT NULL DEFAULT 0, "blocked" TEXT NOT NULL DEFAULT '');
CREATE TABLE "events" (
    "number" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "event_id" VARCHAR(128) NOT NULL UNIQUE,
    "topic" VARCHAR(32) NOT NULL, "level" VARCHAR(16) NOT NULL, "operator_id" VARCHAR(128) NOT NULL, "bot" TEXT,
    "account_id" VARCHAR(128), "moment_market" VARCHAR(32) NOT NULL, "moment_wall" VARCHAR(32) NOT NULL,
    "payload" TEXT NOT NULL, "bot_id" VARCHAR(128)
, "thread" VARCHAR(128) NOT NULL DEFAULT '');
CREATE INDEX "idx_events_thread_e261f1" ON "events" ("thread", "number");
CREATE TABLE "operators" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "operator_id" VARCHAR(128) NOT NULL UNIQUE,
    "name" VARCHAR(128) NOT NULL, "role" VARCHAR(16) NOT NULL, "timezone" VARCHAR(64) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL
, "preferences" TEXT NOT NULL DEFAULT '{}', "removed_at" VARCHAR(32));
CREATE TABLE "shares" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "bot_id" VARCHAR(128) NOT NULL,
    "operator_id" VARCHAR(128) NOT NULL, "role" VARCHAR(16) NOT NULL, "by" VARCHAR(128) NOT NULL,
    "at" VARCHAR(32) NOT NULL, CONSTRAINT "uid_shares_bot_id_43b2f6" UNIQUE ("bot_id", "operator_id")
);
CREATE TABLE "subscriptions" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "destination" VARCHAR(128) NOT NULL,
    "bot_id" VARCHAR(128) NOT NULL, "by" VARCHAR(128) NOT NULL, "at" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_subscriptio_destina_3fd328" UNIQUE ("destination", "bot_id")
);
