"""The people and bots of UX.md's examples: mia in Berlin with alpha, eth-grid and sol-rsi, on a Sunday in August."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.commands.reply.blocks import Actions, ButtonStyle, FormChoices, Reply
from bot.commands.text.times import TimeFormatter
from bot.commands.views.card import BotCardData
from bot.domain.barrier import Barriers
from bot.domain.guard import NO_GUARDS, Guard, GuardState, PositionGuards
from bot.domain.ids import AccountId, BotId, OperatorId, Symbol, TradeId, VenueId
from bot.domain.instance import Bot, BotConfig, BotStatus, Parameters
from bot.domain.market import Market, Mode, Timeframe
from bot.domain.moment import Moment
from bot.domain.order import Order, OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.domain.plan import PlanRounds
from bot.domain.position import Position
from bot.domain.trade import ExitReason, Ledger, LedgerTotals, Trade
from bot.engine.reports.plan_profit import plan_profit
from bot.engine.reports.queries import BotFigures
from bot.ports.host import BotView
from tests.builders.chat_harness import plain_text
from tests.builders.orders import SOME_MOMENT, an_intent

NOW = datetime(2024, 8, 25, 13, 0, 5, tzinfo=UTC)
TIMES = TimeFormatter(NOW, "Europe/Berlin")
MIA = OperatorId("mia")
D = Decimal
MARKS = {ButtonStyle.PRIMARY: "p", ButtonStyle.SUCCESS: "s", ButtonStyle.DANGER: "d", ButtonStyle.NONE: ""}


def a_market(symbol: str, tick: str, step: str) -> Market:
    base, quote = symbol.split("/")
    return Market(
        symbol=Symbol(symbol),
        base=base,
        quote=quote,
        tick=D(tick),
        step=D(step),
        min_quantity=D(step),
        min_notional=D(5),
        fee_rate=D("0.001"),
    )


BTC, ETH, SOL = (
    a_market("BTC/USDT", "0.01", "0.00001"),
    a_market("ETH/USDT", "0.01", "0.0001"),
    a_market("SOL/USDT", "0.01", "0.001"),
)


def a_bot(
    name: str,
    *,
    mode: Mode = Mode.PAPER,
    strategy: str = "ema-cross",
    market: Market = BTC,
    timeframe: Timeframe = Timeframe.H1,
    capital: str = "1000",
    status: BotStatus = BotStatus.RUNNING,
    parameters: Parameters = (),
) -> Bot:
    return Bot(
        bot_id=BotId(f"id-{name}"),
        name=name,
        owner=MIA,
        venue=VenueId("binance"),
        mode=mode,
        config=BotConfig(
            strategy=strategy,
            symbol=market.symbol,
            timeframe=timeframe,
            account_id=AccountId("acc"),
            capital=D(capital),
            barriers=Barriers(stop_loss=D("0.03")),
            parameters=parameters,
        ),
        config_version=4,
        status=status,
        desired=status,
        created_at=NOW - timedelta(days=21),
        run_number=1,
        run_started_market=NOW - timedelta(days=20, hours=4),
        status_by=MIA,
        status_changed_wall=NOW,
    )


def an_open_trade(bot: Bot, quantity: str, entry: str, opened: datetime) -> tuple[Position, Trade]:
    size, price = D(quantity), D(entry)
    trade = Trade(
        trade_id=TradeId(f"{bot.bot_id}-8"),
        bot_id=bot.bot_id,
        number=8,
        symbol=bot.config.symbol,
        sign=1,
        opened_at=Moment(opened, opened),
        entry_quantity=size,
        entry_value=size * price,
        fees=size * price * D("0.001"),
        open_fees=size * price * D("0.001"),
    )
    return Position(size, size * price), trade


def figures(
    bot: Bot,
    market: Market,
    *,
    position: Position | None = None,
    trade: Trade | None = None,
    totals: LedgerTotals | None = None,
    last: str | None = None,
    stop: str | None = None,
    remark: str = "",
) -> BotFigures:
    book = Ledger(position or Position(), trade, totals or LedgerTotals())
    price = D(last) if last else None
    view = BotView(
        bot=bot,
        ledger=book,
        working_orders=(a_resting_stop(stop),) if stop else (),
        guards=resting_stop(stop) if stop else NO_GUARDS,
        last_price=price,
        last_row=None,
        last_row_close=None,
        next_close=datetime(2024, 8, 26, 1, tzinfo=UTC) if bot.status is BotStatus.RUNNING else None,
        remark=remark,
        plan_rounds=PlanRounds("grid") if bot.config.strategy == "grid" else None,
    )
    return BotFigures(
        view=view,
        market=market,
        last_price=price,
        open_profit=book.open_profit(price),
        closed_profit=book.closed_profit,
        capital_at_work=bot.config.capital,
    )


def resting_stop(price: str, state: GuardState = GuardState.RESTING) -> PositionGuards:
    """Make a stop of a long position, which rests at its venue."""
    quantity = D("0.01636")
    stop = Guard(tag="stop_loss", order_type=OrderType.STOP, price=D(price), quantity=quantity, state=state)
    return PositionGuards((stop,))


def a_resting_stop(price: str) -> Order:
    """Make the order of such a stop."""
    intent = an_intent(
        side=OrderSide.SELL, order_type=OrderType.STOP, price=price, purpose=OrderPurpose.BARRIER, tag="stop_loss"
    )
    return Order(intent=intent, status=OrderStatus.ACCEPTED, updated_at=SOME_MOMENT)


def alpha(status: BotStatus = BotStatus.RUNNING) -> BotFigures:
    """alpha holds 0.01636 BTC since 23 August 03:00 Berlin time."""
    bot = a_bot("alpha", status=status, parameters=(("fast", 12), ("slow", 26)))
    position, trade = an_open_trade(bot, "0.01636", "60726.17", datetime(2024, 8, 23, 1, tzinfo=UTC))
    return figures(
        bot,
        BTC,
        position=position,
        trade=trade,
        totals=LedgerTotals(closed_profit=D("10.49"), trades=7, won=2),
        last="63924.00",
        stop="58904.38",
        remark="sells if a candle closes below 63,255.24",
    )


def flat_alpha(status: BotStatus = BotStatus.RUNNING) -> BotFigures:
    """alpha after its eighth trade."""
    remark = "waits for EMA12 to cross above EMA26; needs a close above 60,642.94"
    bot = a_bot("alpha", status=status, parameters=(("fast", 12), ("slow", 26)))
    return figures(
        bot, BTC, totals=LedgerTotals(closed_profit=D("57.57"), trades=8, won=3), last="60500", remark=remark
    )


def sol_rsi() -> BotFigures:
    bot = a_bot(
        "sol-rsi",
        strategy="rsi-reversion",
        market=SOL,
        timeframe=Timeframe.M15,
        capital="800",
        status=BotStatus.PAUSED,
        parameters=(("length", 14), ("oversold", 30)),
    )
    return figures(bot, SOL, totals=LedgerTotals(closed_profit=D("-12.80"), trades=5, won=2), last="150")


def eth_grid() -> BotFigures:
    bot = a_bot("eth-grid", mode=Mode.LIVE, strategy="grid", market=ETH, capital="500", parameters=(("levels", 10),))
    position, trade = an_open_trade(bot, "0.0412", "2748.90", NOW)
    row = figures(
        bot,
        ETH,
        position=position,
        trade=trade,
        totals=LedgerTotals(closed_profit=D("5.65"), trades=4, won=4),
        last="2741.15",
        remark="9 buys below, 1 sell above, nearest buy 0.61% below",
    )
    prices = [f"{2724.5 - 9.3 * number:.2f}" for number in range(9)]
    orders = (resting(bot, OrderSide.SELL, "2761.30"), *(resting(bot, OrderSide.BUY, price) for price in prices))
    return replace(row, view=replace(row.view, working_orders=orders))


def resting(bot: Bot, side: OrderSide, price: str) -> Order:
    """Return an order of a plan that rests."""
    intent = an_intent(
        int(D(price) * 100),
        side=side,
        order_type=OrderType.LIMIT,
        quantity="0.0200",
        price=price,
        bot=bot.bot_id,
        symbol=bot.config.symbol,
        purpose=OrderPurpose.PLAN,
        tag=f"{side}-1",
    )
    return Order(intent=intent, status=OrderStatus.ACCEPTED, updated_at=Moment(NOW, NOW))


def a_trade(number: int, opened: datetime, closed: datetime, profit: str) -> Trade:
    """Return a closed trade of alpha with a profit; its prices do not matter."""
    value = D("990")
    return Trade(
        trade_id=TradeId(f"id-alpha-{number}"),
        bot_id=BotId("id-alpha"),
        number=number,
        symbol=BTC.symbol,
        sign=1,
        opened_at=Moment(opened, opened),
        entry_quantity=D("0.01636"),
        entry_value=value,
        exit_quantity=D("0.01636"),
        exit_value=value + D(profit),
        exit_cost=value,
        closed_at=Moment(closed, closed),
        exit_reason=ExitReason.SIGNAL,
    )


def changed_at(row: BotFigures, hour: int, minute: int, second: int = 0) -> BotFigures:
    """Return a bot whose state changed today, by Berlin's clock."""
    when = NOW.replace(hour=hour - 2, minute=minute, second=second)
    return replace(row, view=replace(row.view, bot=replace(row.bot, status_changed_wall=when)))


def card_data(row: BotFigures) -> BotCardData:
    """Return what a card says of a bot."""
    return BotCardData(
        row=row, times=TIMES, market_time=NOW, changed_by="mia", account="paper", profit_split=plan_profit(row)
    )


def said(reply: Reply, width: int = 100) -> list[str]:
    """Return the lines of a reply; how far apart things stand is the gateway's."""
    return [" ".join(line.split()) for line in plain_text(reply, width).splitlines()]


def buttons(reply: Reply) -> str:
    """Write the buttons of a reply as UX.md does: `[Pause] [Chart]p / [Stop]d`."""
    rows = [row for block in reply.blocks if isinstance(block, Actions | FormChoices) for row in block.rows]
    return " / ".join(" ".join(f"[{button.label}]{MARKS[button.style]}" for button in row) for row in rows)
