"""What waited at Telegram while nobody fetched it: messages have a date, presses only the time since the last fetch."""

from datetime import timedelta

from tests.builders.telegram_harness import TelegramHarness, serving_people

WAITED = timedelta(seconds=61)


async def test_messages_sent_while_the_desk_was_down_ask_again_or_reduce_risk(counter: TelegramHarness) -> None:
    await counter.chat.made()
    await counter.chat.made("/new beta ema-cross BTC/USDT 1h capital=1000")
    mia = counter.mia
    async with serving_people(counter):
        await mia.says("/run alpha")
    mia.writes("/stop alpha")
    mia.writes("/run beta")
    counter.chat.clock.advance(WAITED)
    async with serving_people(counter.again()):
        await mia.chat.shows("stopped")
        asked = await mia.chat.shows("/run beta (PRACTICE) was sent 12:00:00 and waited 1 min 1 s. Do it now?")
        assert "stopped" not in asked.text
        counter.chat.clock.advance(timedelta(seconds=2))
        await mia.presses(asked, "Do it now")
        await mia.chat.shows("beta", "running")


async def test_what_was_sent_shortly_before_the_start_is_done(counter: TelegramHarness) -> None:
    await counter.chat.made()
    mia = counter.mia
    async with serving_people(counter):
        await mia.says("/bots")
    mia.writes("/run alpha")
    counter.chat.clock.advance(timedelta(seconds=40))
    async with serving_people(counter.again()):
        await mia.chat.shows("alpha", "running")


async def test_a_press_made_while_the_desk_was_down_asks_again(counter: TelegramHarness) -> None:
    await counter.chat.made()
    mia = counter.mia
    async with serving_people(counter):
        card = await mia.says("/bot alpha")
    mia.starts_press(card, card.button("Run").data)
    counter.chat.clock.advance(WAITED)
    async with serving_people(counter.again()):
        asked = await mia.chat.shows("Do it now?")
        assert "was sent after 12:00:00 and waited up to 1 min 1 s" in asked.text


async def test_presses_that_reduce_risk_are_done_after_any_outage(counter: TelegramHarness) -> None:
    await counter.chat.made()
    mia = counter.mia
    async with serving_people(counter):
        card = await mia.says("/run alpha")
    mia.starts_press(card, card.button("Pause").data)
    counter.chat.clock.advance(timedelta(hours=3))
    async with serving_people(counter.again()):
        await mia.chat.shows("paused")


async def test_a_press_after_an_outage_of_telegram_asks_again(open_counter: TelegramHarness) -> None:
    await open_counter.chat.made()
    mia = open_counter.mia
    card = await mia.says("/bot alpha")
    await open_counter.handled()
    open_counter.telegram.go_down()
    await open_counter.reports("Telegram cannot be reached")
    mia.starts_press(card, card.button("Run").data)
    open_counter.chat.clock.advance(WAITED)
    open_counter.telegram.come_back()
    await open_counter.in_time(mia.chat.shows("Do it now?"))


async def test_a_desk_whose_clock_is_ahead_asks_nobody_again(open_counter: TelegramHarness) -> None:
    # The message's date is five minutes old by our clock, but everything older was fetched a moment ago.
    await open_counter.chat.made()
    mia = open_counter.mia
    await mia.says("/bots")
    await open_counter.handled()
    open_counter.telegram.world.clock = BehindClock(open_counter.chat.clock)  # type: ignore[assignment]
    assert "running" in (await mia.says("/run alpha")).text


class BehindClock:
    """A clock five minutes behind another one."""

    def __init__(self, other: object) -> None:
        self._other = other

    def now(self) -> object:
        return self._other.now() - timedelta(minutes=5)  # type: ignore[attr-defined]
