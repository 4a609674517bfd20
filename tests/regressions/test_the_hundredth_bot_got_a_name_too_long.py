"""The hundredth bot of one strategy and coin was given a name of 25 letters, which no command took any more."""

from bot.engine.bots.naming import check_name, suggest_name


def test_every_made_up_name_is_one_that_commands_take() -> None:
    names: list[str] = []
    for _ in range(150):
        names.append(suggest_name("my-very-own-long-strategy", "BTC", names))
    assert len(set(names)) == 150
    assert [check_name(name) for name in names] == names
