"""Queries: bots that an operator may see, with their figures as frozen rows."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from bot.domain.errors import CommandFix, InvalidInput, NameFix, Refused, UserError
from bot.domain.events import BotFailed
from bot.domain.growth import average_capital, total_growth
from bot.domain.ids import AccountId, BotId, Symbol, VenueId
from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Market, Mode, Series
from bot.domain.money import ZERO
from bot.domain.people import Account, Operator, Role
from bot.engine.bots.capital import AccountCapital, last_prices, read_capital
from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, TimeSlice
from bot.engine.people.permissions import Requester, permitted_bots
from bot.ports.feed import CandleFeed
from bot.ports.host import BotHolding, BotHost, BotView
from bot.ports.storage import Page, Reader
from bot.ports.venue import Venue
from bot.strategy.field_value import clip_text

ID_PREFIX = "#"
SIMILARITY_CUTOFF = 0.6
MAX_SEARCHED_EVENTS = 50
"""Events searched for a bot's last failure: a failed bot raises few others."""


class Rest(NamedTuple):
    """What is held and cannot be sold, with its value in quote."""

    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BotFigures:
    """A bot with its market and profit in quote: `open_profit` + `closed_profit` = `total`, fees included.

    What partial exits of the open trade earned is closed profit. `capital_at_work` is the capital, each amount of an
    edited one by the time that it was there.
    """

    view: BotView
    market: Market
    last_price: Decimal | None
    open_profit: Decimal
    closed_profit: Decimal
    capital_at_work: Decimal

    @property
    def bot(self) -> Bot:
        return self.view.bot

    @property
    def is_deleted(self) -> bool:
        return self.bot.status is BotStatus.DELETED

    @property
    def total(self) -> Decimal:
        return self.open_profit + self.closed_profit

    def share_of(self, profit: Decimal) -> Decimal | None:
        """Return a part of the profit as a share: the whole is time-weighted, a part one of the capital at work."""
        if profit == self.total:
            return total_growth(self.bot.capital_spans, profit)
        return profit / self.capital_at_work if self.capital_at_work > 0 else None

    @property
    def open_share(self) -> Decimal:
        """Return the open profit as a share of what the open position cost, 0 while flat."""
        cost = abs(self.view.ledger.position.cost) if self.quantity else ZERO
        return self.open_profit / cost if cost else ZERO

    @property
    def trade_profit(self) -> Decimal:
        """Return what the open trade made so far: its partial exits and the open position."""
        return self.total - self.view.ledger.totals.closed_profit

    @property
    def quantity(self) -> Decimal:
        """Return the signed quantity of the open trade, 0 while flat."""
        return self.view.ledger.position.quantity if self.view.ledger.trade else ZERO

    @property
    def dust(self) -> "Rest | None":
        """Return what is held and is too small to be sold at the last price, None without any."""
        held, price = self.view.ledger.position, self.last_price
        if not held.quantity:
            return None
        if self.view.ledger.trade and (price is None or not held.is_flat(self.market, price)):
            return None
        return Rest(held.quantity, held.cost if price is None else held.quantity * price)


