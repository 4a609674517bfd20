"""Migration: preferences, access beyond roles, and threads of events."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = """
ALTER TABLE "operators" ADD "preferences" TEXT NOT NULL DEFAULT '{}';
ALTER TABLE "operators" ADD "removed_at" VARCHAR(32);
ALTER TABLE "destinations" ADD "kind" VARCHAR(16) NOT NULL DEFAULT 'private';
ALTER TABLE "destinations" ADD "title" VARCHAR(128) NOT NULL DEFAULT '';
ALTER TABLE "destinations" ADD "shows_amounts" INT NOT NULL DEFAULT 0;
ALTER TABLE "destinations" ADD "blocked" TEXT NOT NULL DEFAULT '';
ALTER TABLE "events" ADD "thread" VARCHAR(128) NOT NULL DEFAULT '';
CREATE INDEX "idx_events_thread_e261f1" ON "events" ("thread", "number");
CREATE INDEX "idx_audit_trace_i_6cb20b" ON "audit" ("trace_id");
-- Pending deliveries stay pending, earlier events are addressed already.
INSERT INTO "notes" ("key", "value") SELECT 'addressed', COALESCE(MAX("number"), 0) FROM "events";
CREATE TABLE "access_codes" (
    "sequence" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "code_id" VARCHAR(128) NOT NULL UNIQUE,
    "kind" VARCHAR(16) NOT NULL, "digest" TEXT NOT NULL, "role" VARCHAR(16) NOT NULL, "by" VARCHAR(128) NOT NULL,
    "created_at" VARCHAR(32) NOT NULL, "expires_at" VARCHAR(32) NOT NULL
);
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
CREATE TABLE "buttons" (
    "key" VARCHAR(128) NOT NULL PRIMARY KEY, "line" TEXT NOT NULL, "kept_at" VARCHAR(32) NOT NULL
);
CREATE INDEX "idx_buttons_kept_at_933ca4" ON "buttons" ("kept_at");
"""


class Migration(migrations.Migration):
    """Add columns and tables."""

    dependencies = [("quarterdeck", "m0002_telling")]  # noqa: RUF012 - the form the library asks for
    operations = [ops.RunSQL(SQL)]  # noqa: RUF012 - the form the library asks for
