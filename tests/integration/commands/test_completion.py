"""What Tab offers."""

from bot.domain.people import Role
from tests.builders.chat_harness import ChatHarness


async def offered(bench: ChatHarness, line: str) -> tuple[str, ...]:
    return await bench.command_bus.complete_line("console", "1000", line)


async def test_commands_are_completed_by_their_beginning_then_by_what_they_contain(bench: ChatHarness) -> None:
    assert await offered(bench, "/pa") == ("/pause", "/panic")
    assert await offered(bench, "str") == ("strategies",)
    assert "performance" in await offered(bench, "form")


async def test_bots_then_keys_are_offered_after_a_command(bench: ChatHarness) -> None:
    await bench.made()
    assert await offered(bench, "/stop ") == ("alpha", "tag=", "policy=")
    assert await offered(bench, "/stop alpha policy=f") == ("policy=flatten",)
    assert await offered(bench, "/pnl period=") == ("period=day", "period=week", "period=month", "period=all")


async def test_the_places_of_new_are_offered_in_order(bench: ChatHarness) -> None:
    assert await offered(bench, "/new beta ema") == ("ema-cross",)
    assert await offered(bench, "/new beta ema-cross BT") == ("BTC/USDT",)
    assert await offered(bench, "/new beta ema-cross BTC/USDT 1") == ("1h",)
    assert "fast=" in await offered(bench, "/new beta ema-cross BTC/USDT 1h fa")
    assert await offered(bench, "/new beta ema-cross BTC/USDT 1h account=p") == ("account=practice",)


async def test_settings_are_those_of_the_strategy_or_of_the_bot_that_the_line_names(bench: ChatHarness) -> None:
    await bench.made()
    assert await offered(bench, "/edit alpha sl") == ("slow=",)
    assert "levels=" not in await offered(bench, "/edit alpha ")
    assert "levels=" in await offered(bench, "/new beta grid BTC/USDT 1h ")
    assert "levels=" in await offered(bench, "/new ")


async def test_values_of_settings_are_offered_after_their_key(bench: ChatHarness) -> None:
    await bench.made()
    assert await offered(bench, "/edit alpha kind=") == ("kind=ema", "kind=sma")
    assert await offered(bench, "/edit alpha kind=s") == ("kind=sma",)
    assert await offered(bench, "/edit alpha fast=") == ("fast=12",)
    assert await offered(bench, "/clone alpha beta stop_loss=") == ("stop_loss=5%", "stop_loss=none")
    assert await offered(bench, "/new g grid BTC/USDT 1h spacing=") == ("spacing=arithmetic", "spacing=geometric")
    assert await offered(bench, "/edit alpha nosuch=") == ()


async def test_nobody_is_offered_commands_that_their_role_may_not_send(bench: ChatHarness) -> None:
    await bench.somebody("vera", Role.VIEWER)
    assert await bench.command_bus.complete_line("console", "vera", "/pa") == ()
    assert "/claim" in await bench.command_bus.complete_line("console", "666", "/")
    assert "/bots" not in await bench.command_bus.complete_line("console", "666", "/")


async def test_strangers_are_offered_no_names(bench: ChatHarness) -> None:
    await bench.made()
    assert await bench.command_bus.complete_line("console", "666", "/bot ") == ()
