"""Descriptions of what a stop or a close does to orders and position."""

from collections.abc import Callable
from decimal import Decimal

from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.text import numbers
from bot.commands.text.labels import position_label, side_label
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.market import Market
from bot.domain.order import OrderPurpose
from bot.engine.reports.queries import BotFigures, Rest
from bot.ports.host import BotView
from bot.ports.replay import RECORDING_ENDED

RECORDING_ENDED_TEXT = "no more prices come, so nothing sells it; policy=flatten does, at the last one."


def close_text(row: BotFigures) -> RichText:
    """Describe what closing would do: `sell 0.01636 BTC at market, about 1,045.80 USDT`."""
    if not row.quantity:
        return "nothing is held"
    verb = "sell" if row.quantity > 0 else "buy back"
    amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
    if row.last_price is None:
        return join_text(f"{verb} ", amount, " at market")
    about = numbers.money(abs(row.quantity) * row.last_price, row.market.quote)
    return join_text(f"{verb} ", amount, " at market, about ", about)


def stop_text(before: BotView, row: BotFigures, policy: StopPolicy) -> RichText:
    """Describe what a stop canceled and kept, and whether the position is guarded."""
    kept = kept_position_text(row)
    if policy is StopPolicy.FLATTEN and row.quantity:
        done = (
            "you are told when it is done" if row.bot.status is BotStatus.STOPPED else "it is stopped when that is done"
        )
        kept = join_text("Now: ", close_text(row), f"; {done}.")
    had_plan = any(order.intent.purpose is OrderPurpose.PLAN for order in before.working_orders)
    what = "entries" if policy is StopPolicy.ENTRIES and not had_plan else "orders"
    return join_text(f"Own {what} canceled: {_canceled(before, row.view)}. ", kept)


def kept_position_text(row: BotFigures) -> RichText:
    """Describe the position that is kept, and its guards."""
    if not row.quantity:
        return join_text(dust_text(row.dust, row.market), ".") if row.dust else "Nothing is held."
    stop, target = row.view.stop_price, row.view.target_price
    levels = level_texts(stop, target, lambda price: f"at {numbers.price(price, row.market.tick)}")
    return held_text(position_label(row), levels, row.bot.status_remark)


def dust_text(dust: Rest, market: Market) -> RichText:
    """Say what stays since it cannot be sold: `43 DOGE stay, 4.65 USDT, below the market's minimum of 5.00 USDT`."""
    amount = numbers.quantity(abs(dust.quantity), market.step, market.base)
    value, least = (numbers.money(one, market.quote) for one in (dust.value, market.min_notional))
    return join_text(amount, " stay, ", value, ", below the market's minimum of ", least)


def held_text(position: RichText, levels: list[str], remark: str) -> RichText:
    """Describe a position that a stop kept: how it is guarded, or what became of a market that has ended."""
    if remark == RECORDING_ENDED:
        return join_text("Kept: ", position, f"; {RECORDING_ENDED_TEXT}")
    guarded = f"guarded by its {' and '.join(levels)}" if levels else "with no stop: nothing guards it"
    return join_text("Kept: ", position, f", {guarded}; signals no longer sell it.")


def level_texts(stop: Decimal | None, target: Decimal | None, write: Callable[[Decimal], str]) -> list[str]:
    """Write the prices of the barriers that are set, each with its name."""
    return [f"{word} {write(price)}" for word, price in (("stop", stop), ("target", target)) if price is not None]


def close_result_text(row: BotFigures, held: Decimal) -> RichText:
    """Describe what a close did, or what it waits for."""
    if row.quantity:
        amount = numbers.quantity(abs(held), row.market.step, row.market.base)
        return join_text(f"closing {side_label(held)} ", amount, " at market")
    return "position closed"


def _canceled(before: BotView, after: BotView) -> int:
    """Count the orders that were canceled or are being canceled."""
    left = {order.intent.client_order_id for order in after.working_orders if not order.is_cancel_wanted}
    return sum(order.intent.client_order_id not in left for order in before.working_orders)
