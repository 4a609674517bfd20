"""The fleet, page by page: all bots are counted and summed up, only those shown are looked at closely."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from heapq import nsmallest
from operator import itemgetter

from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Mode
from bot.domain.money import ZERO
from bot.engine.breath import Breath
from bot.engine.queries import BotFigures, Queries, matches, open_profit_of, urgency
from bot.engine.rights import Asker

PAGE = 8
_STATES = (
    BotStatus.FAILED,
    BotStatus.STARTING,
    BotStatus.STOPPING,
    BotStatus.RUNNING,
    BotStatus.PAUSED,
    BotStatus.STOPPED,
    BotStatus.CREATED,
    BotStatus.DELETED,
)
_MODES = (Mode.LIVE, Mode.SANDBOX, Mode.PAPER, Mode.PRACTICE)


class Sort(StrEnum):
    """In which order bots are listed; `attention` is what needs a look, then LIVE, then the size of the profit."""

    ATTENTION = "attention"
    NAME = "name"
    PNL = "pnl"
    STATE = "state"
    MARKET = "market"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which bots: those that match a word, in which order, and which page of them."""

    word: str | None = None
    sort: Sort = Sort.ATTENTION
    page: int = 1


EVERY_BOT = Wanted()
Rank = tuple[bool, bool, Decimal, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of one mode and quote currency; they are never added to others."""

    mode: Mode
    currency: str
    bots: int
    profit: Decimal
    capital: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPage:
    """Page `number` of `last`, and the states and totals of all `bots`; without bots there is one empty page."""

    rows: tuple[BotFigures, ...]
    number: int
    last: int
    bots: int
    states: Mapping[BotStatus, int]
    totals: tuple[Totals, ...]


@dataclass(slots=True)
class _Sum:
    bots: int = 0
    profit: Decimal = ZERO
    capital: Decimal = ZERO


async def fleet_page(queries: Queries, asker: Asker, wanted: Wanted = EVERY_BOT) -> FleetPage:
    """Return a page of the visible bots that match; a page after the last one is the last one."""
    bots = await _matching(await queries.visible(asker), wanted.word)
    sums: dict[tuple[Mode, str], _Sum] = {}
    ranked: list[tuple[Rank, Bot]] = []
    breath = Breath()
    for holding in await queries.holdings(bots):
        bot, book = holding.bot, holding.book
        market = await queries.market_of(bot)
        profit = book.totals.closed_profit + open_profit_of(book, holding.last_price)
        total = sums.setdefault((bot.mode, market.quote), _Sum())
        total.bots, total.profit = total.bots + 1, total.profit + profit
        total.capital += bot.config.capital
        ranked.append((_rank(wanted.sort, bot, profit), bot))
        await breath.take()
    last = max((len(ranked) + PAGE - 1) // PAGE, 1)
    number = min(wanted.page, last)
    # To sort them all would stop the loop for longer than a turn.
    first = nsmallest(number * PAGE, ranked, key=itemgetter(0))
    shown = [bot for _, bot in first[(number - 1) * PAGE :]]
    return FleetPage(
        rows=tuple([await queries.figures(bot) for bot in shown]),
        number=number,
        last=last,
        bots=len(ranked),
        states=Counter(bot.status for _, bot in ranked),
        totals=_totals(sums),
    )


def _rank(sort: Sort, bot: Bot, profit: Decimal) -> Rank:
    """Return where a bot stands in an order; names decide between equals."""
    match sort:
        case Sort.ATTENTION:
            return (*urgency(bot, profit), "")
        case Sort.NAME:
            return False, False, ZERO, bot.name, ""
        case Sort.PNL:
            return False, False, -profit, bot.name, ""
        case Sort.STATE:
            return False, False, Decimal(_STATES.index(bot.status)), bot.name, ""
        case Sort.MARKET:
            length = Decimal(int(bot.config.timeframe.duration.total_seconds()))
            return False, False, ZERO, bot.config.symbol, f"{length:012}{bot.name}"


async def _matching(bots: Sequence[Bot], wanted: str | None) -> Sequence[Bot]:
    if wanted is None:
        return bots
    breath = Breath()
    found: list[Bot] = []
    for bot in bots:
        if matches(bot, wanted):
            found.append(bot)
        await breath.take()
    return found


def _totals(sums: Mapping[tuple[Mode, str], _Sum]) -> tuple[Totals, ...]:
    ordered = sorted(sums.items(), key=lambda item: (_MODES.index(item[0][0]), item[0][1]))
    return tuple(
        Totals(mode=mode, currency=currency, bots=one.bots, profit=one.profit, capital=one.capital)
        for (mode, currency), one in ordered
    )
