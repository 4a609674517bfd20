"""A module of the product below 40 lines has a reason: it is a concept that several others use."""

from pathlib import Path, PurePath

from tests.size_budget import PRODUCT, tracked_files

ROOT = Path(__file__).parents[2]
MIN_MODULE_LINES = 40
_WORD = "a word of the domain, a file each"
_PORT = "a port, a file each"
_MIGRATION = "a migration, a file each"
_LIMITS = "a platform's limits, as its documentation lists them"

SMALL_MODULES = {
    PurePath(name): reason
    for name, reason in {
        "bot/__main__.py": "the entry point",
        "bot/system_support.py": "what any Python must be able to read, before anything else",
        "bot/domain/book_events.py": _WORD,
        "bot/domain/candle.py": _WORD,
        "bot/domain/moment.py": _WORD,
        "bot/ports/clock.py": _PORT,
        "bot/ports/scheduler.py": _PORT,
        "bot/ports/topics.py": _PORT,
        "bot/strategy/registry.py": "where strategies are looked up, by engine and commands",
        "bot/engine/people/key_values.py": "small stored values, for gateways and engine alike",
        "bot/engine/people/one_time_code.py": "codes for invitations, links and set-up",
        "bot/engine/concurrency/backoff.py": "the pauses of everything that is tried again",
        "bot/engine/concurrency/in_flight.py": "work that a closing process waits for",
        "bot/engine/runtime/jobs.py": "what the engine does on wall time, for the scheduler",
        "bot/engine/reports/chart_titles.py": "the days that candle, equity and profit charts name",
        "bot/engine/reports/plan_profit.py": "the split of a plan's profit, for cards and reports alike",
        "bot/engine/bots/timeframes.py": "candle lengths as people type them, for bots, forms and backtests",
        "bot/engine/bots/tags.py": "the rules of tags, for forms, edits and clones",
        "bot/commands/forms/symbol_input.py": "markets as people type them, for prices and forms",
        "bot/commands/text/poll.py": "replies that report what follows at once",
        "bot/commands/dispatch/deduplication.py": "a stage of the pipeline with a state of its own",
        "bot/commands/dispatch/gateway_context.py": "the side of the command bus that gateways see",
        "adapters/clock.py": "the system's clock",
        "adapters/charts/drawing.py": "the entry to the drawings, for the worker that imports matplotlib",
        "adapters/chat/telegram/render/limits.py": _LIMITS,
        "adapters/chat/discord/render/limits.py": _LIMITS,
        "storage/schema/failure.py": "what reading and writing report a corruption to",
        "storage/read/bot_snapshot.py": "the database as another program reads it",
        "storage/read/reader.py": "the readers as the one that ports ask for",
        "storage/migrations/m0004_opening_fills.py": _MIGRATION,
        "storage/migrations/m0005_run_state.py": _MIGRATION,
        "storage/migrations/m0006_open_fees.py": _MIGRATION,
        "storage/migrations/m0007_closed_books.py": _MIGRATION,
        "storage/migrations/m0008_capital_changes.py": _MIGRATION,
        "strategies/builtin.py": "the list that a new strategy joins",
        "strategies/remembered.py": "one decorator, of use to any plan with many levels",
    }.items()
}


def test_every_small_module_is_named_here_with_its_reason() -> None:
    found = {
        path
        for path in tracked_files(ROOT)
        if path.suffix == ".py"
        and path.parts[0] in PRODUCT
        and path.name != "__init__.py"
        and len((ROOT / path).read_text(encoding="utf-8").splitlines()) < MIN_MODULE_LINES
    }
    assert found == set(SMALL_MODULES)
