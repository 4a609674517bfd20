"""Command line `quarterdeck`. Exit codes: 0 done, 1 failed, 2 wrong usage or settings."""

import argparse
import gc
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from bot.cli_backtest import add_backtest_parser
from bot.domain.errors import DataError, QuarterdeckError, SettingsError
from bot.domain.money import use_money_context

DISTRIBUTION = "quarterdeck"
EXIT_DONE, EXIT_FAILED, EXIT_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure is one sentence on standard error."""
    use_money_context()
    parsed = _build_parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except SettingsError as error:
        return _print_failure(error, EXIT_USAGE)
    except (QuarterdeckError, DataError) as error:
        return _print_failure(error, EXIT_FAILED)
    except KeyboardInterrupt:
        return EXIT_FAILED
    except BrokenPipeError:
        # Nobody reads our output any more, an error message neither.
        return EXIT_FAILED


def installed_version() -> str:
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "unknown"


def _print_failure(error: QuarterdeckError, code: int) -> int:
    text = str(error)
    sys.stderr.write(text if text.startswith(("Failed:", "Refused:", "Invalid:")) else f"Failed: {text}")
    sys.stderr.write("\n")
    return code


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=DISTRIBUTION,
        description="Command a fleet of crypto trading bots from chat.",
        epilog="Settings come from the environment and from .env; see .env.example.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {installed_version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    run = commands.add_parser("run", help="run the desk: bots, market and chat")
    run.add_argument("--console", action="store_true", help="chat with it on this terminal")
    run.set_defaults(run=_run_process)
    demo = commands.add_parser("demo", help="a tour of the main job: no token, no network, under a minute")
    demo.add_argument("--output", default="demo-output", help="folder for charts and transcript (default %(default)s)")
    demo.set_defaults(run=_run_demo)
    check = commands.add_parser("check", help="look whether settings, data and storage are in order")
    check.set_defaults(run=_run_check)
    add_backtest_parser(commands)
    return parser


def _run_process(parsed: argparse.Namespace) -> int:
    # Imported modules live as long as the process: collecting garbage among them would take a quarter of the start.
    # The engine turns the collector on once it is open.
    gc.disable()
    from bot.app import run_process
    from bot.settings import load_settings, unknown_settings

    gc.freeze()
    settings = load_settings()
    for text in unknown_settings():
        sys.stderr.write(f"Warning: {text}\n")
    return run_process(settings, installed_version(), with_console=parsed.console)


def _run_demo(parsed: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.demo.tour import run_demo

    return run_demo(Path(parsed.output))


def _run_check(parsed: argparse.Namespace) -> int:
    del parsed
    from bot.cli_check import run_check

    return run_check()
