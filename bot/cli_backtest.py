"""Subcommand `quarterdeck backtest`: runs a strategy over candles; writes a report, JSON and a chart."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

# Nothing heavy up here: `--help` must not wait for NumPy, Polars and Matplotlib.
if TYPE_CHECKING:
    from bot.backtesting.typed_request import Typed
    from bot.engine.backtest.job import BacktestJob
    from bot.engine.backtest.result import BacktestResult

SILENT_SECONDS = 2.0
"""Time after which a run says how far it is."""
TERMINAL_PAUSE, PIPE_PAUSE = 0.5, 10.0
"""Seconds between two words on the way: one line is rewritten on a terminal, elsewhere there is a line each."""
_DONE, _FAILED, _WRONG_USAGE = 0, 1, 2
_EPILOG = """\
money: --cash is what the account holds, capital (--set capital=...) what the strategy may use of it: all of it
unless it is set. Net, drawdown and returns are shares of the capital. --stake is the quote amount of an entry, of
a grid its amount at each level. With capital=... or stake=... in --set the words mean what they mean for a bot:
the stake is then capital x (1 - fee - 0.5 %), less what was lost. A grid shares its capital out unless --stake or
quote_amount is given. To try a bot as it is: --bot NAME.

times: UTC. A trade's time is the open of the candle in which it filled. An equity point, daily or full, is the
close of a candle with the equity then; both curves begin with the start and the capital."""


def add_backtest_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "backtest",
        help="run a strategy, or a bot's own settings, over recorded candles",
        usage="%(prog)s STRATEGY SYMBOL TIMEFRAME [options]\n       %(prog)s --bot NAME [options]",
        description="Run a strategy over candles and report what it would have earned.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("strategy", metavar="STRATEGY", nargs="?", help="name of a strategy, for example ema-cross")
    parser.add_argument("symbol", metavar="SYMBOL", nargs="?", help="market as BASE/QUOTE, for example BTC/USDT")
    parser.add_argument("timeframe", metavar="TIMEFRAME", nargs="?", help="length of a candle, for example 1h")
    parser.add_argument("--bot", metavar="NAME", default=None, help="a bot of DATA_DIR, over the time of its run")
    _add_options(parser)
    parser.set_defaults(run=run_backtest_command, usage_error=parser.error)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        *("--data",),
        metavar="FILE",
        type=Path,
        default=None,
        help="candles: .parquet, .csv or .feather; without it the recording that is bundled",
    )
    parser.add_argument("--from", metavar="DAY", dest="begin", default=None, help="first day to trade, 2024-07-08")
    parser.add_argument("--to", metavar="DAY", dest="end", default=None, help="candles that closed by then count")
    parser.add_argument("--cash", default=None, help="money of the account at the start (default 10000)")
    parser.add_argument("--stake", default=None, help="quote amount of an entry (default 100)")
    parser.add_argument("--fee", default=None, help="fee rate, for example 0.001, the default")
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        nargs="+",
        default=[],
        help="strategy parameter or barrier, for example fast=10 stop_loss=5%%",
    )
    parser.add_argument("--tick", default=None, help="price step of an unknown symbol (default 1e-8)")
    parser.add_argument("--step", default=None, help="quantity step of an unknown symbol (default 1e-8)")
    parser.add_argument("--json", metavar="OUT", type=Path, default=None, help="write everything as JSON")
    parser.add_argument(
        "--equity", choices=("daily", "full"), default="daily", help="equity points in the JSON (default daily)"
    )
    parser.add_argument("--chart", metavar="OUT", type=Path, default=None, help="draw the equity as PNG")


def run_backtest_command(args: argparse.Namespace) -> int:
    """Run the backtest; return the exit code: 0 done, 1 failed, 2 wrong usage."""
    from bot.commands.reply.amount_visibility import show_amounts
    from bot.commands.reply.inline_time import plain_text
    from bot.commands.text.refusal import error_text
    from bot.domain.errors import QuarterdeckError, UserError
    from bot.domain.money import use_money_context

    if (args.bot is None) == (args.timeframe is None) or (args.bot and args.strategy):
        args.usage_error("expected STRATEGY SYMBOL TIMEFRAME, or --bot NAME instead")
    use_money_context()
    try:
        for target in (args.json, args.chart):
            _check_target(target)
        title, job = _find_job(args)
        _write_report(args, title, _run(job))
    except UserError as error:
        return _print_error(plain_text(show_amounts(error_text(error))), _WRONG_USAGE)
    except QuarterdeckError as error:
        return _print_error(f"Failed: {error}", _FAILED)
    except OSError as error:
        return _print_error(f"Failed: {error.strerror or error}: {error.filename}", _FAILED)
    return _DONE


def _check_target(path: Path | None) -> None:
    """Raise OSError now if a file could not be written later."""
    if path is None:
        return
    if path.is_dir():
        raise IsADirectoryError(0, "a file is expected, not a folder", str(path))
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(0, "there is no such folder", str(path.absolute().parent))
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise PermissionError(0, "it cannot be written", str(path))


def _find_job(args: argparse.Namespace) -> "tuple[str, BacktestJob]":
    """Return what the report begins with, and the job."""
    from bot.backtesting.typed_request import typed_job

    if args.bot is None:
        return "", typed_job(_typed(args))
    from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME
    from bot.backtesting.stored_request import stored_job
    from bot.settings import load_settings
    from storage.location import database_path

    if args.tick or args.step:
        args.usage_error("--tick and --step are for a market that is not known; a bot trades a known one")
    settings = load_settings()
    database = database_path(settings.database_url or settings.data_dir / DATABASE_NAME)
    stored = stored_job(database, settings.data_dir / RECORDED_MARKET_NAME, args.bot, _typed(args))
    return stored.title, stored.job


def _typed(args: argparse.Namespace) -> "Typed":
    from bot.backtesting.typed_request import Typed

    words = tuple(word for group in args.set for word in group)
    names = ("strategy", "symbol", "timeframe", "data", "cash", "stake", "fee", "tick", "step", "begin", "end")
    return Typed(**{name: getattr(args, name) for name in names}, settings=words)


def _run(job: "BacktestJob") -> "BacktestResult":
    from strategies.builtin import builtin_strategies

    progress = _Progress(f"{job.config.strategy} {job.config.symbol} {job.config.timeframe}", len(job.candles))
    try:
        return job.run(builtin_strategies(), progress.report)
    finally:
        progress.end()


class _Progress:
    """Says on standard error how far a long run is."""

    def __init__(self, what: str, candles: int) -> None:
        self._what, self._candles = what, candles
        self._is_terminal = sys.stderr.isatty()
        self._next = time.monotonic() + SILENT_SECONDS
        self._has_line = False

    def report(self, row: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (TERMINAL_PAUSE if self._is_terminal else PIPE_PAUSE)
        text = f"{self._what}: {row / self._candles:.0%}, {row:,} of {self._candles:,} candles"
        sys.stderr.write(f"\r{text}" if self._is_terminal else f"{text}\n")
        sys.stderr.flush()
        self._has_line = self._is_terminal

    def end(self) -> None:
        if self._has_line:
            sys.stderr.write("\n")


def _write_report(args: argparse.Namespace, title: str, result: "BacktestResult") -> None:
    from bot.commands.views.backtest_report import report_text

    sys.stdout.write(title + report_text(result))
    if args.json:
        from bot.commands.views.backtest_json import report_json

        args.json.write_text(report_json(result, is_full=args.equity == "full"), encoding="utf-8")
        sys.stdout.write(f"JSON written to {args.json}\n")
    if args.chart:
        from adapters.charts.drawing import draw_png
        from bot.commands.views.backtest_report import equity_chart
        from bot.ports.charts import Theme

        args.chart.write_bytes(draw_png(equity_chart(result), Theme.DARK))
        sys.stdout.write(f"Chart written to {args.chart}\n")


def _print_error(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
