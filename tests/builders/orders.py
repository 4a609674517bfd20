"""Order intents with a default for every field."""

from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.ids import AccountId, BotId, DecisionKey, Symbol, client_order_id
from bot.domain.market import Timeframe
from bot.domain.moment import Moment
from bot.domain.order import OrderIntent, OrderPurpose, OrderSide, OrderType

SOME_TIME = datetime(2024, 7, 8, tzinfo=UTC)
SOME_MOMENT = Moment(SOME_TIME, SOME_TIME)


def an_intent(
    number: int = 1,
    *,
    side: OrderSide = OrderSide.BUY,
    order_type: OrderType = OrderType.MARKET,
    quantity: str = "1",
    price: str | None = None,
    account: str = "acc",
    bot: str = "bot",
    symbol: str = "ABC/USDT",
    timeframe: Timeframe = Timeframe.M5,
    group: str | None = None,
    purpose: OrderPurpose = OrderPurpose.ENTRY,
    tag: str = "tag",
) -> OrderIntent:
    return OrderIntent(
        client_order_id=client_order_id(BotId(bot), number),
        bot_id=BotId(bot),
        account_id=AccountId(account),
        symbol=Symbol(symbol),
        timeframe=timeframe,
        side=side,
        order_type=order_type,
        purpose=purpose,
        tag=tag,
        quantity=Decimal(quantity),
        price=None if price is None else Decimal(price),
        reference_price=Decimal(100),
        decision_key=DecisionKey(f"1-{number}"),
        reason="because",
        decided_at=SOME_MOMENT,
        valid_until=None,
        run_number=1,
        config_version=1,
        group=group,
    )
