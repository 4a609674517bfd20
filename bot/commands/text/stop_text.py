"""Descriptions of what a stop or a close does to orders and position."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.reply.input_text import count_text
from bot.commands.text import numbers
from bot.commands.text.guard_text import is_unguarded, stop_problem_text
from bot.commands.text.labels import bot_name_with_mode, position_label, side_label
from bot.domain.barrier import LevelChange
from bot.domain.guard import GuardGap
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.market import Market
from bot.domain.order import OrderPurpose
from bot.engine.reports.queries import BotFigures, Rest
from bot.ports.host import BotView
from bot.ports.replay import RECORDING_ENDED

MAX_NAMED = 8
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
    canceled = canceled_text(policy, _canceled(before, row.view), _resting_sells(row.view))
    return join_text(f"{canceled} ", kept)


def canceled_text(policy: str, canceled: int, kept_orders: int) -> str:
    """Say which of its own orders a stop canceled, and which go on."""
    if policy != StopPolicy.ENTRIES:
        return f"Own orders canceled: {canceled}{', its stop too' if policy == StopPolicy.CANCEL and canceled else ''}."
    kept = f"; {count_text(kept_orders, 'sell')} of the plan {'stays' if kept_orders == 1 else 'stay'}"
    return f"Own entries canceled: {canceled}{kept if kept_orders else ''}."


def kept_position_text(row: BotFigures) -> RichText:
    """Describe the position that is kept, and its guards."""
    if not row.quantity:
        return join_text(dust_text(row.dust, row.market), ".") if row.dust else "Nothing is held."
    view = row.view
    guard = KeptGuard(view.stop_price, view.target_price, view.guards.stop.gap if view.guards.stop else None)
    text = kept_guard_text(guard, lambda price: numbers.price(price, row.market.tick))
    return held_text(position_label(row), text, row.bot.status_remark)


def dust_text(dust: Rest, market: Market) -> RichText:
    """Say what stays since it cannot be sold: `43 DOGE stay, 4.65 USDT, below the market's minimum of 5.00 USDT`."""
    amount = numbers.quantity(abs(dust.quantity), market.step, market.base)
    value, least = (numbers.money(one, market.quote) for one in (dust.value, market.min_notional))
    return join_text(amount, " stay, ", value, ", below the market's minimum of ", least)


def held_text(position: RichText, guarded: str, remark: str) -> RichText:
    """Describe a position that a stop kept: how it is guarded, or what became of a market that has ended."""
    if remark == RECORDING_ENDED:
        return join_text("Kept: ", position, f"; {RECORDING_ENDED_TEXT}")
    return join_text("Kept: ", position, f", {guarded}; signals no longer sell it.")


class KeptGuard(NamedTuple):
    """The prices of the stop and the target that work, and why no stop rests at the venue."""

    stop: Decimal | None
    target: Decimal | None
    gap: GuardGap | None


def kept_guard_text(guard: KeptGuard, write: Callable[[Decimal], str]) -> str:
    """Say what guards a position; a target alone guards nothing."""
    target = "" if guard.target is None else f"target at {write(guard.target)}"
    if guard.stop is None:
        missing = "no working stop" if guard.gap else "no stop"
        if guard.gap is GuardGap.LET_GO:
            missing = "its stop canceled"
        return f"with {missing}: nothing guards it{', its ' if target else ''}{target}{' stays' if target else ''}"
    watched = ", which is watched here," if guard.gap else ""
    return f"guarded by its stop at {write(guard.stop)}{watched}{' and ' if target else ''}{target}"


def guard_change_text(change: LevelChange, row: BotFigures) -> RichText:
    """Say what an edit does at once to what is held; empty if it makes the position no less safe."""
    if change.touched is not None:
        level = f"{change.touched.barrier.label} would be at {numbers.price(change.touched.price, row.market.tick)}"
        last = "" if row.last_price is None else f", the last price is {numbers.price(row.last_price, row.market.tick)}"
        amount = numbers.quantity(abs(row.quantity), row.market.step, row.market.base)
        about = "" if row.last_price is None else f" at about {numbers.price(row.last_price, row.market.tick)}"
        return join_text("It sells ", amount, f"{about} at once: the {level}{last}.")
    if change.before is None:
        return ""
    before = numbers.price(change.before, row.market.tick)
    if change.after is None:
        return join_text("Nothing guards ", position_label(row), f" from then on: its stop at {before} goes.")
    after = numbers.price(change.after, row.market.tick)
    moved = join_text("The stop of ", position_label(row), f" moves away from the price: {before} -> {after}.")
    return moved if change.is_loosened else ""


def edited_guard_text(row: BotFigures) -> RichText:
    """Say what guards a position after its barriers were edited."""
    stop = row.view.guards.stop
    if stop is None:
        return join_text(" No stop guards ", position_label(row), " now.")
    problem = stop_problem_text(stop, row.market)
    return join_text(" Now: ", problem or f"its stop is at {numbers.price(stop.price, row.market.tick)}", ".")


def unguarded_text(rows: Sequence[BotFigures]) -> RichText:
    """Name the positions that stay and have no working stop; empty without one."""
    naked = [row for row in rows if row.quantity and row.bot.exit_wish is None and is_unguarded(row.view.guards)]
    named = [join_text(f"{bot_name_with_mode(row.bot)} ", position_label(row)) for row in naked[:MAX_NAMED]]
    more = f" and {len(naked) - MAX_NAMED} more" if len(naked) > MAX_NAMED else ""
    return join_text("No stop works for ", join_with(", ", named), f"{more}. /naked says why.") if naked else ""


def level_texts(stop: Decimal | None, target: Decimal | None, write: Callable[[Decimal], str]) -> list[str]:
    """Write the prices of the barriers that are set, each with its name."""
    return [f"{word} {write(price)}" for word, price in (("stop", stop), ("target", target)) if price is not None]


def close_result_text(row: BotFigures, held: Decimal) -> RichText:
    """Describe what a close did, or what it waits for."""
    if row.quantity:
        amount = numbers.quantity(abs(held), row.market.step, row.market.base)
        return join_text(f"closing {side_label(held)} ", amount, " at market")
    return "position closed"


def _resting_sells(view: BotView) -> int:
    orders = (order for order in view.working_orders if not order.is_cancel_wanted)
    return sum(order.intent.purpose is OrderPurpose.PLAN for order in orders)


def _canceled(before: BotView, after: BotView) -> int:
    """Count the orders that were canceled or are being canceled."""
    left = {order.intent.client_order_id for order in after.working_orders if not order.is_cancel_wanted}
    return sum(order.intent.client_order_id not in left for order in before.working_orders)
