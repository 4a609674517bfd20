"""Which chat platforms a process serves."""

from bot.assembly.platforms import configured_platforms
from bot.settings import Settings


def test_only_platforms_with_a_token_are_served() -> None:
    assert configured_platforms(Settings.model_validate({"telegram_token": None, "discord_token": None})) == ()
    (found,) = configured_platforms(Settings.model_validate({"telegram_token": None, "discord_token": "a.good.token"}))
    assert found.name == "discord"
    assert callable(found.load_gateway_factory())


def test_several_are_served_side_by_side() -> None:
    settings = Settings.model_validate({"telegram_token": "123456:AAEabc", "discord_token": "a.good.token"})
    assert [one.name for one in configured_platforms(settings)] == ["telegram", "discord"]
