"""`/logs E-` showed what everybody's commands had failed with: each holds a reference that begins so."""

from dataclasses import replace

from bot.domain.facts import Saved
from bot.engine.reports.activity_log import ActivityLog
from tests.builders.facts import an_audit_entry
from tests.builders.small_engine import a_small_engine, queries_of


async def test_a_reference_is_found_whole_alone() -> None:
    async with a_small_engine() as engine:
        storage = engine.world.storage
        for name, result in (("1", "Failed: E-5K2P. /logs E-5K2P"), ("2", "Failed: E-5K2Q"), ("3", "done")):
            await storage.commit((Saved(replace(an_audit_entry(name), result=result)),))
        journal = ActivityLog(storage, queries_of(engine))
        for beginning in ("E-", "E-5K2", "-5K2P", "5K2P", "F"):
            assert await journal.audit_entries_by_reference(beginning) == ()
        assert [entry.audit_id for entry in await journal.audit_entries_by_reference("E-5K2P")] == ["1"]
