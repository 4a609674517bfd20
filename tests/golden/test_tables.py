"""The tables of UX.md's plates on 32 columns, and the fleet on a console."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.commands.catalog.fleet import BotsArguments, fleet_reply
from bot.commands.layout import pair_lines, table_lines
from bot.commands.list_tables import order_table, position_table, trade_table
from bot.commands.panic_words import counted_by_mode, done_rows, holdings_table
from bot.commands.reply import KeyValues, Table
from bot.commands.request import Context, Request
from bot.domain.instance import BotStatus
from bot.domain.market import Mode
from bot.domain.people import Operator, Role
from bot.engine.fleet import FleetPage, Totals
from bot.engine.lists import Listed
from bot.engine.panic import PanicReport
from tests.builders import story

PHONE, CONSOLE = 32, 100
D = story.D
MIA = Operator(operator_id=story.MIA, name="mia", role=Role.OWNER, timezone="Europe/Berlin", created_at=story.NOW)
CTX = Context(
    known=MIA,
    request=Request(platform="console", platform_id="1", chat="local", text="/bots"),
    trace_id="t",
    now=story.NOW,
)
FLEET = (story.eth_grid(), story.alpha(), story.sol_rsi())


def a_page(number: int = 1, last: int = 1, states: dict[BotStatus, int] | None = None) -> FleetPage:
    counts = states or Counter(row.bot.status for row in FLEET)
    live = Totals(mode=Mode.LIVE, currency="USDT", bots=1, profit=FLEET[0].total, capital=D(500))
    paper = Totals(mode=Mode.PAPER, currency="USDT", bots=2, profit=FLEET[1].total + FLEET[2].total, capital=D(1800))
    return FleetPage(
        rows=FLEET, number=number, last=last, bots=sum(counts.values()), states=counts, totals=(live, paper)
    )


def table_of(page: FleetPage) -> Table:
    return next(block for block in fleet_reply(page, BotsArguments(), CTX).blocks if isinstance(block, Table))


def test_the_fleet_on_a_console_is_one_line_a_bot() -> None:
    answer = fleet_reply(a_page(), BotsArguments(), CTX)
    assert story.said(answer, CONSOLE) == [
        "Fleet · 3 bots · 2 running, 1 paused",
        "bot mode market state position open closed total %",
        "eth-grid LIVE ETH/USDT 1h running long 0.0412 ETH -0.43 +5.65 +5.22 +1.04%",
        "alpha PAPER BTC/USDT 1h running long 0.01636 BTC +51.32 +10.49 +61.81 +6.18%",
        "sol-rsi PAPER SOL/USDT 15m paused flat 0.00 -12.80 -12.80 -1.60%",
        "totals LIVE +5.22 USDT (+1.04%) · PAPER +49.01 USDT (+2.72%)",
        "(PnL closed + open, after fees · as of 15:00:05 CEST)",
    ]
    assert story.buttons(answer) == "[eth-grid] [alpha] [sol-rsi] / [New]s [PnL] / [Panic]d"


def test_the_fleet_on_a_phone_is_two_lines_a_bot() -> None:
    assert table_lines(table_of(a_page()), PHONE) == [
        "eth-grid LIVE        running",
        "  ETH/USDT 1h  +5.22  +1.04%",
        "alpha PAPER          running",
        "  BTC/USDT 1h +61.81  +6.18%",
        "sol-rsi PAPER         paused",
        "  SOL/USDT 15m -12.80 -1.60%",
    ]


def test_a_fleet_of_several_pages_is_numbered_and_offers_what_is_not_running() -> None:
    states = {BotStatus.RUNNING: 33, BotStatus.PAUSED: 4, BotStatus.FAILED: 2, BotStatus.STOPPED: 1}
    answer = fleet_reply(a_page(1, 5, states), BotsArguments(), CTX)
    assert story.said(answer)[0] == "Fleet · 40 bots · 33 running, 4 paused, 2 failed, 1 stopped"
    assert story.said(answer)[-1].startswith("(page 1 of 5 · ")
    assert story.buttons(answer) == (
        "[1] [2] [3] / [1/5] [›] / [Failed 2] [Paused 4] / [New]s [PnL] / [Panic]d"  # noqa: RUF001 - UX.md
    )


def test_plate_p_positions() -> None:
    assert table_lines(position_table((story.alpha(), story.eth_grid())), PHONE) == [
        "alpha PAPER    long 0.01636 BTC",
        "  60726.17             63924.00",
        "  +51.32 USDT            +5.17%",
        "eth-grid LIVE   long 0.0412 ETH",
        "   2748.90              2741.15",
        "   -0.43 USDT            -0.38%",
    ]


def test_plate_q_orders() -> None:
    row = story.eth_grid()
    listed = [Listed(order, row.bot, row.market, row.last_price) for order in row.view.working_orders[:5]]
    assert table_lines(order_table(listed, has_bot=False), PHONE) == [
        "side    price     ETH    away",
        "sell  2761.30  0.0200  +0.74%",
        "buy   2724.50  0.0200  -0.61%",
        "buy   2715.20  0.0200  -0.95%",
        "buy   2705.90  0.0200  -1.29%",
        "buy   2696.60  0.0200  -1.63%",
    ]


def test_plate_r_trades() -> None:
    row = story.alpha()
    days = ((8, 26, 7, "47.08"), (7, 23, 0, "6.14"), (6, 20, 18, "-5.36"))
    trades = [
        Listed(story.a_trade(number, end - timedelta(days=3), end, profit), row.bot, row.market)
        for number, day, hour, profit in days
        for end in [datetime(2024, 8, day, hour, tzinfo=UTC)]
    ]
    assert table_lines(trade_table(trades, story.TIMES, has_bot=False), PHONE) == [
        "no  closed        profit       %",
        " 8  26 Aug 09:00  +47.08  +4.76%",
        " 7  23 Aug 02:00   +6.14  +0.62%",
        " 6  20 Aug 20:00   -5.36  -0.54%",
    ]


def test_plates_h_and_i_panic() -> None:
    rows = (story.eth_grid(), story.alpha(), story.sol_rsi())
    assert counted_by_mode(rows) == "1 LIVE bot, 2 PAPER bots"
    table = holdings_table(rows)
    assert table is not None
    assert table_lines(table, PHONE) == [
        "eth-grid LIVE   0.0412 ETH",
        "               112.94 USDT",
        "alpha PAPER    0.01636 BTC",
        "              1045.80 USDT",
    ]
    report = PanicReport(
        scope="all",
        policy="flatten",
        blocked=("eth-grid", "alpha", "sol-rsi"),
        canceled=11,
        wanted=11,
        closed=2,
        closing=0,
        left=(),
    )
    assert pair_lines(KeyValues(done_rows(report)), PHONE) == [
        "1 entries blocked     3 bots",
        "2 orders canceled   11 of 11",
        "3 positions closed    2 of 2",
        "4 left               nothing",
    ]
