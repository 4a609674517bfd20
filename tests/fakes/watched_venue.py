"""A venue whose calls are photographed: before each, and after each before its answer is heard."""

from decimal import Decimal

from bot.domain.ids import AccountId, ClientOrderId, VenueId
from bot.domain.market import Market, Mode
from bot.domain.order import OrderIntent
from bot.ports.clock import MarketClock
from bot.ports.venue import (
    Balance,
    FillReport,
    OrderReport,
    Unsubscribe,
    Venue,
    VenueCapabilities,
    VenueListener,
)
from tests.fakes.crash_point_recorder import CrashPointRecorder


class WatchedVenue:
    """Passes everything on to a real venue."""

    def __init__(self, venue: Venue, camera: CrashPointRecorder) -> None:
        self._venue = venue
        self._camera = camera

    @property
    def venue_id(self) -> VenueId:
        return self._venue.venue_id

    @property
    def mode(self) -> Mode:
        return self._venue.mode

    @property
    def capabilities(self) -> VenueCapabilities:
        return self._venue.capabilities

    @property
    def clock(self) -> MarketClock:
        return self._venue.clock

    async def markets(self) -> tuple[Market, ...]:
        return await self._venue.markets()

    async def open_account(self, account_id: AccountId, currency: str, deposit: Decimal) -> None:
        await self._venue.open_account(account_id, currency, deposit)

    async def reset_account(self, account_id: AccountId, deposit: Decimal) -> None:
        await self._venue.reset_account(account_id, deposit)

    async def submit_order(self, intent: OrderIntent) -> OrderReport:
        self._camera.record_point("before a submit")
        report = await self._venue.submit_order(intent)
        self._camera.record_point("after a submit")
        return report

    async def cancel_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport:
        self._camera.record_point("before a cancel")
        report = await self._venue.cancel_order(account_id, client_order_id)
        self._camera.record_point("after a cancel")
        return report

    async def find_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport | None:
        self._camera.record_point("before a look-up")
        report = await self._venue.find_order(account_id, client_order_id)
        self._camera.record_point("after a look-up")
        return report

    async def open_orders(self, account_id: AccountId) -> tuple[OrderReport, ...]:
        return await self._venue.open_orders(account_id)

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        return await self._venue.fills(account_id, after_sequence)

    async def balances(self, account_id: AccountId) -> tuple[Balance, ...]:
        return await self._venue.balances(account_id)

    def add_listener(self, listener: VenueListener) -> Unsubscribe:
        return self._venue.add_listener(listener)
