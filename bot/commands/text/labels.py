"""How bots and their states are named: one symbol and one word each (UX.md, section 2)."""

from decimal import Decimal

from bot.commands.reply.blocks import SEPARATOR, Button, Headline, Meaning
from bot.commands.reply.inline_time import Words
from bot.commands.text import numbers
from bot.domain.events import BotFace
from bot.domain.instance import Bot, BotConfig, BotStatus
from bot.domain.market import Market
from bot.domain.order import OrderSide
from bot.domain.trade import ExitReason
from bot.engine.reports.queries import BY_ID, BotFigures
from bot.strategy.field_spec import FieldKind
from bot.strategy.fields import field_specs
from bot.strategy.registry import StrategyRegistry

RUNNING, PAUSED, STOPPED, WORKING, FAILED, REAL_MONEY = "🟢", "⏸️", "⏹️", "⏳", "❌", "💵"
BOUGHT, SOLD, CLOSED, DONE, LOOK, ACT = "▲", "▼", "🏁", "✅", "⚠️", "🚨"

SYMBOLS = {
    BotStatus.CREATED: STOPPED,
    BotStatus.STARTING: WORKING,
    BotStatus.RUNNING: RUNNING,
    BotStatus.PAUSED: PAUSED,
    BotStatus.STOPPING: WORKING,
    BotStatus.STOPPED: STOPPED,
    BotStatus.FAILED: FAILED,
    BotStatus.DELETED: DONE,
}
MOST_NUMBERS = 2


def status_word(status: BotStatus) -> str:
    """Return the word for a state in tables: starting and stopping are `working`."""
    return "working" if status in (BotStatus.STARTING, BotStatus.STOPPING) else status.value


def bot_line(bot: Bot, text: Words, symbol: str | None = None) -> Headline:
    """Begin a message about a bot: its state's symbol unless another is given, name, mode, text."""
    return Headline(text, SYMBOLS[bot.status] if symbol is None else symbol, bot.name, bot.mode)


def face_line(face: BotFace, text: str, symbol: str = "") -> Headline:
    """Begin a message about a bot as it was at an event."""
    return Headline(text, symbol, face.name, face.mode)


def named(bot: Bot) -> str:
    """Name a bot within a sentence: `alpha (PAPER)`."""
    return f"{bot.name} ({bot.mode})"


def handle(bot: Bot) -> str:
    """Return how buttons name a bot: by id, so that a rename breaks nothing."""
    return f"{BY_ID}{bot.bot_id}"


def bot_button(label: str, verb: str, bot: Bot, meaning: Meaning = Meaning.NONE, rest: str = "") -> Button:
    """Make a button that does something to a bot."""
    words = f" {rest}" if rest else ""
    return Button(label, f"/{verb} {handle(bot)}{words}", meaning, typed=f"/{verb} {bot.name}{words}")


def face_button(label: str, verb: str, face: BotFace, meaning: Meaning = Meaning.NONE, rest: str = "") -> Button:
    """Make a button that does something to the bot of an event; `rest` are the words after the name."""
    line, typed = f"/{verb} {BY_ID}{face.bot_id} {rest}", f"/{verb} {face.name} {rest}"
    return Button(label, line.rstrip(), meaning, typed=typed.rstrip())


def side_word(quantity: Decimal) -> str:
    """Return long, short or flat."""
    if not quantity:
        return "flat"
    return "long" if quantity > 0 else "short"


def position(row: BotFigures) -> str:
    """Write a position: `long 0.01636 BTC` or `flat`."""
    held = row.quantity
    if not held:
        return "flat"
    return f"{side_word(held)} {numbers.quantity(abs(held), row.market.step, row.market.base)}"


def past(side: OrderSide) -> str:
    """Return bought or sold."""
    return "bought" if side is OrderSide.BUY else "sold"


def arrow(side: OrderSide) -> str:
    """Return the symbol of a fill."""
    return BOUGHT if side is OrderSide.BUY else SOLD


def reason_word(reason: ExitReason | None) -> str:
    """Write why a position was left."""
    return reason.value.replace("_", " ") if reason else "open"


def market_words(config: BotConfig) -> str:
    """Write the series a bot trades: `BTC/USDT 1h`."""
    return f"{config.symbol} {config.timeframe}"


def strategy_words(config: BotConfig, strategies: StrategyRegistry) -> str:
    """Write a strategy with its first whole numbers: `ema-cross 12/26`."""
    values = dict(config.parameters)
    specs = field_specs(strategies.get(config.strategy).Parameters)
    whole = [str(values[spec.name]) for spec in specs if spec.kind is FieldKind.INTEGER and spec.name in values]
    return " ".join([config.strategy, "/".join(whole[:MOST_NUMBERS])]).strip()


def about(config: BotConfig, market: Market, strategies: StrategyRegistry) -> str:
    """Write line 2 of a card: market, strategy, capital."""
    capital = f"capital {numbers.money(config.capital, market.quote)}"
    return SEPARATOR.join((market_words(config), strategy_words(config, strategies), capital))
