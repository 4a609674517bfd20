"""Ask a plan strategy what should rest now."""

from dataclasses import replace

from bot.domain.instance import PendingExit
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet


def refresh_plan(changes: ChangeSet) -> None:
    """Renew the session's plan; a plan that wants to leave becomes an exit wish."""
    session = changes.session
    planner = changes.context.planner
    if planner is None or not session.is_deciding or session.bot.exit_wish:
        return
    plan = planner(session, changes.context.moment)
    if plan is None:
        return
    changes.replace_session(replace(session, plan=plan))
    if plan.exit_text and not session.is_flat:
        reference = session.last_price or session.ledger.position.average_entry
        pending_exit = PendingExit(reason=ExitReason.SIGNAL, text=plan.exit_text, reference_price=reference)
        changes.replace_bot(replace(session.bot, exit_wish=pending_exit))
