"""Argument fields shared by several commands."""

from functools import partial
from typing import Annotated

from pydantic import Field

from bot.commands.spec.spec import ArgumentKind, Arguments, ArgumentSpec, ChoiceSource

keyword_spec = partial(ArgumentSpec, kind=ArgumentKind.KEYWORD)
_BOT_ARGUMENT = ArgumentSpec("the name of one of your bots", "alpha", choice_source=ChoiceSource.BOTS)
_BOTS_ARGUMENT = ArgumentSpec(
    "names of your bots, or all", "alpha", kind=ArgumentKind.VARIADIC, choice_source=ChoiceSource.BOTS
)

BotName = Annotated[str, _BOT_ARGUMENT]
OptionalBotName = Annotated[str | None, _BOT_ARGUMENT]
StrategyName = Annotated[str | None, ArgumentSpec("a strategy", "ema-cross", choice_source=ChoiceSource.STRATEGIES)]
BotNames = Annotated[tuple[str, ...], _BOTS_ARGUMENT]
BotTag = Annotated[str | None, keyword_spec("a tag of bots", "trend")]
NewTags = Annotated[str | None, keyword_spec("tags with commas between them, or none", "trend,btc")]
RowLimit = Annotated[int, Field(ge=1, le=100), keyword_spec("how many rows, 1 to 100", "20")]
PageNumber = Annotated[int, Field(ge=1, le=100_000), keyword_spec("a page, from 1", "1")]
SettingWords = Annotated[
    dict[str, str],
    ArgumentSpec(
        "settings as key=value", "stop_loss=3%", kind=ArgumentKind.EXTRA_KEYWORDS, choice_source=ChoiceSource.SETTINGS
    ),
]


class BotArguments(Arguments):
    name: BotName


class OptionalBotArguments(Arguments):
    name: OptionalBotName = None


class BotPageArguments(OptionalBotArguments):
    page: PageNumber = 1


class PagedBotArguments(OptionalBotArguments):
    limit: RowLimit = 5
    page: PageNumber = 1
