"""A deterministic client of a recorded market that can be killed at any time and goes on with the same ids."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from adapters.data.recording import Recording
from adapters.venue.recorded.market import RecordedMarket, RecordedMarketOptions, open_recorded_market
from adapters.venue.simulated.state_file import CommitHook
from bot.domain.candle import Candle
from bot.domain.fill import Fill
from bot.domain.ids import AccountId
from bot.domain.market import Series
from bot.domain.money import ROUND_DOWN, round_to_step, to_decimal
from bot.domain.order import OrderIntent, OrderSide, OrderType
from bot.engine.simulation.simulation_options import SimulationOptions
from bot.ports.clock import Clock
from bot.ports.venue import FillReport, Venue, VenueEvent
from tests.builders.orders import an_intent
from tests.builders.recordings import START, series_of

ACCOUNT = AccountId("acc")
Intents = list[OrderIntent]


@dataclass(frozen=True)
class FinalState:
    """What is left at the end, wall times apart."""

    fills: Sequence[tuple[int, str, str, Decimal, Decimal, Decimal, datetime]]
    balances: object
    open_orders: object


class ToyTrader:
    """Buys on every third candle and guards each buy with a stop and a target; answers in `quiet`."""

    def __init__(self, jitter: Callable[[], Awaitable[None]] | None = None) -> None:
        self.venue: Venue | None = None
        self.answered = 0
        self._jitter = jitter
        self._due: deque[OrderIntent] = deque()

    async def quiet(self) -> None:
        """Send everything that the last event caused."""
        self.answered += 1
        if self._jitter is not None:
            await self._jitter()
        while self._due:
            assert self.venue is not None
            await self.venue.submit_order(self._due.popleft())

    def on_candle(self, series: Series, candle: Candle) -> None:
        index = (candle.open_time - START) // series.timeframe.duration
        if index % 3 == 0:
            self._due.append(an_intent(index * 10 + 1, quantity="0.5"))
            price = to_decimal(candle.close) * Decimal("0.98")
            self._due.append(
                an_intent(
                    index * 10 + 2,
                    order_type=OrderType.LIMIT,
                    price=str(round_to_step(price, Decimal("0.01"), ROUND_DOWN)),
                    quantity="0.3",
                )
            )

    def on_event(self, event: VenueEvent) -> None:
        if isinstance(event, FillReport) and event.fill.side is OrderSide.BUY:
            self._due.extend(_barriers(event.sequence, event.fill))

    async def recover(self) -> None:
        """Place again what may be missing; known ids change nothing."""
        assert self.venue is not None
        for report in await self.venue.fills(ACCOUNT, 0):
            self.on_event(report)


def _barriers(sequence: int, fill: Fill) -> Intents:
    def at(factor: str) -> str:
        return str(round_to_step(fill.price * Decimal(factor), Decimal("0.01"), ROUND_DOWN))

    kinds = ((3, OrderType.STOP, "0.97"), (4, OrderType.TARGET, "1.03"))
    return [
        an_intent(
            100_000 + sequence * 10 + place,
            side=OrderSide.SELL,
            order_type=kind,
            price=at(factor),
            quantity=str(fill.quantity),
            group=f"guard-{sequence}",
        )
        for place, kind, factor in kinds
    ]


@asynccontextmanager
async def trading(
    path: Path,
    recording: Recording,
    *,
    clock: Clock,
    trader: ToyTrader,
    speed: Decimal | None = None,
    after_commit: CommitHook | None = None,
) -> AsyncIterator[RecordedMarket]:
    """Open the market, recover the trader and let the replay run."""
    options = RecordedMarketOptions(
        speed=speed,
        simulation=SimulationOptions(slippage=Decimal("0.0005"), max_volume_share=Decimal("0.04")),
        after_commit=after_commit,
    )
    async with open_recorded_market(
        path, clock=clock, wait_until_idle=trader.quiet, options=options, recording=recording
    ) as market:
        trader.venue = market.venue
        await market.venue.open_account(ACCOUNT, "USDT", Decimal(100_000))
        market.venue.add_listener(trader.on_event)
        market.feed.subscribe_candles(series_of(), trader.on_candle)
        await trader.recover()
        task = asyncio.create_task(market.replay.run(), name="replay")
        try:
            yield market
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def final_state(venue: Venue) -> FinalState:
    """Read what the venue says at the end."""
    fills = [
        (
            row.sequence,
            row.fill.trade_id,
            row.fill.client_order_id,
            row.fill.price,
            row.fill.quantity,
            row.fill.fee,
            row.fill.moment.market,
        )
        for row in await venue.fills(ACCOUNT, 0)
    ]
    orders = sorted(await venue.open_orders(ACCOUNT), key=lambda report: report.client_order_id)
    return FinalState(fills, await venue.balances(ACCOUNT), orders)
