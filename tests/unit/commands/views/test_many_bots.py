"""What is said of many bots at once stays short, and its sums stay whole."""

from dataclasses import replace
from decimal import Decimal

from bot.commands.catalog.lifecycle import PAUSE_TEXTS
from bot.commands.reply.input_text import join_words_limited
from bot.commands.views.bot_changes import BulkResult, RefusedBot, bulk_reply
from bot.commands.views.panic_text import holdings_table, report_rows
from bot.domain.errors import Refused
from bot.domain.ids import BotId
from bot.domain.instance import BotStatus
from bot.domain.market import Mode
from bot.engine.bots.panic import PanicReport
from tests.builders import story
from tests.builders.replies import visible_block

MANY = 600


def changes(changed: int, refused: dict[BotStatus, int]) -> BulkResult:
    running = story.alpha()
    bots = [replace(running.bot, bot_id=BotId(f"{n:08}"), name=f"bot-{n}") for n in range(changed)]
    done = tuple(replace(running.view, bot=replace(bot, status=BotStatus.PAUSED)) for bot in bots)
    not_done = tuple(
        RefusedBot(
            replace(running.bot, name=f"{status}-{n}", status=status),
            Refused("already-stopping", bot=f"{status}-{n}", mode="PAPER"),
        )
        for status, count in refused.items()
        for n in range(count)
    )
    return BulkResult(done, not_done)


def test_of_many_bots_the_first_are_named() -> None:
    answer = bulk_reply(changes(20, {}), PAUSE_TEXTS)
    names = ", ".join(f"bot-{n} (PAPER)" for n in range(8))
    assert answer.headline == f"⏸️ 20 bots paused: {names} and 12 more"
    assert story.buttons(answer) == "[Fleet]p [Resume 20]s"


def test_what_did_not_change_is_said_once_a_state() -> None:
    answer = story.said(
        bulk_reply(changes(1, {BotStatus.PAUSED: 2, BotStatus.CREATED: 12, BotStatus.FAILED: 1}), PAUSE_TEXTS)
    )
    created = ", ".join(f"created-{n} (PAPER)" for n in range(8))
    assert answer[1:] == [
        "Not changed: paused-0 (PAPER) and paused-1 (PAPER) were paused already.",
        f"Not changed: {created} and 4 more are created.",
        "Not changed: failed-0 (PAPER) is stopping already. See /bot failed-0",
    ]


def test_the_way_back_is_offered_only_if_its_line_can_be_sent() -> None:
    assert story.buttons(bulk_reply(changes(MANY, {}), PAUSE_TEXTS)) == "[Fleet]p"


def test_one_more_is_named_rather_than_counted() -> None:
    assert join_words_limited(["a", "b", "c"], 2) == "a, b and c"
    assert join_words_limited(["a", "b", "c", "d"], 2) == "a, b and 2 more"


def test_a_panic_sums_up_the_positions_it_does_not_list() -> None:
    row = story.alpha()
    rows = [replace(row, view=replace(row.view, bot=replace(row.bot, name=f"bot-{n}"))) for n in range(12)]
    live = replace(row.view, bot=replace(row.bot, name="zoe", mode=Mode.LIVE))
    table = holdings_table([*rows, replace(row, view=live)])
    assert table is not None
    assert [cells[0] for cells in table.rows] == [*(f"bot-{n}" for n in range(8)), "4 more", "1 more"]
    each = Decimal("0.01636") * Decimal("63924.00")
    assert visible_block(table).rows[-2:] == (
        ("4 more", "PAPER", "", f"{4 * each:.2f} USDT"),
        ("1 more", "LIVE", "", f"{each:.2f} USDT"),
    )


def test_a_panic_names_a_few_of_those_that_are_left() -> None:
    report = PanicReport(
        scope="all",
        policy="flatten",
        blocked_bots=tuple(f"bot-{n}" for n in range(12)),
        canceled_orders=0,
        orders_to_cancel=0,
        closed_positions=0,
        closing_positions=12,
        remaining_bots=tuple(f"bot-{n}" for n in range(12)),
    )
    assert report_rows(report)[-1] == ("4 left", f"{', '.join(f'bot-{n}' for n in range(8))} and 4 more")
