"""Finds benchmarks and runs each in a process of its own, so that none warms up or slows down another."""

import importlib
import multiprocessing
import pkgutil
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Protocol

import benchmarks
from benchmarks.company import Company
from benchmarks.figure import Figure

PREFIX = "bench_"
LIMIT_SECONDS = 900


class Benchmark(Protocol):
    """A module `benchmarks/bench_*.py`."""

    NAME: str
    BUDGET: str

    def run(self) -> tuple[Figure, ...]:
        """Measure; raise AssertionError if it did not measure what it says."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one benchmark: its figures, or the reason why there are none."""

    name: str
    budget: str
    figures: tuple[Figure, ...]
    failure: str = ""
    others: float | None = None
    """How many processors other programs kept busy meanwhile, None if the system does not tell."""

    @property
    def is_met(self) -> bool:
        """Tell whether it was measured and every figure keeps its budget."""
        return bool(self.figures) and all(figure.is_met for figure in self.figures)


def benchmark_names() -> tuple[str, ...]:
    """Return the names of all benchmarks: `charts` is the module `bench_charts`."""
    modules = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return tuple(sorted(name.removeprefix(PREFIX) for name in modules if name.startswith(PREFIX)))


def load(name: str) -> Benchmark:
    """Import a benchmark."""
    module: Benchmark = importlib.import_module(f"benchmarks.{PREFIX}{name}")
    return module


def measure(name: str) -> Outcome:
    """Run one benchmark in a fresh process and wait for its figures; a crash is an outcome too."""
    before = Company.now()
    outcome = _measured(name)
    after = Company.now()
    return replace(outcome, others=before.until(after)) if before and after else outcome


def _measured(name: str) -> Outcome:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(name, theirs), name=f"benchmark {name}")
    process.start()
    theirs.close()
    try:
        outcome = ours.recv() if ours.poll(LIMIT_SECONDS) else Outcome(name, "", (), "took too long")
    except EOFError:
        process.join()
        outcome = Outcome(name, "", (), f"ended with exit code {process.exitcode} and no figures")
    finally:
        ours.close()
        process.kill()
        process.join()
    assert isinstance(outcome, Outcome)
    return outcome


def _run(name: str, answer: "Connection[Outcome, Outcome]") -> None:
    module = load(name)
    answer.send(Outcome(module.NAME, module.BUDGET, module.run()))
