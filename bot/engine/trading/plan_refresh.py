"""Ask a plan strategy what should rest now."""

from dataclasses import replace

from bot.domain.instance import ExitWish
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import Step


def replan(step: Step) -> None:
    """Renew the session's plan; a plan that wants to leave becomes an exit wish."""
    session = step.session
    planner = step.around.planner
    if planner is None or not session.is_deciding or session.bot.exit_wish:
        return
    plan = planner(session, step.around.moment)
    if plan is None:
        return
    step.change(replace(session, plan=plan))
    if plan.exit_text and not session.is_flat:
        reference = session.last_price or session.book.position.average_entry
        wish = ExitWish(reason=ExitReason.SIGNAL, text=plan.exit_text, reference_price=reference)
        step.change_bot(replace(session.bot, exit_wish=wish))
