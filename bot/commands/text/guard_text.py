"""Words for what guards a position: its stop where it works, and why it does not."""

from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import quote_words
from bot.commands.text import numbers
from bot.domain.guard import Guard, GuardGap, GuardState, PositionGuards
from bot.domain.market import Market
from bot.domain.money import Money

STATE_SUFFIXES = {
    GuardState.RESTING: "",
    GuardState.WATCHED: ", watched",
    GuardState.PENDING: ", on its way",
    GuardState.MISSING: ", missing",
}
"""What follows the name of a barrier that does not simply rest at the venue."""

WATCHED_TEXT = "; watched here instead"


def is_unguarded(guards: PositionGuards) -> bool:
    """Tell whether no stop of a position works now."""
    return guards.stop_price is None


def stop_problem_text(guard: Guard, market: Market) -> RichText:
    """Say why a stop does not rest at the venue, without a full stop; empty if it does."""
    price = numbers.price(guard.price, market.tick)
    if guard.state is GuardState.PENDING:
        return f"the stop at {price} is on its way to the venue"
    if guard.gap is None:
        return ""
    found, minimum = market.size_against_minimum(guard.quantity, guard.price)
    watched = WATCHED_TEXT if guard.state is GuardState.WATCHED else ""
    return join_text(gap_text(guard.gap, price, found, minimum), watched)


def gap_text(gap: GuardGap, price: str, found: Money, minimum: Money, error: str = "") -> RichText:
    """Say why no order of a stop rests; `found` is its size beside the market's minimum, `error` the venue's words."""
    words = join_text(" (", quote_words(error.rstrip(".")), ")") if error else ""
    match gap:
        case GuardGap.TOO_SMALL:
            size, least = (numbers.money(one.value, one.currency) for one in (found, minimum))
            return join_text(
                f"the stop at {price} cannot rest at the venue: it is worth ", size, ", the minimum is ", least
            )
        case GuardGap.REFUSED:
            return join_text(f"the venue refused the stop at {price}", words)
        case GuardGap.CANCELED:
            return join_text(f"the venue canceled the stop at {price}", words, ", it is placed again")
        case GuardGap.NOT_POSSIBLE:
            return f"the venue takes no stop of this bot, its stop is at {price}"
        case GuardGap.LET_GO:
            return f"the stop at {price} was canceled when the bot stopped"
        case GuardGap.BEING_SOLD:
            return "it is being sold"
