"""What a first visitor stumbled over: answers without a way on, without a name, or beside what another one says."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from bot.commands.catalog.system import show_health
from bot.commands.reply.blocks import Tone
from bot.commands.reply.table_layout import table_lines
from bot.commands.spec.request import CommandContext, Request
from bot.commands.text import numbers
from bot.commands.text.times import TimeFormatter
from bot.commands.views.card import BotCardData, bot_card, figure_rows
from bot.commands.views.fleet_table import fleet_table
from bot.domain.destination import Destination
from bot.domain.events import NotificationLevel
from bot.domain.ids import OperatorId
from bot.domain.instance import BotStatus
from bot.domain.money import ZERO
from bot.domain.trade import LedgerTotals
from bot.engine.health.figures import HealthFigures
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.builders.chat_driver import market
from tests.builders.chat_harness import NOON, ChatHarness, FixedHealth, ScriptedPerson, a_chat_harness, plain_text
from tests.builders.engine import MIA
from tests.builders.replies import shown
from tests.fakes.gateway import FakeGateway

PHONE = 32
ROOM = Destination(key="telegram:7", operator_id=OperatorId("mia"), platform="telegram", address="7", created_at=NOON)


async def aboard(bench: ChatHarness, platform_id: str) -> None:
    """Let somebody join as a trader."""
    code = (await bench.mia.say("/invite trader")).split("/join ")[1].split()[0]
    assert "linked as trader" in await ScriptedPerson(bench.command_bus, platform_id).say(f"/join {code}")


async def test_a_claim_without_its_code_says_what_is_missing(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, is_owned=False) as bench:
        asked = await ScriptedPerson(bench.command_bus, "1000").say("/claim")
        expected = "Expected the setup code from the server's start, for example /claim K7QM-2XVP"
        assert asked == f"Invalid: the code is missing. {expected}"


async def test_a_share_is_the_same_in_a_table_and_in_a_sentence() -> None:
    row = replace(story.figures(story.a_bot("a"), story.BTC), closed_profit=Decimal("1.3497"), open_profit=ZERO)
    said = shown(numbers.profit(row.total, "USDT", row.bot.config.capital))
    (total,) = [cells for cells in figure_rows(row) if cells[0] == "Total PnL"]
    assert said == f"{shown(total[1])} USDT ({total[2]})" == "+1.35 USDT (+0.13%)"
    assert fleet_table([row], is_numbered=False).rows[0][-1] == total[2]


def test_one_trade_is_not_called_trades() -> None:
    once = story.figures(story.a_bot("a", status=BotStatus.STOPPED), story.BTC, totals=LedgerTotals(trades=1, won=1))
    facts = BotCardData(row=once, times=TimeFormatter(NOON, "UTC"), market_time=NOON)
    assert ", 1 trade, 1 won" in plain_text(bot_card(facts, builtin_strategies()))


def test_the_fleet_names_the_mode_of_each_bot_on_a_phone() -> None:
    row = story.figures(story.a_bot("s1"), story.BTC)
    lines = "\n".join(table_lines(fleet_table([row], is_numbered=False), PHONE))
    assert row.bot.mode in lines


class SlowHealth(FixedHealth):
    """A loop that was held up, and nothing else wrong."""

    def health_figures(self) -> HealthFigures:
        return replace(super().health_figures(), worst_lag_ms=490.6)


async def test_a_slow_loop_is_marked_as_what_it_says() -> None:
    request = Request(platform="console", platform_id="1000", chat="1000", text="/health")
    ctx = CommandContext(known_operator=MIA, request=request, trace_id="", now=NOON)
    answer = await show_health.handler(ctx=ctx, health=SlowHealth())
    assert plain_text(answer).startswith("\N{WARNING SIGN}\ufe0f Health · look at the loop (it stood for")
    assert answer.tone is Tone.WARNING


async def test_accounts_of_one_name_say_whose_they_are(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        assert " of " not in await bench.mia.say("/accounts")
        await aboard(bench, "2000")
        for line in ("/accounts", "/balance"):
            told = await bench.mia.say(line)
            assert "practice of mia " in told
            assert "practice of mia2" in told


async def test_others_are_told_who_paused_a_bot(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.made()
        await bench.mia.say("/run alpha")
        await bench.mia.say("/pause alpha")
        gateway = FakeGateway(platform="telegram")
        notifier = bench.command_bus.build_notifier((gateway,))
        for item in await bench.engine.database.reader.events_after(0, 100):
            await notifier.deliver_events(ROOM, (item,), level=NotificationLevel.SILENT, is_repeat=False)
        assert [plain_text(sent.reply).splitlines()[0] for sent in gateway.sent] == [
            "🟢 alpha · PRACTICE · running by mia",
            "⏸️ alpha · PRACTICE · paused by mia",
        ]


async def test_an_open_trade_earns_what_its_card_says(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, market()) as bench:
        await bench.made()
        await bench.mia.say("/run alpha")
        await bench.engine.play_to_end()
        card = await bench.mia.say("/bot alpha")
        (opened,) = [line.split() for line in card.splitlines() if line.startswith("Open PnL")]
        trade = (await bench.mia.say("/trades alpha")).splitlines()[2]
        assert "open" in trade
        assert opened[2] in trade


async def test_a_group_is_not_told_who_is_aboard_as_what(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await aboard(bench, "2000")
        here = ScriptedPerson(bench.command_bus, "1000", is_private=False)
        assert "came aboard" in await bench.mia.say("/logs")
        assert "came aboard" not in await here.say("/logs")
        assert (await here.ask("/audit")).is_private


async def test_a_word_that_is_near_no_command_offers_no_dangerous_one(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.mia.say("/prize BTC/USDT")
        offered = [button.command.split()[0] for button in bench.mia.replies[-1].buttons]
        assert set(offered) <= {"/price", "/help"}


async def test_the_form_of_edit_names_bot_and_mode(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.made()
        await bench.mia.say("/edit alpha")
        assert (await bench.mia.say("fast")).startswith("alpha · PRACTICE · fast is 12")


async def test_a_modal_is_called_what_all_its_fields_are_about(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        asked = await bench.mia.ask("/new alpha ema-cross BTC/USDT 1h account=practice")
        assert asked.sheet is not None
        assert asked.sheet.title == "New bot · PRACTICE"


async def test_a_list_of_bots_that_is_cut_says_so(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.made("/new alpha ema-cross BTC/USDT 1h capital=100")
        assert "more" not in await bench.mia.say("/bot")
        for number in range(24):
            await bench.mia.say(f"/clone alpha beta-{number}")
        assert "1 bot more: send a name, /bots lists all." in await bench.mia.say("/bot")


async def test_a_chart_offers_its_kinds_as_they_are_written(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.made()
        labels = [button.label for button in (await bench.mia.ask("/chart alpha")).buttons]
        assert "PnL" in labels


async def test_per_cent_stands_at_its_number_below_a_chart(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, market()) as bench:
        await bench.made()
        await bench.mia.say("/run alpha")
        await bench.engine.play_to_end()
        here = ScriptedPerson(bench.command_bus, "1000", is_private=False)
        for kind in ("equity", "pnl"):
            caption = await here.say(f"/chart alpha kind={kind}")
            assert "%" in caption
            assert " %" not in caption
