"""A backtest as it is typed on a command line: strategy, market, money and settings."""

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from adapters.data.files import load_candles
from adapters.data.markets import RECORDED_MARKETS, market_for
from adapters.data.recording import bundled_path
from bot.domain.errors import InvalidInput
from bot.domain.ids import AccountId, Symbol
from bot.domain.market import Market, Timeframe
from bot.domain.money import Money
from bot.engine.backtest.job import BacktestJob, candles_until
from bot.engine.backtest.result import BacktestOptions
from bot.engine.bots.configuration import build_config
from bot.engine.bots.timeframes import parse_timeframe
from bot.strategy.base import SignalStrategy
from bot.strategy.candles import Candles
from bot.strategy.field_spec import FieldKind, FieldSpec
from bot.strategy.field_value import clip_text, parse_value
from bot.strategy.registry import AnyStrategy
from strategies.builtin import builtin_strategies

DEFAULT_CASH, DEFAULT_STAKE = "10000", "100"
_SAMPLES = {"--cash": "10000", "--stake": "100", "--fee": "0.001", "--tick": "0.01", "--step": "0.00001"}
_FINEST = Decimal("0.00000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The words of the command line; None is not given."""

    strategy: str
    symbol: str
    timeframe: str
    data: Path | None
    cash: str | None
    stake: str | None
    fee: str | None
    tick: str | None
    step: str | None
    begin: str | None
    end: str | None
    settings: tuple[str, ...]


def typed_job(typed: Typed) -> BacktestJob:
    """Return the job that was typed; raise InvalidInput saying what was expected, DataError for a bad file.

    With `capital`, or a stake among the settings, the words mean what they mean for a bot. Without them all the cash is
    the capital, and a signal strategy stakes 100 a trade.
    """
    strategy, timeframe = builtin_strategies().get_strategy(typed.strategy), parse_timeframe(typed.timeframe)
    market, cash = _market(typed), parse_number("--cash", typed.cash or DEFAULT_CASH)
    words = dict(setting_words(typed.settings))
    is_like_a_bot = bool({"capital", "stake"} & words.keys())
    words |= _stake_word(typed.stake, strategy, words, is_like_a_bot=is_like_a_bot)
    words.setdefault("capital", typed.cash or DEFAULT_CASH)
    config = build_config(strategy, market, timeframe, AccountId("backtest"), words)
    if config.capital > cash:
        capital, money = Money(config.capital, market.quote), Money(cash, market.quote)
        raise InvalidInput("backtest-capital", capital=capital, cash=money)
    candles = load_series(typed.data or bundled_path(market.symbol, timeframe), timeframe)
    if typed.end is not None:
        candles = candles_until(candles, parse_day("--to", typed.end) - timeframe.duration)
    begin = None if typed.begin is None else parse_day("--from", typed.begin)
    options = BacktestOptions(trade_from=begin, reserve=cash - config.capital)
    return BacktestJob(config=config, market=market, candles=candles, cash=config.capital, options=options)


def setting_words(settings: Iterable[str]) -> Mapping[str, str]:
    """Return `key=value` words by key; raise InvalidInput for one without a value or given twice."""
    words: dict[str, str] = {}
    for word in settings:
        name, found, value = word.partition("=")
        name = name.strip()
        if not found or not name:
            raise InvalidInput("backtest-setting", typed=clip_text(word))
        if name in words:
            raise InvalidInput(
                "backtest-set-twice", name=clip_text(name), first=clip_text(words[name]), second=clip_text(value)
            )
        words[name] = value
    return words


def parse_number(name: str, text: str) -> Decimal:
    """Return the number of an option; raise InvalidInput saying what was expected."""
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


def parse_day(name: str, text: str) -> datetime:
    """Return the time of an option in UTC; raise InvalidInput for anything but ISO 8601."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("backtest-day", name=name, typed=clip_text(text)) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def load_series(path: Path, timeframe: Timeframe) -> Candles:
    """Return the candles of a file; raise InvalidInput if there is none or it holds another timeframe."""
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


def _stake_word(
    stake: str | None, strategy: AnyStrategy, words: Mapping[str, str], *, is_like_a_bot: bool
) -> Mapping[str, str]:
    """Return the setting that `--stake` means: the stake of an entry, or a plan's amount at each level."""
    word = "stake" if isinstance(strategy, SignalStrategy) else "quote_amount"
    if stake is not None and word in words:
        raise InvalidInput("backtest-set-twice", name=word, first=clip_text(words[word]), second=clip_text(stake))
    if stake is not None:
        return {word: stake}
    return {word: DEFAULT_STAKE} if word == "stake" and not is_like_a_bot else {}


def _market(typed: Typed) -> Market:
    symbol = typed.symbol.upper()
    base, _, quote = symbol.partition("/")
    if not (base.isalnum() and quote.isalnum()):
        raise InvalidInput("backtest-symbol", typed=clip_text(typed.symbol))
    tick, step, fee = (
        None if text is None else parse_number(name, text)
        for name, text in (("--tick", typed.tick), ("--step", typed.step), ("--fee", typed.fee))
    )
    market = market_for(Symbol(symbol), tick=tick or _FINEST, step=step or _FINEST)
    used = replace(
        market,
        tick=tick or market.tick,
        step=step or market.step,
        min_quantity=step or market.min_quantity,
        fee_rate=market.fee_rate if fee is None else fee,
    )
    rules = f"tick {used.tick:f}, step {used.step:f}"
    if symbol not in {known.symbol for known in RECORDED_MARKETS}:
        sys.stderr.write(f"{symbol} is not a known market: {rules}\n")
    elif (used.tick, used.step) != (market.tick, market.step):
        known = f"tick {market.tick:f}, step {market.step:f}"
        sys.stderr.write(f"{symbol} is a known market with {known}; this run takes {rules} instead\n")
    return used
