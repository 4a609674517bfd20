"""Pages of the fleet: all bots are counted and summed up, only those of the page are read in full."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from heapq import nsmallest
from operator import itemgetter

from bot.domain.growth import total_growth
from bot.domain.ids import Symbol, VenueId
from bot.domain.instance import Bot, BotStatus
from bot.domain.market import MODES_BY_RISK, Mode
from bot.domain.money import ZERO, round_money
from bot.engine.concurrency.time_slice import in_chunks
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import BotFigures, Queries, is_matching_bot, urgency
from bot.ports.host import BotHolding

PAGE_SIZE = 8
_S = BotStatus
_STATES = (_S.FAILED, _S.STARTING, _S.STOPPING, _S.RUNNING, _S.PAUSED, _S.STOPPED, _S.CREATED, _S.DELETED)


class FleetSort(StrEnum):
    """Order of bots in a list; `attention` is failed bots first, then LIVE, then the size of the profit."""

    ATTENTION = "attention"
    NAME = "name"
    PNL = "pnl"
    STATE = "state"
    MARKET = "market"


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetQuery:
    """Filter, order and page of a fleet."""

    search_word: str | None = None
    sort: FleetSort = FleetSort.ATTENTION
    page: int = 1


ALL_BOTS = FleetQuery()
SortKey = tuple[bool, bool, Decimal, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetTotals:
    """Totals of one mode and quote currency, which are never added to others.

    `profit` is the sum of the bots' profits as they are written, `deleted` ones' within; `capital` is that at work.
    """

    mode: Mode
    currency: str
    bots: int = 0
    profit: Decimal = ZERO
    deleted: Decimal = ZERO
    capital: Decimal = ZERO
    growth: Decimal | None = None

    @property
    def share(self) -> Decimal | None:
        """Return the profit as a share: of one bot its growth, of several that of their capital at work."""
        if self.bots == 1 and self.growth is not None and not self.deleted:
            return self.growth
        return self.profit / self.capital if self.capital > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPage:
    """Page `number` of `last`, with the states and totals of all matching bots; without bots one empty page."""

    rows: tuple[BotFigures, ...]
    number: int
    last: int
    bots: int
    states: Mapping[BotStatus, int]
    totals: tuple[FleetTotals, ...]


@dataclass(slots=True)
class _Tally:
    sort: FleetSort
    totals: dict[tuple[Mode, str], FleetTotals] = field(default_factory=dict)
    states: Counter[BotStatus] = field(default_factory=Counter)
    ranked: list[tuple[SortKey, Bot]] = field(default_factory=list)

    def add_holding(self, holding: BotHolding, currency: str, capital: Decimal) -> None:
        bot, profit = holding.bot, holding.profit
        before = self.totals.get((bot.mode, currency)) or FleetTotals(mode=bot.mode, currency=currency)
        self.totals[bot.mode, currency] = FleetTotals(
            mode=bot.mode,
            currency=currency,
            bots=before.bots + 1,
            profit=before.profit + round_money(profit, currency),
            capital=before.capital + capital,
            growth=total_growth(bot.capital_spans, profit),
        )
        self.states[bot.status] += 1
        self.ranked.append((_sort_key(self.sort, bot, profit), bot))

    def add_deleted(self, rows: Iterable[BotFigures]) -> None:
        """Add what deleted bots earned to the totals."""
        for row in rows:
            key = (row.bot.mode, row.market.quote)
            before = self.totals.get(key) or FleetTotals(mode=key[0], currency=key[1])
            written = round_money(row.total, key[1])
            self.totals[key] = replace(before, profit=before.profit + written, deleted=before.deleted + written)

    def page(self, number: int) -> list[Bot]:
        # Sorting them all would block the loop for longer than a time slice.
        first = nsmallest(number * PAGE_SIZE, self.ranked, key=itemgetter(0))
        return [bot for _, bot in first[(number - 1) * PAGE_SIZE :]]


async def fleet_page(queries: Queries, requester: Requester, wanted: FleetQuery = ALL_BOTS) -> FleetPage:
    """Return a page of the visible bots that match; a page after the last one is the last one."""
    bots: Sequence[Bot] = await queries.visible_bots(requester)
    word = wanted.search_word
    if word is not None:
        bots = [bot async for chunk in in_chunks(bots) for bot in chunk if is_matching_bot(bot, word)]
    tally = await _tally_bots(queries, bots, wanted.sort)
    if word is None:
        tally.add_deleted(await queries.deleted_figures(requester))
    last = max((len(tally.ranked) + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    number = min(wanted.page, last)
    return FleetPage(
        rows=await queries.figures_of(tally.page(number)),
        number=number,
        last=last,
        bots=len(tally.ranked),
        states=tally.states,
        totals=tuple(sorted(tally.totals.values(), key=lambda one: (MODES_BY_RISK.index(one.mode), one.currency))),
    )


def _sort_key(sort: FleetSort, bot: Bot, profit: Decimal) -> SortKey:
    """Return a bot's sort key; names decide between equals."""
    match sort:
        case FleetSort.ATTENTION:
            return (*urgency(bot, profit), "")
        case FleetSort.NAME:
            return False, False, ZERO, bot.name, ""
        case FleetSort.PNL:
            return False, False, -profit, bot.name, ""
        case FleetSort.STATE:
            return False, False, Decimal(_STATES.index(bot.status)), bot.name, ""
        case FleetSort.MARKET:
            length = Decimal(int(bot.config.timeframe.duration.total_seconds()))
            return False, False, ZERO, bot.config.symbol, f"{length:012}{bot.name}"


async def _tally_bots(queries: Queries, bots: Sequence[Bot], sort: FleetSort) -> _Tally:
    tally = _Tally(sort)
    currencies: dict[tuple[VenueId, Symbol], str] = {}
    async for holdings in in_chunks(await queries.holdings(bots)):
        for holding in holdings:
            market = (holding.bot.venue, holding.bot.config.symbol)
            if market not in currencies:
                currencies[market] = (await queries.market(*market)).quote
            tally.add_holding(holding, currencies[market], queries.capital_at_work(holding.bot))
    return tally
