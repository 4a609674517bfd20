"""Fills orders of the book against candles, by the pure rules of `bot.domain.matching` and by nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.domain.candle import Candle
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import Symbol, VenueTradeId
from bot.domain.market import Market
from bot.domain.matching import Bar, FillRules, is_filled_at_open, market_fill_price, matching_rank
from bot.domain.moment import Moment
from bot.domain.money import ONE, ZERO, to_decimal
from bot.domain.order import OrderSide, OrderStatus, OrderType
from bot.engine.simulation.simulation_options import SimulationOptions
from bot.engine.simulation.state_rows import SeriesKey, VenueOrder
from bot.engine.simulation.venue_state import AccountState, VenueState
from bot.engine.simulation.waiting_bots import BotKey, bot_key
from bot.ports.clock import MarketClock
from bot.ports.venue import FillReport, VenueEvent
from bot.strategy.candles import to_milliseconds


@dataclass(frozen=True, slots=True)
class _OrderMatch:
    order: VenueOrder
    price: Decimal
    candle_ms: int
    volume: Decimal | None
    at: datetime


_Met = tuple[VenueOrder, Decimal]
"""An order that a candle fills, and the price."""
_Place = tuple[tuple[int, Decimal, int], str, int]


class Matcher:
    """Changes the book by what a candle does to the open orders of its series, and returns the reports of it.

    Orders are met in their matching rank, equals in the order the account placed them. They are met one by one as the
    caller asks for the next: thousands of them must not stop everything else.
    """

    def __init__(
        self, state: VenueState, markets: Iterable[Market], options: SimulationOptions, clock: MarketClock
    ) -> None:
        self._state = state
        self._markets: dict[Symbol, Market] = {market.symbol: market for market in markets}
        self._rules = {symbol: FillRules(market, options.slippage) for symbol, market in self._markets.items()}
        self._options = options
        self._clock = clock

    def quote_fee_rate(self, market: Market, side: OrderSide) -> Decimal:
        """Return the fee rate that is taken in quote."""
        return ZERO if self._options.is_fee_in_base and side is OrderSide.BUY else market.fee_rate

    def match_open(self, series: SeriesKey, candle: Candle) -> Iterator[list[VenueEvent]]:
        """Fill what a candle's open fills, one order after the other.

        Where a stop fills, its bot's later orders are left to the range, which begins at the open: its strategy answers
        in between.
        """
        opened = to_decimal(candle.open)
        stopped: set[BotKey] = set()
        for order, price in self._met_at_open(series, opened):
            events = [] if bot_key(order) in stopped else self._fill(order, price, candle)
            if events and order.order_type is OrderType.STOP:
                stopped.add(bot_key(order))
            yield events

    def match_range(self, series: SeriesKey, candle: Candle) -> Iterator[list[VenueEvent]]:
        """Fill what is touched or passed inside a candle, by orders that were open when the first one is met.

        The range begins at the open: what came after the open and is beyond it already goes first. Where a stop fills,
        its bot's later orders wait for `match_rest`.
        """
        waiting, candle_ms = self._state.waiting_bots, to_milliseconds(candle.open_time)
        for order, price in self._touched_in_range(series, candle):
            events = [] if waiting.has_bot_of(order, candle_ms) else self._fill(order, price, candle)
            account = self._state.account(order.account_id)
            if events and account is not None and order.order_type is OrderType.STOP:
                waiting.add_bot_of(order, candle_ms, account.order_count)
            yield events

    def match_rest(self, series: SeriesKey, candle: Candle) -> Iterator[list[VenueEvent]]:
        """Fill in the range what waited for the answer of a bot whose stop filled, and is still wanted."""
        waiting, candle_ms = self._state.waiting_bots, to_milliseconds(candle.open_time)
        for order, price in self._touched_in_range(series, candle):
            yield self._fill(order, price, candle) if waiting.has_order(order, candle_ms) else []

    def _met_at_open(self, series: SeriesKey, opened: Decimal) -> list[_Met]:
        met = []
        for order in self._state.open_orders_on(series):
            order_type = OrderType.MARKET if order.is_triggered else order.order_type
            price = self._rules[order.symbol].price_at_open(order_type, order.side, order.price, opened)
            if price is not None:
                met.append((order, price))
        return sorted(met, key=_matching_place)

    def _touched_in_range(self, series: SeriesKey, candle: Candle) -> list[_Met]:
        bar = Bar(open=to_decimal(candle.open), high=to_decimal(candle.high), low=to_decimal(candle.low))

        def place(one: _Met) -> tuple[bool, _Place]:
            order = one[0]
            is_inside = not is_filled_at_open(order.order_type, order.side, order.price, bar.open)
            return is_inside, _matching_place(one)

        met = []
        for order in self._state.open_orders_on(series):
            if order.price is not None and not order.is_triggered:
                price = self._rules[order.symbol].price_in_range(order.order_type, order.side, order.price, bar)
                if price is not None:
                    met.append((order, price))
        return sorted(met, key=place)

    def match_last_price(self, order: VenueOrder, last: Decimal, at: datetime) -> list[VenueEvent]:
        """Fill an order at the last price there will be, whole: no later candle brings volume for the rest of it."""
        market = self._markets[order.symbol]
        price = market_fill_price(order.side, last, self._options.slippage, market)
        written = market.price_with_tick_digits(price)
        return self._fill_order(_OrderMatch(order, written, to_milliseconds(at), None, at))

    def cancel_order(self, order: VenueOrder, remark: str, at: datetime) -> VenueOrder:
        """Close an open order in the book and return it."""
        done = replace(order, status=OrderStatus.CANCELED, market_time=at, remark=remark)
        self._state.upsert_order(done)
        return done

    def _fill(self, order: VenueOrder, price: Decimal, candle: Candle) -> list[VenueEvent]:
        opened = to_milliseconds(candle.open_time)
        written = self._markets[order.symbol].price_with_tick_digits(price)
        return self._fill_order(_OrderMatch(order, written, opened, to_decimal(candle.volume), candle.open_time))

    def _fill_order(self, match: _OrderMatch) -> list[VenueEvent]:
        events: list[VenueEvent] = []
        order = self._state.order(match.order.key)
        account = self._state.account(match.order.account_id)
        if order is None or account is None or not order.is_open:  # an order of its group, or a cancel, was first
            return events
        wanted = self._volume_limited_quantity(order, match)
        quantity = self._affordable_quantity(order, account, match.price, wanted)
        if quantity:
            order = self._book_fill(replace(order, market_time=match.at), account, match, quantity, events)
        elif order.order_type is OrderType.STOP and not order.is_triggered:
            order = replace(order, is_triggered=True)
            self._state.upsert_order(order)
        if quantity < wanted:
            remark = f"the account had money for only {order.filled:f} of {order.quantity:f}"
            events.append(self.cancel_order(order, remark, match.at).report)
        elif quantity:
            events.append(order.report)
        return events

    def _volume_limited_quantity(self, order: VenueOrder, match: _OrderMatch) -> Decimal:
        if self._options.max_volume_share is None or match.volume is None:
            return order.remaining
        used = order.candle_filled if order.candle_ms == match.candle_ms else ZERO
        allowed = self._markets[order.symbol].floor_quantity(match.volume * self._options.max_volume_share)
        return min(order.remaining, max(allowed - used, ZERO))

    def _affordable_quantity(
        self, order: VenueOrder, account: AccountState, price: Decimal, wanted: Decimal
    ) -> Decimal:
        market = self._markets[order.symbol]
        is_buy = order.side is OrderSide.BUY
        unit = price * (ONE + self.quote_fee_rate(market, order.side)) if is_buy else ONE
        available = max(account.available_amount(order), ZERO)
        return wanted if wanted * unit <= available else market.floor_quantity(available / unit)

    def _book_fill(
        self, order: VenueOrder, account: AccountState, match: _OrderMatch, quantity: Decimal, events: list[VenueEvent]
    ) -> VenueOrder:
        filled = order.filled + quantity
        used = order.candle_filled if order.candle_ms == match.candle_ms else ZERO
        order = replace(
            order,
            filled=filled,
            status=OrderStatus.FILLED if filled >= order.quantity else OrderStatus.PARTIALLY_FILLED,
            candle_ms=match.candle_ms,
            candle_filled=used + quantity,
            is_triggered=order.order_type is OrderType.STOP,
        )
        report = self._fill_report(order, account, match, quantity)
        self._state.add_fill(report, *self._balance_changes(report.fill))
        self._state.upsert_order(order)
        events.append(report)
        for other in self._state.orders_canceled_by(order):
            of = "of its group" if other.group == order.group else "of the same coins"
            remark = f"the {order.order_type} order {of} filled first"
            events.append(self.cancel_order(other, remark, match.at).report)
        return order

    def _fill_report(
        self, order: VenueOrder, account: AccountState, match: _OrderMatch, quantity: Decimal
    ) -> FillReport:
        market = self._markets[order.symbol]
        sequence = account.fill_count + 1
        in_base = self._options.is_fee_in_base and order.side is OrderSide.BUY
        fee = quantity * market.fee_rate
        fill = Fill(
            account_id=order.account_id,
            bot_id=order.bot_id,
            client_order_id=order.client_order_id,
            trade_id=VenueTradeId(f"r-{order.account_id}-{sequence}"),
            symbol=order.symbol,
            side=order.side,
            price=match.price,
            quantity=quantity,
            fee=fee if in_base else fee * match.price,
            fee_currency=market.base if in_base else market.quote,
            liquidity=Liquidity.MAKER if order.order_type is OrderType.LIMIT else Liquidity.TAKER,
            moment=Moment(match.at, self._clock.now()),
        )
        return FillReport(sequence=sequence, fill=fill)

    def _balance_changes(self, fill: Fill) -> tuple[tuple[str, Decimal], ...]:
        market = self._markets[fill.symbol]
        sign = fill.side.sign
        return (
            (market.base, sign * fill.quantity),
            (market.quote, -sign * fill.quantity * fill.price),
            (fill.fee_currency, -fill.fee),
        )


def _matching_place(one: _Met) -> _Place:
    order = one[0]
    price = None if order.is_triggered else order.price
    return matching_rank(order.order_type, order.side, price), order.account_id, order.number
