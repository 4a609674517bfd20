"""The harness of the benchmarks: its table, its verdict, and what it does with a crash."""

import os

import pytest

from benchmarks import __main__ as command
from benchmarks.company import Company
from benchmarks.figure import Figure, below
from benchmarks.loop_stall import percentile
from benchmarks.runner import Outcome, benchmark_names, load, measure

MET = Outcome("charts", "< 150 ms", (below("candles", 48.2, "ms", 150),), others=0.25)
MISSED = Outcome("help", "< 0.3 s", (below("--help", 0.31, "s", 0.3),))


def test_the_table_tells_what_budget_figure_and_verdict() -> None:
    lines = command.table([MET, MISSED, Outcome("broken", "", (), "took too long")]).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["what", "budget", "figure", "verdict", "other programs"]
    assert cells[2] == ["charts: candles", "< 150 ms", "48.2 ms", "met", f"0.2 of {os.cpu_count()} CPUs"]
    assert cells[3] == ["help: --help", "< 0.3 s", "0.31 s", "MISSED", ""]
    assert cells[4] == ["broken", "", "took too long", "FAILED", ""]
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(MET, 0), (MISSED, 1), (Outcome("broken", "", (), "crashed"), 1), (Outcome("idle", "", ()), 1)],
)
def test_a_missed_budget_or_no_figure_is_exit_code_one(
    outcome: Outcome, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "measure", lambda name: outcome)
    assert command.main(["help"]) == code


def test_an_unknown_benchmark_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(["nonsense"])
    assert caught.value.code == 2


def test_a_benchmark_that_dies_is_an_outcome() -> None:
    outcome = measure("does_not_exist")
    assert not outcome.is_met
    assert "exit code 1" in outcome.failure


def test_every_benchmark_has_a_name_a_budget_and_a_run() -> None:
    assert {"charts", "help"} <= set(benchmark_names())
    for name in benchmark_names():
        module = load(name)
        assert module.NAME
        assert module.BUDGET
        assert callable(module.run)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile(list(range(1, 101)), 99) == 99
    assert percentile([7.0], 99) == 7.0


def test_a_figure_below_its_limit_is_met() -> None:
    assert below("x", 1.0, "s", 2.0) == Figure("x", 1.0, "s", "< 2 s", is_met=True)
    assert not below("x", 2.0, "s", 2.0).is_met


def test_others_are_who_used_processors_and_is_not_us() -> None:
    before, after = Company(busy=100.0, ours=10.0, wall=1000.0), Company(busy=115.0, ours=15.0, wall=1010.0)
    assert before.until(after) == 1.0
    assert before.until(Company(busy=105.0, ours=16.0, wall=1010.0)) == 0.0
