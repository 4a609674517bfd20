"""The fleet and the lists of positions, orders and trades: UX.md, sections 3.4 and 3.9."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from adapters.chat.console.render.renderer import ActionFormat, render_lines
from adapters.chat.console.render.screen import plain_text
from bot.commands.catalog.bots import BotsArguments, fleet_reply
from bot.commands.reply.blocks import Headline, KeyValues, Reply, build_reply
from bot.commands.spec.request import CommandContext, Request
from bot.commands.views.list_tables import order_table, position_table, trade_table
from bot.commands.views.panic_text import count_by_mode, holdings_table, report_rows
from bot.domain.instance import BotStatus
from bot.domain.market import Mode
from bot.domain.people import Operator, Role
from bot.engine.bots.panic import PanicReport
from bot.engine.reports.fleet import FleetPage, FleetTotals
from bot.engine.reports.history import HistoryRow
from tests.builders import story
from tests.builders.replies import visible
from tests.golden.page import Page

PAGE = Page("3.4-fleet-and-lists")
D = story.D
MIA = Operator(operator_id=story.MIA, name="mia", role=Role.OWNER, timezone="Europe/Berlin", created_at=story.NOW)
CTX = CommandContext(
    known_operator=MIA,
    request=Request(platform="console", platform_id="1", chat="local", text="/bots"),
    trace_id="t",
    now=story.NOW,
)
FLEET = (story.eth_grid(), story.alpha(), story.sol_rsi())
CONSOLE = """\
Fleet · 3 bots · 2 running, 1 paused
bot       mode   market        state    position            open  closed   total       %
eth-grid  LIVE   ETH/USDT 1h   running  long 0.0412 ETH    -0.43   +5.65   +5.22  +1.04%
alpha     PAPER  BTC/USDT 1h   running  long 0.01636 BTC  +51.32  +10.49  +61.81  +6.18%
sol-rsi   PAPER  SOL/USDT 15m  paused   flat                0.00  -12.80  -12.80  -1.60%
totals  LIVE +5.22 USDT (+1.04%) · PAPER +49.01 USDT (+2.72%)
PnL closed + open, after fees · as of 15:00:05 CEST
next: 1 eth-grid  2 alpha  3 sol-rsi  4 new  5 pnl  6 panic
"""


def fleet(number: int = 1, last: int = 1, states: dict[BotStatus, int] | None = None) -> Reply:
    counts = states or Counter(row.bot.status for row in FLEET)
    live = FleetTotals(mode=Mode.LIVE, currency="USDT", bots=1, profit=FLEET[0].total, capital=D(500))
    paper = FleetTotals(
        mode=Mode.PAPER, currency="USDT", bots=2, profit=FLEET[1].total + FLEET[2].total, capital=D(1800)
    )
    page = FleetPage(
        rows=FLEET, number=number, last=last, bots=sum(counts.values()), states=counts, totals=(live, paper)
    )
    return fleet_reply(page, BotsArguments(), CTX)


async def test_the_fleet_on_a_phone_is_two_lines_a_bot() -> None:
    await PAGE.holds("/bots", fleet())


def test_the_fleet_on_a_console_is_one_line_a_bot() -> None:
    assert plain_text(render_lines(visible(fleet()), 100, {}, ActionFormat.NUMBERS)) == CONSOLE


async def test_a_fleet_of_several_pages_is_numbered_and_offers_what_is_not_running() -> None:
    states = {BotStatus.RUNNING: 33, BotStatus.PAUSED: 4, BotStatus.FAILED: 2, BotStatus.STOPPED: 1}
    await PAGE.holds("/bots, 40 of them", fleet(1, 5, states))


async def test_plate_p_positions() -> None:
    await PAGE.holds("P positions", build_reply(Headline("P"), position_table((story.alpha(), story.eth_grid()))))


async def test_plate_q_orders() -> None:
    row = story.eth_grid()
    listed = [HistoryRow(order, row.bot, row.market, row.last_price) for order in row.view.working_orders[:5]]
    await PAGE.holds("Q orders", build_reply(Headline("Q"), order_table(listed, has_bot=False)))


async def test_plate_r_trades() -> None:
    row = story.alpha()
    days = ((8, 26, 7, "47.08"), (7, 23, 0, "6.14"), (6, 20, 18, "-5.36"), (5, 19, 0, "-15.21"), (4, 14, 16, "-2.60"))
    trades = [
        HistoryRow(story.a_trade(number, end - timedelta(days=3), end, profit), row.bot, row.market)
        for number, day, hour, profit in days
        for end in [datetime(2024, 8, day, hour, tzinfo=UTC)]
    ]
    await PAGE.holds("R trades", build_reply(Headline("R"), trade_table(trades, story.TIMES, has_bot=False)))


async def test_plates_h_and_i_panic() -> None:
    assert count_by_mode(FLEET) == "1 LIVE bot, 2 PAPER bots"
    await PAGE.holds("H panic asks", build_reply(Headline("H"), holdings_table(FLEET)))
    report = PanicReport(
        scope="all",
        policy="flatten",
        blocked_bots=("eth-grid", "alpha", "sol-rsi"),
        canceled_orders=11,
        orders_to_cancel=11,
        closed_positions=2,
        closing_positions=0,
        remaining_bots=(),
    )
    await PAGE.holds("I panic done", build_reply(Headline("I"), KeyValues(report_rows(report))))
