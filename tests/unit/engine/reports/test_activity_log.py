"""What happened and who did it: everybody reads of their own, owners of everything."""

from dataclasses import replace

from bot.domain.events import BotFailed, OrderRejected
from bot.domain.facts import EventRaised, Saved
from bot.domain.ids import OperatorId, Reference
from bot.domain.people import Role
from bot.engine.people.permissions import Requester
from bot.engine.reports.activity_log import MAX_FAILURES, ActivityLog
from bot.ports.storage import NumberedEvent, Page
from tests.builders import facts as a
from tests.builders.orders import an_intent
from tests.builders.small_engine import SmallEngine, a_small_engine, queries_of

MIA = Requester(operator=a.an_operator("mia", Role.TRADER))
JONAS = Requester(operator=a.an_operator("jonas", Role.TRADER), required_role=Role.TRADER)
ANNA = Requester(operator=a.an_operator("anna", Role.OWNER))
REFERENCE = Reference("E-5K2P")
FAILED = BotFailed(error="broke", reference=REFERENCE, tries=5)


async def a_journal(engine: SmallEngine) -> ActivityLog:
    """Store what happened to mia's bots alpha, which jonas may look at, and beta, and to jonas himself."""
    rejected = OrderRejected(intent=an_intent(bot="beta"), error="no", reference=REFERENCE)
    await engine.world.storage.commit(
        (
            Saved(a.a_bot("alpha", name="alpha")),
            Saved(a.a_bot("beta", name="beta")),
            Saved(a.a_share("alpha", "jonas")),
            EventRaised(a.an_event("alpha-1", bot="alpha", payload=FAILED)),
            EventRaised(a.an_event("beta-1", bot="beta", payload=rejected)),
            EventRaised(a.an_event("jonas-1", operator="jonas")),
            EventRaised(a.an_event("alpha-2", bot="alpha")),
        )
    )
    return ActivityLog(engine.world.storage, queries_of(engine))


def ids(found: tuple[NumberedEvent, ...]) -> list[str]:
    return [item.event.event_id for item in found]


async def test_everybody_reads_of_what_they_may_see_newest_first() -> None:
    async with a_small_engine() as engine:
        journal = await a_journal(engine)
        assert ids(await journal.events(ANNA, None, 10)) == ["alpha-2", "jonas-1", "beta-1", "alpha-1"]
        assert ids(await journal.events(MIA, None, 10)) == ["alpha-2", "beta-1", "alpha-1"]
        assert ids(await journal.events(MIA, None, 3)) == ["alpha-2", "beta-1", "alpha-1"]
        assert ids(await journal.events(JONAS, None, 10)) == ["alpha-2", "jonas-1", "alpha-1"]
        assert ids(await journal.events(JONAS, None, 2)) == ["alpha-2", "jonas-1"]


async def test_one_bot_has_its_own_events() -> None:
    async with a_small_engine() as engine:
        journal = await a_journal(engine)
        assert ids(await journal.events(JONAS, a.a_bot("alpha"), 10)) == ["alpha-2", "alpha-1"]
        assert ids(await journal.events(JONAS, a.a_bot("alpha"), 1)) == ["alpha-2"]


async def test_a_reference_finds_what_failed_among_what_one_may_see() -> None:
    async with a_small_engine() as engine:
        journal = await a_journal(engine)
        assert ids(await journal.events_by_reference(ANNA, REFERENCE)) == ["beta-1", "alpha-1"]
        assert ids(await journal.events_by_reference(JONAS, REFERENCE)) == ["alpha-1"]
        assert await journal.events_by_reference(ANNA, "E-5K2") == ()


async def test_a_person_sees_their_own_newest_commands_that_failed() -> None:
    async with a_small_engine() as engine:
        journal = await a_journal(engine)
        rows = [
            replace(
                a.an_audit_entry(f"{number}", minutes=number),
                operator_id=OperatorId("mia" if number % 2 else "jonas"),
                result="done" if number == 15 else "Failed: it broke. Ref E-5K2P",
            )
            for number in range(20)
        ]
        await engine.world.storage.commit(tuple(map(Saved, rows)))
        assert [row.audit_id for row in await journal.failed_commands(MIA.operator)] == ["19", "17", "13", "11", "9"]
        assert len(await journal.failed_commands(JONAS.operator)) == MAX_FAILURES
        assert await journal.failed_commands(ANNA.operator) == ()
        assert [row.audit_id for row in await journal.audit_entries(Page(limit=2, offset=1))] == ["18", "17"]


async def test_names_are_known_of_those_who_went_too() -> None:
    async with a_small_engine() as engine:
        journal = await a_journal(engine)
        await engine.world.storage.commit((Saved(replace(JONAS.operator, removed_at=a.WALL)),))
        assert await journal.operator_names() == {"mia": "mia", "jonas": "jonas"}
