"""Rows of a table become one statement, in pieces that SQLite takes."""

from bot.durable.sqlite_thread import MAX_VALUES, Statement

ADD = 'INSERT INTO "t" ("a", "b") VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET "b"=excluded."b"'


def test_rows_that_are_added_are_one_step_with_their_values_in_order() -> None:
    (step,) = Statement(ADD, [[1, "x"], [2, "y"], [3, None]]).steps()
    assert step == (
        'INSERT INTO "t" ("a", "b") VALUES (?, ?), (?, ?), (?, ?) ON CONFLICT (a) DO UPDATE SET "b"=excluded."b"',
        [1, "x", 2, "y", 3, None],
    )


def test_more_values_than_a_statement_takes_become_several_steps() -> None:
    rows: list[list[str | int | float | None]] = [[number, "x"] for number in range(MAX_VALUES // 2 + 3)]
    first, second = Statement(ADD, rows).steps()
    assert (len(first[1]), len(second[1])) == (MAX_VALUES, 6)
    assert [*first[1], *second[1]] == [cell for row in rows for cell in row]


def test_rows_that_are_deleted_are_a_step_each() -> None:
    sql = 'DELETE FROM "t" WHERE "a" = ? AND "b" = ?'
    assert list(Statement(sql, [[1, "x"], [2, "y"]]).steps()) == [(sql, [1, "x"]), (sql, [2, "y"])]
