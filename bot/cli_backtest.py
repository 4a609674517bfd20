"""Subcommand `quarterdeck backtest`: runs a strategy over a file of candles; writes a report, JSON and a chart."""

import argparse
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

# Nothing heavy up here: `--help` must not wait for NumPy, Polars and Matplotlib.
if TYPE_CHECKING:
    from bot.domain.market import Market, Timeframe
    from bot.engine.backtest.result import BacktestResult
    from bot.strategy.candles import Candles
    from bot.strategy.registry import AnyStrategy

LONG_RUN_CANDLES = 200_000
_SAMPLES = {"--cash": "10000", "--stake": "100", "--fee": "0.001", "--tick": "0.01", "--step": "0.00001"}
_DONE, _FAILED, _WRONG_USAGE = 0, 1, 2


def add_backtest_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "backtest",
        help="run a strategy over recorded candles",
        description="Run a strategy over a file of recorded candles and report what it would have earned.",
    )
    parser.add_argument("strategy", metavar="STRATEGY", help="name of a strategy, for example ema-cross")
    parser.add_argument("symbol", metavar="SYMBOL", help="market as BASE/QUOTE, for example BTC/USDT")
    parser.add_argument("timeframe", metavar="TIMEFRAME", help="length of a candle, for example 1h")
    parser.add_argument("--data", metavar="FILE", type=Path, required=True, help="candles, .parquet or .csv")
    parser.add_argument("--cash", default="10000", help="money at the start (default 10000)")
    parser.add_argument("--stake", default="100", help="quote amount of an entry (default 100)")
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
    parser.set_defaults(run=run_backtest_command)


def run_backtest_command(args: argparse.Namespace) -> int:
    """Run the backtest; return the exit code: 0 done, 1 failed, 2 wrong usage."""
    from bot.commands.reply.amount_visibility import show_amounts
    from bot.commands.reply.inline_time import plain_text
    from bot.commands.text.refusal import error_text
    from bot.domain.errors import QuarterdeckError, UserError
    from bot.domain.money import use_money_context

    use_money_context()
    try:
        _write_report(args, _run_backtest(args))
    except UserError as error:
        return _print_error(plain_text(show_amounts(error_text(error))), _WRONG_USAGE)
    except QuarterdeckError as error:
        return _print_error(f"Failed: {error}", _FAILED)
    except OSError as error:
        return _print_error(f"Failed: {error.strerror or error}: {error.filename}", _FAILED)
    return _DONE


def _run_backtest(args: argparse.Namespace) -> "BacktestResult":
    from bot.domain.ids import AccountId
    from bot.engine.backtest.run import run_backtest
    from bot.engine.bots.configuration import build_config
    from bot.engine.bots.timeframes import parse_timeframe
    from strategies.builtin import builtin_strategies

    strategy = builtin_strategies().get_strategy(args.strategy)
    timeframe = parse_timeframe(args.timeframe)
    market, cash = _parse_market(args), _parse_number("--cash", args.cash)
    config = build_config(strategy, market, timeframe, AccountId("backtest"), _parse_settings(args, strategy))
    candles = _load_candles(args.data, timeframe)
    if len(candles) >= LONG_RUN_CANDLES:
        sys.stderr.write(f"{strategy.name} over {len(candles):,} candles…\n")
    return run_backtest(config, strategy, candles, market, cash)


def _parse_market(args: argparse.Namespace) -> "Market":
    from adapters.data.markets import RECORDED_MARKETS, market_for
    from bot.domain.errors import InvalidInput
    from bot.domain.ids import Symbol

    symbol = args.symbol.upper()
    base, _, quote = symbol.partition("/")
    if not (base.isalnum() and quote.isalnum()):
        raise InvalidInput("backtest-symbol", typed=args.symbol[:40])
    tick, step, fee = (
        None if text is None else _parse_number(name, text)
        for name, text in (("--tick", args.tick), ("--step", args.step), ("--fee", args.fee))
    )
    finest = Decimal("0.00000001")
    market = market_for(Symbol(symbol), tick=tick or finest, step=step or finest)
    if symbol not in {known.symbol for known in RECORDED_MARKETS}:
        sys.stderr.write(f"{symbol} is not a known market: tick {market.tick:f}, step {market.step:f}\n")
    return replace(
        market,
        tick=tick or market.tick,
        step=step or market.step,
        min_quantity=step or market.min_quantity,
        fee_rate=market.fee_rate if fee is None else fee,
    )


def _parse_number(name: str, text: str) -> Decimal:
    from bot.strategy.field_spec import FieldKind, FieldSpec
    from bot.strategy.field_value import parse_value

    is_fee = name == "--fee"
    with suppress(InvalidOperation, ValueError):
        # Steps are often written as 1e-8.
        text = f"{Decimal(text):f}" if "e-" in text.lower() else text
    spec = FieldSpec(
        name=name,
        title=name,
        help="",
        kind=FieldKind.DECIMAL,
        minimum=Decimal(0),
        is_minimum_exclusive=not is_fee,
        maximum=Decimal("0.1") if is_fee else None,
        is_fraction=is_fee,
        sample=_SAMPLES[name],
    )
    return Decimal(str(parse_value(spec, text)))


def _parse_settings(args: argparse.Namespace, strategy: "AnyStrategy") -> Mapping[str, str]:
    from bot.domain.errors import InvalidInput
    from bot.strategy.base import SignalStrategy

    stake_word = "stake" if isinstance(strategy, SignalStrategy) else "quote_amount"
    words = {"capital": args.cash, stake_word: args.stake}
    for word in (word for group in args.set for word in group):
        name, found, value = word.partition("=")
        if not found or not name:
            raise InvalidInput("backtest-setting", typed=word[:40])
        words[name.strip()] = value
    return words


def _load_candles(path: Path, timeframe: "Timeframe") -> "Candles":
    import numpy as np

    from adapters.data.files import load_candles
    from bot.domain.errors import InvalidInput
    from bot.domain.market import Timeframe

    if not path.is_file():
        raise InvalidInput("backtest-file", path=str(path))
    candles = load_candles(path)
    shortest = int(np.diff(candles.time).min())
    lengths = {int(frame.duration.total_seconds() * 1000): frame for frame in Timeframe}
    if lengths.get(shortest) is not timeframe:
        meant = lengths.get(shortest)
        if meant:
            raise InvalidInput("backtest-timeframe", file=path.name, found=meant, timeframe=timeframe)
        raise InvalidInput("backtest-interval", file=path.name, found=f"{shortest / 60_000:g}", timeframe=timeframe)
    return candles


def _write_report(args: argparse.Namespace, result: "BacktestResult") -> None:
    from bot.commands.views.backtest_report import report_text

    sys.stdout.write(report_text(result))
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
