"""The main job by chat: create, run, watch, change, stop."""

import pytest

from bot.commands.reply.blocks import Image
from bot.commands.reply.inline_time import plain_text
from bot.ports.storage import Page
from tests.builders.chat_harness import ChatHarness


async def traded(bench: ChatHarness) -> None:
    """Let alpha trade through the whole recording."""
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000")
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()


async def test_the_life_of_a_bot(bench: ChatHarness) -> None:
    say = bench.mia.say
    assert "created" in (await bench.made()).splitlines()[0]
    assert (await say("/run alpha")).splitlines()[0] == "🟢 alpha · PRACTICE · running"
    assert await say("/run alpha") == "Refused: alpha (PRACTICE) is running already. See /bot alpha"
    assert (await say("/delete alpha")).startswith("Refused: alpha (PRACTICE) is running. First /stop alpha")
    assert (await say("/pause alpha")).splitlines()[0] == "⏸️ alpha · PRACTICE · paused by mia 12:00, flat"
    assert (await say("/resume alpha")).splitlines()[0] == "🟢 alpha · PRACTICE · running"
    stopped = await say("/stop alpha")
    assert stopped == "⏹️ alpha · PRACTICE · stopped by mia\nOwn entries canceled: 0. Nothing is held."


async def test_several_bots_at_once_are_counted_by_name(bench: ChatHarness) -> None:
    await bench.made()
    await bench.made("/new beta rsi-reversion BTC/USDT 1h capital=500")
    assert await bench.mia.say("/run all") == "🟢 2 bots running: alpha (PRACTICE), beta (PRACTICE)"
    await bench.mia.say("/pause beta")
    answer = (await bench.mia.say("/pause alpha beta")).splitlines()
    assert answer[0] == "⏸️ 1 bot paused: alpha (PRACTICE)"
    assert answer[1] == "Not changed: beta (PRACTICE) was paused already."
    assert (await bench.mia.say("/pause all")).startswith("Refused: none of 2 bots changed.")


