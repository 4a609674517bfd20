"""Labels of bots, their states and accounts: one symbol and one word each (UX.md, section 2)."""

from collections.abc import Sequence
from decimal import Decimal

from bot.commands.reply.blocks import SEPARATOR, Button, ButtonStyle, Headline
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.text import numbers
from bot.domain.events import BotLabel
from bot.domain.instance import Bot, BotConfig, BotStatus
from bot.domain.market import Market
from bot.domain.order import OrderSide
from bot.domain.people import Account
from bot.domain.trade import ExitReason
from bot.engine.reports.queries import ID_PREFIX, BotFigures, Queries
from bot.strategy.field_spec import FieldKind
from bot.strategy.fields import field_specs
from bot.strategy.registry import StrategyRegistry

RUNNING, PAUSED, STOPPED, WORKING, FAILED, REAL_MONEY = "🟢", "⏸️", "⏹️", "⏳", "❌", "💵"
BOUGHT, SOLD, CLOSED, DONE, WARNING, ALERT = "▲", "▼", "🏁", "✅", "⚠️", "🚨"

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
MAX_NUMBERS = 2
"""Parameters of a strategy that its label has room for."""
FLEET_BUTTON = Button("Fleet", "/bots", ButtonStyle.PRIMARY)


def status_label(status: BotStatus) -> str:
    """Return the word for a status in tables: starting and stopping are `working`."""
    return "working" if status in (BotStatus.STARTING, BotStatus.STOPPING) else status.value


def bot_headline(bot: Bot, text: RichText, symbol: str | None = None) -> Headline:
    """Return the headline of a message about a bot: symbol of its state or another one, name, mode, text."""
    return Headline(text, SYMBOLS[bot.status] if symbol is None else symbol, bot.name, bot.mode)


def bot_name_with_mode(bot: Bot) -> str:
    """Name a bot within a sentence: `alpha (PAPER)`."""
    return f"{bot.name} ({bot.mode})"


def bot_reference(bot: Bot | BotLabel) -> str:
    """Return a bot's id as buttons name it, so that a rename breaks nothing."""
    return f"{ID_PREFIX}{bot.bot_id}"


def bot_button(
    label: str, command: str, bot: Bot | BotLabel, meaning: ButtonStyle = ButtonStyle.NONE, arguments: str = ""
) -> Button:
    """Return a button with a command about a bot; `arguments` follow its name."""
    line, typed = f"/{command} {bot_reference(bot)} {arguments}", f"/{command} {bot.name} {arguments}"
    return Button(label, line.rstrip(), meaning, typed_command=typed.rstrip())


def side_label(quantity: Decimal) -> str:
    """Return long, short or flat."""
    if not quantity:
        return "flat"
    return "long" if quantity > 0 else "short"


def position_label(row: BotFigures) -> RichText:
    """Describe a position: `long 0.01636 BTC` or `flat`."""
    held = row.quantity
    if not held:
        return "flat"
    return join_text(f"{side_label(held)} ", numbers.quantity(abs(held), row.market.step, row.market.base))


def side_past_tense(side: OrderSide) -> str:
    """Return bought or sold."""
    return "bought" if side is OrderSide.BUY else "sold"


def exit_reason_label(reason: ExitReason | None) -> str:
    """Return the label of the reason why a position was left."""
    return reason.value.replace("_", " ") if reason else "open"


def series_label(config: BotConfig) -> str:
    """Return the label of a configuration's series: `BTC/USDT 1h`."""
    return f"{config.symbol} {config.timeframe}"


def strategy_label(config: BotConfig, strategies: StrategyRegistry) -> str:
    """Return a strategy's name with its first whole numbers: `ema-cross 12/26`."""
    values = dict(config.parameters)
    specs = field_specs(strategies.get_strategy(config.strategy).Parameters)
    whole = [str(values[spec.name]) for spec in specs if spec.kind is FieldKind.INTEGER and spec.name in values]
    return " ".join([config.strategy, "/".join(whole[:MAX_NUMBERS])]).strip()


def config_summary(config: BotConfig, market: Market, strategies: StrategyRegistry) -> RichText:
    """Return line 2 of a card: market, strategy, capital."""
    capital = join_text("capital ", numbers.money(config.capital, market.quote))
    return join_with(SEPARATOR, (series_label(config), strategy_label(config, strategies), capital))


async def account_name(account: Account, accounts: Sequence[Account], queries: Queries) -> str:
    """Return an account's label, with its owner if others have the same label: `practice of jonas`."""
    is_only = sum(item.label == account.label for item in accounts) == 1
    return account.label if is_only else f"{account.label} of {await queries.operator_name(account.owner)}"