class Queries:
    """Finds bots for an operator and reads their figures."""

    def __init__(
        self, reader: Reader, host: BotHost, venues: Mapping[VenueId, Venue], feeds: Mapping[VenueId, CandleFeed]
    ) -> None:
        self._reader = reader
        self._host = host
        self._venues = venues
        self._feeds = feeds
        self._price_of = last_prices(feeds)
        self._markets: dict[tuple[VenueId, Symbol], Market] = {}

    async def visible_bots(self, requester: Requester) -> tuple[Bot, ...]:
        """Return the bots that a request may use, oldest first."""
        return await permitted_bots(self._reader, requester, await self._reader.bots())

    async def commandable_bot_ids(self, person: Operator, bot_ids: Iterable[BotId]) -> frozenset[BotId]:
        """Return the bots that an operator may command, not only look at."""
        bots = [bot for bot_id in bot_ids if (bot := await self.bot_by_id(bot_id)) is not None]
        requester = Requester(operator=person, required_role=Role.TRADER)
        allowed = await permitted_bots(self._reader, requester, bots)
        return frozenset(bot.bot_id for bot in allowed)

    async def find_bot(self, requester: Requester, name: str) -> Bot:
        """Return a bot by name or `#id`; raise UserError, worded so that it does not reveal others' bots."""
        bots = await self.visible_bots(requester.as_viewer())
        wanted = name.strip()
        folded, bot_id = wanted.casefold(), wanted.removeprefix(ID_PREFIX) if wanted.startswith(ID_PREFIX) else None
        for bot in bots:
            if bot.name == folded or bot.bot_id == bot_id:
                return await self._require_permission(requester, bot)
        if wanted.startswith(ID_PREFIX):
            raise Refused("bot-gone", CommandFix("bots"))
        raise _not_found(requester, wanted, bots)

    async def find_bot_or_deleted(self, requester: Requester, name: str) -> Bot:
        """Return a bot by name or `#id`, the last deleted one of that name if none has it now; raise UserError."""
        try:
            return await self.find_bot(requester, name)
        except UserError:
            for bot in reversed(await self.deleted_bots(requester)):
                if name.strip().casefold() == bot.name or name.strip() == f"{ID_PREFIX}{bot.bot_id}":
                    return bot
            raise

    async def deleted_bots(self, requester: Requester) -> tuple[Bot, ...]:
        """Return the deleted bots that a request may look at, in the order in which they were deleted."""
        return await permitted_bots(self._reader, requester.as_viewer(), await self._reader.deleted_bots())

    async def deleted_figures(self, requester: Requester) -> tuple[BotFigures, ...]:
        """Return the figures of the deleted bots that have traded in the present pass."""
        rows = await self.figures_of(await self.deleted_bots(requester))
        return tuple(row for row in rows if row.view.ledger.totals.fills)

    async def _require_permission(self, requester: Requester, bot: Bot) -> Bot:
        if await permitted_bots(self._reader, requester, (bot,)):
            return bot
        owner = await self.operator_name(bot.owner)
        raise Refused(
            "bot-only-viewed",
            bot=bot.name,
            mode=bot.mode,
            owner=owner,
            person=requester.operator.name,
            role=requester.required_role,
        )

    async def find_bots(self, requester: Requester, names: tuple[str, ...], tag: str | None = None) -> tuple[Bot, ...]:
        """Return the named bots, each once; `all` means all visible ones, a tag those that have it."""
        if tag is not None or names == ("all",):
            bots = await self.visible_bots(requester)
            found = tuple(bot for bot in bots if tag is None or tag in bot.tags)
            if not found:
                raise InvalidInput("no-tagged-bot" if tag else "no-bots", CommandFix("bots"), tag=tag or "")
            return found
        unique = {bot.bot_id: bot for bot in [await self.find_bot(requester, name) for name in names]}
        return tuple(unique.values())

    async def market(self, venue: VenueId, symbol: Symbol) -> Market:
        """Return a market; raise LookupError when its venue does not have it."""
        if (venue, symbol) not in self._markets:
            for market in await self._venues[venue].markets():
                self._markets[venue, market.symbol] = market
        return self._markets[venue, symbol]

    async def market_of(self, bot: Bot) -> Market:
        return await self.market(bot.venue, bot.config.symbol)

    async def view(self, bot: Bot) -> BotView:
        return await self._host.view(bot.bot_id)

    async def figures(self, bot: Bot) -> BotFigures:
        view = await self.view(bot)
        market = await self.market_of(view.bot)
        return BotFigures(
            view=view,
            market=market,
            last_price=view.last_price,
            open_profit=view.ledger.open_profit(view.last_price),
            closed_profit=view.ledger.closed_profit,
            capital_at_work=self.capital_at_work(view.bot),
        )

    def capital_at_work(self, bot: Bot) -> Decimal:
        """Return a bot's capital, each amount of an edited one by the time that it was there."""
        now = self.venue(bot.venue).clock.now()
        return average_capital(bot.capital_spans, bot.pass_started_market or bot.run_started_market or now, now)

    async def figures_of(self, bots: Sequence[Bot]) -> tuple[BotFigures, ...]:
        """Return the figures of many bots, yielding to the loop in between."""
        time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
        rows: list[BotFigures] = []
        for bot in bots:
            rows.append(await self.figures(bot))
            await time_slice.yield_if_expired()
        return tuple(rows)

    async def holdings(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        """Return the holdings of many bots, in the same order; much cheaper than their figures."""
        return await self._host.holdings(bots)

    async def fleet(self, requester: Requester) -> tuple[BotFigures, ...]:
        """Return the visible bots: failed ones first, then LIVE, then by the size of their profit."""
        rows = await self.figures_of(await self.visible_bots(requester))
        return tuple(sorted(rows, key=lambda row: urgency(row.bot, row.total)))

    async def account(self, account_id: AccountId) -> Account | None:
        return next((item for item in await self._reader.accounts() if item.account_id == account_id), None)

    async def accounts(self, requester: Requester) -> tuple[Account, ...]:
        """Return the accounts that an operator may see: owners all, others their own."""
        accounts = await self._reader.accounts()
        return tuple(item for item in accounts if requester.is_owner or item.owner == requester.operator.operator_id)

    async def dust_value(self, account: Account) -> Decimal:
        """Return what the rests that bots of an account could not sell are worth at the last prices."""
        ledgers, value = await self._reader.ledgers(), ZERO
        for bot in (*await self._reader.bots(), *await self._reader.deleted_bots()):
            ledger = ledgers.get(bot.bot_id)
            if bot.config.account_id == account.account_id and ledger and not ledger.trade and ledger.position.quantity:
                price = self._price_of(bot.venue, bot.config.symbol)
                value += ledger.dust_value if price is None else ledger.position.quantity * price
        return value

    async def capital(self, account: Account) -> AccountCapital:
        return await read_capital(self._reader, account, self._price_of)

    async def operator_name(self, operator_id: str) -> str:
        """Return an operator's name for sentences, `somebody` for one that is not known."""
        operators = await self._reader.operators()
        return next((item.name for item in operators if item.operator_id == operator_id), "somebody")

    async def last_failure(self, bot: Bot) -> BotFailed | None:
        """Return a bot's last failure, None when its event is not stored any more."""
        events = await self._reader.recent_events(bot.bot_id, Page(limit=MAX_SEARCHED_EVENTS))
        found = (item.event.payload for item in events)
        return next((payload for payload in found if isinstance(payload, BotFailed)), None)

    async def bot_by_id(self, bot_id: BotId) -> Bot | None:
        """Return a bot by id, deleted ones too."""
        return await self._reader.bot(bot_id)

    def venue(self, venue: VenueId) -> Venue:
        return self._venues[venue]

    def feed(self, venue: VenueId) -> CandleFeed:
        return self._feeds[venue]

    def all_series(self) -> tuple[Series, ...]:
        return tuple(series for feed in self._feeds.values() for series in feed.all_series())


def urgency(bot: Bot, profit: Decimal) -> tuple[bool, bool, Decimal, str]:
    """Return the sort key of the fleet: failed bots first, then LIVE, then the size of the profit."""
    return (bot.status is not BotStatus.FAILED, bot.mode is not Mode.LIVE, -abs(profit), bot.name)


def is_matching_bot(bot: Bot, wanted: str) -> bool:
    """Return whether a word is part of a bot's name, market, status, mode, strategy, timeframe or tags."""
    word = wanted.casefold()
    facts = (bot.name, bot.config.symbol, bot.status, bot.mode, bot.config.strategy, bot.config.timeframe, *bot.tags)
    return any(word in fact.casefold() for fact in facts)


def _not_found(requester: Requester, wanted: str, bots: tuple[Bot, ...]) -> Refused | InvalidInput:
    names = [bot.name for bot in bots]
    shown = clip_text(wanted)
    near = difflib.get_close_matches(wanted.casefold(), names, n=1, cutoff=SIMILARITY_CUTOFF)
    if not near and not requester.is_owner:
        return Refused("not-your-bot", CommandFix("bots"), typed=shown)
    if not names:
        return InvalidInput("no-bot-yet", CommandFix("new"), typed=shown)
    fix = NameFix(near[0], typed=wanted) if near else CommandFix("bots")
    return InvalidInput("no-bot", fix, typed=shown, count=len(names), near=(*near, names[0])[0])