async def test_old_words_of_freqtrade_work(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    assert (await bench.mia.say("/status alpha")).startswith("🟢 alpha · PRACTICE · running")
    assert (await bench.mia.say("/status")).startswith("Fleet · 1 bot · 1 running")
    assert (await bench.mia.say("/stopentry alpha")).startswith("⏸️ alpha · PRACTICE · paused")
    for word in ("profit", "daily", "weekly", "monthly"):
        assert (await bench.mia.say(f"/{word}")).startswith("PnL · ")
    assert (await bench.mia.say("/performance")).startswith("Stats · 1 bot")


async def test_the_card_after_trades_adds_up(bench: ChatHarness) -> None:
    await traded(bench)
    card = await bench.mia.say("/bot alpha")
    assert card.splitlines()[:3] == [
        "🟢 alpha · PRACTICE · running for 8 d 8 h, flat",
        "BTC/USDT 1h · ema-cross 12/26 · capital 1,000.00 USDT",
        "Position               flat",
    ]
    assert "Closed PnL   +29.09  +2.91%" in card
    assert "Trades      4 closed, 1 won" in card
    fleet = await bench.mia.say("/bots")
    assert "totals  PRACTICE +29.09 USDT (+2.91%)" in fleet
    assert "PRACTICE USDT  +29.09  +2.91%" in await bench.mia.say("/pnl period=all")


async def test_trades_signals_and_reasons_of_a_bot(bench: ChatHarness) -> None:
    await traded(bench)
    trades = (await bench.mia.say("/trades alpha limit=2")).splitlines()
    assert trades[0] == "alpha · PRACTICE · trades 4 to 3 of 4"
    row = "4 31 Mar 06:00 01 Apr 07:00 70345.63 69614.96 -12.30 -1.24% signal"
    assert " ".join(trades[2].split()) == row
    assert trades[-1] == "(page 1 of 2, times UTC)"
    assert [button.label for button in bench.mia.replies[-1].buttons] == ["4", "3", "1/2", "›"]  # noqa: RUF001 - UX.md
    older = (await bench.mia.press("›")).splitlines()  # noqa: RUF001 - UX.md
    assert older[0] == "alpha · PRACTICE · trades 2 to 1 of 4"
    assert (await bench.mia.say("/trades alpha limit=2 page=9")).splitlines() == older
    assert "crossed below" in await bench.mia.say("/signals alpha")
    why = await bench.mia.say("/why alpha")
    lines = why.splitlines()
    assert lines[:8] == [
        "alpha · PRACTICE · last decision 1 Apr 2024 07:00: sell all",
        "EMA12            70362.43",
        "EMA26            70418.10",
        "EMA12 before     70498.33",
        "EMA26 before     70482.35",
        "Close            69614.96",
        "signal        yes -> sell",
        "risk               passed",
    ]
    assert lines[8].split()[0] == "order"
    assert lines[9] == "EMA12 70,362.43 crossed below EMA26 70,418.10."
    assert lines[10].startswith("Now: last look 1 Apr 2024 16:00, wants nothing. Waits for EMA12 to cross above EMA26;")
    assert await bench.mia.press(f"Order {lines[8].split()[1]}")
    assert bench.mia.replies[-1].headline.startswith(f"alpha · PRACTICE · order {lines[8].split()[1]}: sold ")


async def test_one_trade_is_shown_by_its_number(bench: ChatHarness) -> None:
    await traded(bench)
    await bench.mia.say("/trades alpha")
    assert (await bench.mia.press("4")).splitlines() == [
        "🏁 alpha · PRACTICE · trade 4 closed -12.30 USDT (-1.24%)",
        "Long 0.01413 BTC, 70,345.63 to 69,614.96 in 1 d 1 h",
        "Exit: signal · fees 1.98 USDT",
        "Opened 31 Mar 2024 06:00, closed 1 Apr 2024 07:00",
    ]
    assert await bench.mia.say("/trades alpha number=5") == (
        "Invalid: alpha (PRACTICE) has 4 trades. Expected one of them, for example /trades alpha number=4"
    )
    assert (await bench.mia.say("/trades number=5")).startswith("Invalid: a number alone says no trade.")


async def test_a_page_that_is_gone_is_the_last_one(bench: ChatHarness) -> None:
    await bench.made("/new g grid BTC/USDT 1h capital=1000 lower=60000 upper=64000 levels=9")
    await bench.mia.say("/run g")
    orders = (await bench.mia.say("/orders g limit=3 page=9")).splitlines()
    assert orders[0] == "g · PRACTICE · 8 orders rest"
    assert orders[-1] == "(page 3 of 3)"
    assert (await bench.mia.say("/signals g page=3")) == "g · PRACTICE · no signals yet"


async def test_an_order_is_explained_from_decision_to_fill(bench: ChatHarness) -> None:
    await traded(bench)
    reader = bench.engine.database.reader
    bot = (await reader.bots())[0]
    order = (await reader.orders(bot.bot_id, Page(limit=1)))[0]
    answer = await bench.mia.say(f"/why {order.intent.reference[:8].lower()}")
    assert answer.startswith(f"alpha · PRACTICE · order {order.intent.reference[:6]}: sold ")
    assert "intent saved: market sell" in answer
    assert "filled" in answer


@pytest.mark.parametrize(
    ("line", "filename"),
    [
        ("/chart alpha", "alpha-practice-candles.png"),
        ("/chart alpha kind=equity", "alpha-practice-equity.png"),
        ("/chart alpha kind=drawdown", "alpha-practice-drawdown.png"),
        ("/chart alpha kind=pnl", "alpha-practice-pnl.png"),
        ("/pnl", "alpha-practice-equity.png"),
    ],
)
async def test_charts_name_bot_and_mode_and_say_their_figures(bench: ChatHarness, line: str, filename: str) -> None:
    await traded(bench)
    answer = await bench.mia.ask(line)
    (image,) = [block for block in answer.blocks if isinstance(block, Image)]
    assert image.filename == filename
    assert image.title.startswith("alpha · PRACTICE · ")
    assert any(digit in plain_text(image.caption) for digit in "0123456789")


async def test_figures_say_what_is_withheld(bench: ChatHarness) -> None:
    await traded(bench)
    stats = await bench.mia.say("/stats alpha")
    assert stats.splitlines()[0] == "alpha · PRACTICE · 8 d 8 h, 4 trades"
    assert "Won 1 of 4 (25%)" in " ".join(stats.split())
    assert "Sharpe, Sortino, Calmar, CAGR: not enough history yet (8 of 30 days)." in stats


async def test_a_bot_that_never_ran_has_no_figures(bench: ChatHarness) -> None:
    await bench.made()
    assert await bench.mia.say("/stats alpha") == (
        "Refused: alpha (PRACTICE) has never run, so it has no figures. First /run alpha"
    )


async def test_the_market_clock_is_shown_and_set(bench: ChatHarness) -> None:
    assert (await bench.mia.say("/market speed=60x")).splitlines() == [
        "Recorded market · PRACTICE · 24 Mar 2024 08:00, 60x",
        "A 1h candle takes 1 min; the recording ends 1 Apr 2024 16:00, in about 3 h 20 min.",
    ]
    assert "08:00, 3600x" in await bench.mia.say("/market speed=3600")
    assert ", paused" in await bench.mia.say("/market action=pause")
    assert (await bench.mia.say("/market speed=-1")).startswith("Invalid: speed cannot be -1.")


async def test_refusals_change_nothing(bench: ChatHarness) -> None:
    await bench.made()
    before = await bench.mia.say("/bot alpha")
    for line in (
        "/new alpha ema-cross BTC/USDT 1h capital=1000",
        "/new x foo BTC/USDT 1h capital=1000",
        "/new x ema-cross FOO/BAR 1h capital=1000",
        "/new x ema-cross BTC/USDT 2h capital=1000",
        "/new x ema-cross BTC/USDT 1h capital=100000",
        "/new x ema-cross BTC/USDT 1h capital=100 fast=30",
        "/new all ema-cross BTC/USDT 1h capital=100",
        "/edit alpha slow=10",
        "/edit alpha fast=many",
        "/rename alpha ALL!",
        "/resume alpha",
        "/cancel alpha o-AAAA",
    ):
        answer = await bench.mia.say(line)
        assert answer.startswith(("Refused: ", "Invalid: ")), line
    assert await bench.mia.say("/bot alpha") == before
    assert (await bench.mia.say("/bots")).startswith("Fleet · 1 bot · 1 created")


async def test_logs_and_health(bench: ChatHarness) -> None:
    await traded(bench)
    logs = await bench.mia.say("/logs alpha limit=2")
    assert logs.splitlines()[0] == "alpha · PRACTICE · 2 events, newest first"
    assert "🏁 alpha · PRACTICE · trade 4 closed -12.30 USDT (-1.24%)" in logs
    assert (await bench.mia.say("/health")).startswith("✅ Health · all well")
    assert (await bench.mia.say("/version")).startswith("Quarterdeck 0.1.0")


async def test_a_failure_has_a_reference_that_logs_finds(bench: ChatHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("inside")

    await bench.made()
    monkeypatch.setattr(bench.charts, "render", broken)
    answer = await bench.mia.say("/chart alpha")
    assert answer.startswith("Failed: /chart broke inside")
    assert "Traceback" not in answer
    reference = answer.rpartition("Ref ")[2]
    found = await bench.mia.say(f"/logs {reference}")
    assert found.startswith(f"Logs · {reference}")
    assert "/chart alpha" in found
    assert "ZeroDivisionError" in found
