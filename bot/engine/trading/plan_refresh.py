"""Ask a plan strategy what should rest now."""

from dataclasses import replace
from datetime import datetime

from bot.domain.moment import Moment
from bot.domain.order import OrderPurpose
from bot.domain.plan import OrderPlan
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.session import Planner, Session
from bot.strategy.base import PlanStrategy, PlanView, StrategyParameters
from bot.strategy.candles import Candles


def refresh_plan(changes: ChangeSet) -> None:
    """Renew the session's plan; a plan that wants to leave becomes an exit wish."""
    session = changes.session
    planner = changes.context.planner
    if planner is None or not session.is_deciding or session.bot.exit_wish:
        return
    plan = planner(session, changes.context.moment)
    if plan is None:
        return
    changes.session = replace(session, plan=plan)
    if plan.exit_text and not session.is_flat:
        changes.want_exit(ExitReason.PLAN, plan.exit_text)


def planner_for(strategy: PlanStrategy[StrategyParameters], parameters: StrategyParameters) -> Planner:
    """Return a plan strategy with its parameters as a function of a session."""

    def plan(session: Session, moment: Moment) -> OrderPlan | None:
        if session.candles is None:
            return None
        return strategy.plan(_plan_view(session, session.candles, parameters, moment.market))

    return plan


def _plan_view(
    session: Session, candles: Candles, parameters: StrategyParameters, market_time: datetime
) -> PlanView[StrategyParameters]:
    bot = session.bot
    return PlanView(
        parameters=parameters,
        market=session.market,
        candles=candles,
        position=session.ledger.position,
        trade_fills=session.trade_fills,
        last_fills=session.last_fills,
        open_orders={order.intent.tag: order for order in session.working_orders(OrderPurpose.PLAN)},
        market_time=market_time,
        run_started=bot.run_started_market or market_time,
        capital=session.money_left,
        seed=bot.seed,
        barred=session.refused_orders,
    )
