"""Which chat platforms a process serves."""

from bot.platforms import platforms
from bot.settings import Settings


def test_only_platforms_with_a_token_are_served() -> None:
    assert platforms(Settings.model_validate({})) == ()
    (found,) = platforms(Settings.model_validate({"discord_token": "a.good.token"}))
    assert found.name == "discord"
    assert "token" not in repr(found).replace("token>", "")
    assert callable(found.load())
