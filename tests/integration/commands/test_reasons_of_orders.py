"""An order's chain, from its decision to its fills."""

from tests.builders.chat_harness import ChatHarness


async def test_a_resting_order_is_expected_at_its_own_price(bench: ChatHarness) -> None:
    await bench.made("/new g grid BTC/USDT 1h capital=1000 lower=30000 upper=40000 levels=5")
    await bench.mia.say("/run g")
    await bench.engine.supervisor.wait_until_idle()
    bot = await bench.engine.database.reader.bot_by_name("g")
    assert bot is not None
    view = await bench.engine.supervisor.view(bot.bot_id)
    order = min(view.working_orders, key=lambda one: one.intent.price or 0)
    assert order.intent.price != order.intent.reference_price
    text = await bench.mia.say(f"/why {order.intent.reference}")
    assert f"Expected {order.intent.price:,.2f}, nothing filled yet" in text


async def test_a_console_has_room_for_all_orders(bench: ChatHarness) -> None:
    await bench.made("/new g grid BTC/USDT 1h capital=1000 lower=30000 upper=40000 levels=12")
    await bench.mia.say("/run g")
    await bench.engine.supervisor.wait_until_idle()
    await bench.mia.say("/orders g")
    assert "page" not in await bench.mia.say("/orders g")
    bench.mia.is_slash_optional = False
    assert "page 1 of" in await bench.mia.say("/orders g")
