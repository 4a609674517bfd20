"""A backtest of a bot as it is stored in DATA_DIR, whether the desk runs or not."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from adapters.data.recording import RECORDED_VENUE, bundled_recording
from adapters.venue.recorded.replay import POSITION_KEY
from adapters.venue.recorded.timeline import ReplayPosition
from adapters.venue.simulated.state_file import read_note
from bot.backtesting.typed_request import DEFAULT_CASH, Typed, load_series, parse_day, parse_number, setting_words
from bot.domain.errors import InvalidInput, Refused
from bot.domain.instance import Bot
from bot.domain.market import Market
from bot.engine.backtest.job import BacktestJob, bot_job
from bot.engine.bots.configuration import change_config
from bot.strategy.candles import Candles, from_milliseconds
from storage.read.bot_snapshot import read_bot
from strategies.builtin import builtin_strategies


@dataclass(frozen=True, slots=True)
class StoredJob:
    """The backtest of a bot; `is_its_run` if it covers the run of the bot, so that `/stats` can be compared."""

    bot: Bot
    job: BacktestJob
    is_its_run: bool

    @property
    def title(self) -> str:
        """Say what the report is of, and to what it can be compared."""
        bot, started = self.bot, self.bot.run_started_market
        if not self.is_its_run or started is None:
            return f"The settings of bot {bot.name} ({bot.mode})\n"
        since = f"since its run began on {started.day} {started:%b %Y %H:%M} UTC"
        return f"Bot {bot.name} ({bot.mode}) {since}: compare with /stats {bot.name}\n"


def stored_job(database: Path, market_book: Path, name: str, typed: Typed) -> StoredJob:
    """Return the backtest of a bot's own settings, changed by what was typed besides.

    Without a file it trades on the recording of its venue over the time of its run; a file is traded whole.
    """
    bot = read_bot(database, name)
    market = _market(bot, typed.fee)
    words = dict(setting_words(typed.settings)) | ({"stake": typed.stake} if typed.stake is not None else {})
    registry = builtin_strategies()
    if words:
        config, _ = change_config(registry, bot.config, words, market, has_run=True)
        bot = replace(bot, config=config)
    is_its_run = typed.data is None and typed.begin is None and bot.run_started_market is not None
    begin = bot.run_started_market if is_its_run else _day("--from", typed.begin)
    candles, until = _candles(bot, typed.data), _day("--to", typed.end)
    if until is None:
        until = (_market_time(market_book) if typed.data is None else None) or _end_of(candles, bot)
    money = parse_number("--cash", typed.cash or DEFAULT_CASH)
    strategy = registry.get_strategy(bot.config.strategy)
    asked = replace(bot, run_started_market=begin)
    job = bot_job(asked, strategy, market, candles, until=until, account_money=money)
    if not job.has_candles:
        raise Refused("backtest-too-early", bot=bot.name, mode=bot.mode, timeframe=bot.config.timeframe)
    return StoredJob(bot, job, is_its_run)


def _day(option: str, text: str | None) -> datetime | None:
    return None if text is None else parse_day(option, text)


def _market(bot: Bot, fee: str | None) -> Market:
    if bot.venue != RECORDED_VENUE:
        raise InvalidInput("backtest-venue", bot=bot.name, venue=bot.venue)
    known = {market.symbol: market for market in bundled_recording().markets}
    market = known[bot.config.symbol]
    return market if fee is None else replace(market, fee_rate=parse_number("--fee", fee))


def _candles(bot: Bot, data: Path | None) -> Candles:
    if data is not None:
        return load_series(data, bot.config.timeframe)
    return bundled_recording().candles(bot.series)


def _end_of(candles: Candles, bot: Bot) -> datetime:
    return from_milliseconds(int(candles.time[-1])) + bot.config.timeframe.duration


def _market_time(book: Path) -> datetime | None:
    """Return how far the recorded market of a desk is; None before its first step."""
    note = read_note(book, POSITION_KEY)
    return from_milliseconds(ReplayPosition.from_text(note).milliseconds) if note else None
