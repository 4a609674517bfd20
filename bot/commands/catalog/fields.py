"""Argument fields shared by several commands."""

from typing import Annotated

from pydantic import Field

from bot.commands.spec.spec import ArgumentKind, Arguments, ArgumentSpec, ChoiceSource

_BOT_ARGUMENT = ArgumentSpec("the name of one of your bots", "alpha", choice_source=ChoiceSource.BOTS)
_BOTS_ARGUMENT = ArgumentSpec(
    "names of your bots, or all", "alpha", kind=ArgumentKind.VARIADIC, choice_source=ChoiceSource.BOTS
)

BotName = Annotated[str, _BOT_ARGUMENT]
OptionalBotName = Annotated[str | None, _BOT_ARGUMENT]
BotNames = Annotated[tuple[str, ...], _BOTS_ARGUMENT]
BotTag = Annotated[str | None, ArgumentSpec("a tag of bots", "trend", kind=ArgumentKind.KEYWORD)]
RowLimit = Annotated[int, Field(ge=1, le=100), ArgumentSpec("how many rows, 1 to 100", "20", kind=ArgumentKind.KEYWORD)]
PageNumber = Annotated[int, Field(ge=1, le=100_000), ArgumentSpec("a page, from 1", "1", kind=ArgumentKind.KEYWORD)]
SettingWords = Annotated[
    dict[str, str],
    ArgumentSpec(
        "settings as key=value", "stop_loss=3%", kind=ArgumentKind.EXTRA_KEYWORDS, choice_source=ChoiceSource.SETTINGS
    ),
]


class BotArguments(Arguments):
    """Arguments of a command about one bot."""

    name: BotName


class OptionalBotArguments(Arguments):
    """Arguments of a command about one bot, or all."""

    name: OptionalBotName = None


class PagedBotArguments(Arguments):
    """Arguments of a list of one bot, or all, by page."""

    name: OptionalBotName = None
    limit: RowLimit = 5
    page: PageNumber = 1
