"""Migrations lead to the schema of the models, and foreign files are refused in one sentence."""

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext, tortoise_test_context
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

import storage.migrations
from bot.domain.errors import Corruption, SettingsError
from bot.domain.facts import RunStateSaved
from bot.domain.instance import BotStatus, PendingExit, StopPolicy
from bot.domain.people import Role
from bot.domain.trade import ExitReason
from storage.database import open_database
from storage.schema.migrate import APP, MODELS, app_configuration
from storage.schema.tables import BOT_RUNS, BOTS
from tests.builders import facts as a
from tests.builders.facts import WALL
from tests.builders.storages import names
from tests.fakes.clock import FakeClock

EXPECTED = Path(__file__).parent / "expected"
"""What each migration made new or anew: never changed, a new migration adds a file of its own."""


def copies(folder: Path) -> list[Path]:
    return list(folder.glob("*.before-migration-20260105T120000Z"))


async def create(path: Path) -> None:
    async with open_database(path, FakeClock(WALL)) as database:
        assert await database.reader.bots() == ()


def normalised(statement: str) -> str:
    """Return a statement without comments and spaces."""
    return re.sub(r"/\*.*?\*/|\s+", "", statement.replace("IF NOT EXISTS", ""))


def schema(path: Path) -> set[str]:
    """Return the normalised statements that make a database, without the table of migrations."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    statements = (normalised(sql) for (sql,) in rows)
    return {sql for sql in statements if "tortoise_migrations" not in sql and "sqlite_sequence" not in sql}


def expected_schema(migration: str) -> set[str]:
    """Return the normalised statements that are kept for a migration and those before it."""
    made: dict[str, str] = {}
    for path in sorted(EXPECTED.glob("*.sql")):
        if path.stem <= migration:
            statements = map(normalised, path.read_text(encoding="utf-8").split(";"))
            for sql in filter(None, statements):
                if sql.startswith("DROPTABLE"):
                    gone = sql.removeprefix("DROPTABLE")
                    made = {head: kept for head, kept in made.items() if not head.endswith(gone)}
                else:
                    made[sql.partition("(")[0]] = sql
    return set(made.values())


def columns_and_indexes(path: Path) -> set[tuple[str, ...]]:
    """Return the parts of each statement, whatever their order, defaults, and names of types that SQLite mixes up."""
    synonyms = (
        (r'"VARCHAR\(\d+\)', '"TEXT'),
        (r'"(BIGINT|SMALLINT|INT)(?=NOT|,|\))', '"INTEGER'),
        (r"DEFAULT('.*?'|\d+)", ""),
    )
    found = set()
    for statement in schema(path):
        for name, one_name in synonyms:
            statement = re.sub(name, one_name, statement)  # noqa: PLW2901
        head, _, body = statement.removesuffix(")").partition("(")
        found.add((head, *sorted(re.split(r",(?![^(]*\))", body))))
    return found


async def test_the_migrated_schema_equals_that_of_the_models(tmp_path: Path) -> None:
    migrated, fresh = tmp_path / "migrated.db", tmp_path / "fresh.db"
    await create(migrated)
    async with tortoise_test_context(MODELS, db_url=f"sqlite://{fresh}", app_label=APP):
        expected = columns_and_indexes(fresh)
    assert columns_and_indexes(migrated) == expected
    assert len(expected) > 30


async def create_older(path: Path, migration: str) -> None:
    """Create a database as a version did that knew no later migration."""
    config = app_configuration("default")
    async with TortoiseContext() as context:
        await context.init(db_url=f"sqlite://{path}", modules={APP: MODELS})
        executor = MigrationExecutor(context.connections.get("default"), {APP: config})
        await executor.migrate([MigrationTarget(APP, migration)], direction="forward")
        await context.close_connections()


@pytest.mark.parametrize("migration", sorted(path.stem for path in EXPECTED.glob("*.sql")))
async def test_a_migration_that_was_released_makes_the_schema_it_always_made(tmp_path: Path, migration: str) -> None:
    path = tmp_path / "q.db"
    await create_older(path, migration)
    assert schema(path) == expected_schema(migration)


def test_every_migration_has_its_expected_schema() -> None:
    migrations = {path.stem for path in Path(storage.migrations.__path__[0]).glob("m*.py")}
    assert {path.stem for path in EXPECTED.glob("*.sql")} == migrations


async def test_a_new_database_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    await create(path)
    await create(path)
    assert not copies(tmp_path)


@pytest.mark.parametrize(
    "migration",
    [
        "m0001_trading",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("m0002_telling", "m0004_opening_fills")),
    ],
)
async def test_an_older_database_is_copied_and_brought_up_to_date(tmp_path: Path, migration: str) -> None:
    path, fresh = tmp_path / "q.db", tmp_path / "fresh.db"
    await create_older(path, migration)
    before = schema(path)
    await create(path)
    await create(fresh)
    (copy,) = copies(tmp_path)
    assert schema(copy) == before
    assert schema(path) == schema(fresh)


async def test_people_of_an_older_database_stay_and_are_not_told_old_news(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    await create_older(path, "m0002_telling")
    with closing(sqlite3.connect(path)) as connection, connection:
        time = WALL.isoformat(timespec="microseconds")
        connection.execute(
            "INSERT INTO operators (operator_id, name, role, timezone, created_at) "
            "VALUES ('mia', 'mia', 'owner', 'UTC', ?)",
            (time,),
        )
        connection.execute(
            "INSERT INTO destinations (key, operator_id, platform, address, created_at) "
            "VALUES ('console:1', 'mia', 'console', '1', ?)",
            (time,),
        )
        connection.executemany(
            "INSERT INTO events (event_id, topic, level, operator_id, moment_market, moment_wall, payload) "
            "VALUES (?, 'life-cycle', 'loud', 'mia', ?, ?, '[\"BotStarted\", {\"by\": null}]')",
            [("told", time, time), ("owed", time, time)],
        )
        connection.execute("INSERT INTO pending (destination, number) VALUES ('console:1', 2)")
    async with open_database(path, FakeClock(WALL)) as database:
        reader = database.reader
        assert await reader.operators() == (a.an_operator(role=Role.OWNER),)
        assert await reader.destinations() == (a.a_destination(),)
        assert names(await reader.undelivered_events("console:1", 10)) == ["owed"]
        assert await reader.key_value("addressed") == "2"


async def test_a_bot_of_an_older_database_keeps_its_run_state(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    await create_older(path, "m0004_opening_fills")
    bot = replace(
        a.a_bot(status=BotStatus.PAUSED),
        run_number=3,
        intent_counter=17,
        last_decision=WALL,
        exit_wish=PendingExit(reason=ExitReason.SIGNAL, text="enough", reference_price=Decimal("1.10")),
        stop_policy=StopPolicy.CANCEL,
        epoch=5,
    )
    cells = dict(zip(BOTS.columns, BOTS.codec.encode(bot), strict=True))
    cells |= dict(zip(BOT_RUNS.columns, BOT_RUNS.codec.encode(bot), strict=True))
    del cells["pass_started_market"]  # an older version did not keep it
    del cells["capital_changes"]  # a later version's
    with closing(sqlite3.connect(path)) as connection, connection:
        names_of_columns, marks = ", ".join(cells), ", ".join("?" for _ in cells)
        connection.execute(f"INSERT INTO bots ({names_of_columns}) VALUES ({marks})", list(cells.values()))  # noqa: S608
    async with open_database(path, FakeClock(WALL)) as database:
        assert await database.reader.bots() == (bot,)
        paused = replace(bot, intent_counter=18, config=replace(bot.config, capital=Decimal(5)))
        await database.writer.commit((RunStateSaved(paused),))
    async with open_database(path, FakeClock(WALL)) as database:
        assert await database.reader.bot(bot.bot_id) == replace(bot, intent_counter=18), "the configuration stays"


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    await create(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES (?, 'm9999_future', '2030-01-01')", (APP,)
        )
    with pytest.raises(Corruption, match="newer Quarterdeck"):
        await create(path)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    path.write_text("once upon a time " * 100)
    with pytest.raises(Corruption, match="cannot be read: file is not a database"):
        await create(path)
    assert path.read_text().startswith("once upon a time")


async def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    await create(path)
    with closing(sqlite3.connect(path)) as connection:
        # Two connections that close at once may both leave the log to the other.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    with pytest.raises(Corruption, match="database"):
        await create(path)


async def test_a_cut_off_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    await create(path)
    path.write_bytes(path.read_bytes()[:10_000])
    with pytest.raises(Corruption, match="database"):
        await create(path)


async def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(Corruption, match="not one of Quarterdeck's"):
        await create(path)
    assert schema(path) == {"CREATETABLErecipes(nameTEXT)"}


@pytest.mark.parametrize(
    "url", ["postgres://me:secret@host/db", "sqlite://", "sqlite://:memory:", "sqlite:///x.db?mode=ro"]
)
async def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: expected sqlite") as caught:
        async with open_database(url, FakeClock(WALL)):
            pass
    assert "secret" not in str(caught.value)


async def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="expected a file"):
        await create(tmp_path)
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(SettingsError, match="DATA_DIR"):
        await create(blocker / "q.db")


async def test_an_address_and_a_path_mean_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "q.db"
    async with open_database(f"sqlite://{path}", FakeClock(WALL)):
        assert path.exists()
    shutil.rmtree(path.parent)
