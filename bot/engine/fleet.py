"""The fleet, page by page: all bots are counted and summed up, only those shown are looked at closely."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import nsmallest
from operator import itemgetter

from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Mode
from bot.domain.money import ZERO
from bot.domain.people import Operator
from bot.engine.breath import Breath
from bot.engine.queries import BotFigures, Queries, matches, open_profit_of, urgency

PAGE = 20
_MODES = (Mode.LIVE, Mode.SANDBOX, Mode.PAPER, Mode.PRACTICE)


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


async def fleet_page(queries: Queries, by: Operator, wanted: str | None, number: int) -> FleetPage:
    """Return a page of the visible bots that match a word: attention first, then LIVE, then the size of their profit.

    A page after the last one is the last one.
    """
    bots = await _matching(await queries.visible(by), wanted)
    sums: dict[tuple[Mode, str], _Sum] = {}
    ranked: list[tuple[tuple[bool, bool, Decimal, str], Bot]] = []
    breath = Breath()
    for holding in await queries.holdings(bots):
        bot, book = holding.bot, holding.book
        market = await queries.market_of(bot)
        profit = book.totals.closed_profit + open_profit_of(book, holding.last_price)
        total = sums.setdefault((bot.mode, market.quote), _Sum())
        total.bots, total.profit = total.bots + 1, total.profit + profit
        total.capital += bot.config.capital
        ranked.append((urgency(bot, profit), bot))
        await breath.take()
    last = max((len(ranked) + PAGE - 1) // PAGE, 1)
    number = min(number, last)
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
