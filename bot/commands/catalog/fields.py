"""Fields that several commands share."""

from typing import Annotated

from pydantic import Field

from bot.commands.spec.spec import Arguments, Completion, Place, Word

_BOT = Word("the name of one of your bots", "alpha", completion=Completion.BOTS)
_BOTS = Word("names of your bots, or all", "alpha", place=Place.MANY, completion=Completion.BOTS)

BotName = Annotated[str, _BOT]
OptionalBot = Annotated[str | None, _BOT]
BotNames = Annotated[tuple[str, ...], _BOTS]
Tag = Annotated[str | None, Word("a tag of bots", "trend", place=Place.KEY)]
Limit = Annotated[int, Field(ge=1, le=100), Word("how many rows, 1 to 100", "20", place=Place.KEY)]
PageNumber = Annotated[int, Field(ge=1, le=100_000), Word("a page, from 1", "1", place=Place.KEY)]
Settings = Annotated[
    dict[str, str],
    Word("settings as key=value", "stop_loss=3%", place=Place.OTHERS, completion=Completion.SETTINGS),
]


class OneBot(Arguments):
    """A command about one bot."""

    name: BotName


class MaybeOneBot(Arguments):
    """A command about one bot, or about all."""

    name: OptionalBot = None


class PagedBot(Arguments):
    """A list of one bot, or of all, page by page."""

    name: OptionalBot = None
    limit: Limit = 5
    page: PageNumber = 1
