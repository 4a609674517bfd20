"""Tab completion: commands, their words, and what the desk offers for a word."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from adapters.chat.console.menu import Menu
from adapters.chat.console.screen_text import screen_line
from bot.commands.parse import word_fields
from bot.commands.registry import Named, Registry
from bot.commands.spec import Completion as Kind
from bot.commands.spec import Place, Word

MOST_OFFERED = 50

Offers = Callable[[Kind], Awaitable[Sequence[str]]]
"""Return what can be typed for a word now, such as the names of one's bots, best first."""


async def no_offers(_kind: Kind) -> Sequence[str]:
    """Offer nothing."""
    return ()


class CommandCompleter(Completer):
    """Completes commands, and the answers of an open form."""

    def __init__(self, registry: Registry, offers: Offers, menu: Menu) -> None:
        self._registry = registry
        self._offers = offers
        self._menu = menu

    def get_completions(self, _document: Document, _event: CompleteEvent) -> Iterable[Completion]:
        """Offer nothing: what the desk offers has to be awaited."""
        return ()

    async def get_completions_async(
        self, document: Document, _event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Offer what the word before the cursor may become."""
        typed = document.text_before_cursor
        for text, length in await self.candidates(typed):
            yield Completion(text, start_position=-length)

    async def candidates(self, typed: str) -> list[tuple[str, int]]:
        """Return what can stand at the end of a line, each with how many typed characters it replaces."""
        if self._menu.answers and not typed.startswith("/"):
            return [(text, len(typed)) for text in _matching(self._menu.answers, typed)]
        head, blank, rest = typed.partition(" ")
        if not blank:
            slash = "/" if head.startswith("/") else ""
            return [(slash + name, len(head)) for name in _matching(self._registry.names, head.removeprefix("/"))]
        named = self._registry.get(head.removeprefix("/"))
        return [] if named is None else await self._words(named, rest.split(" "))

    async def _words(self, named: Named, words: list[str]) -> list[tuple[str, int]]:
        *earlier, current = words
        fields = word_fields(named.spec)
        key, has_value, value = current.partition("=")
        if has_value:
            word = fields.get(key.casefold())
            return [] if word is None else await self._values(word, value)
        given = {text.partition("=")[0].casefold() for text in earlier if "=" in text} | set(named.words)
        here = _field_at(fields, given, sum(1 for text in earlier if text and "=" not in text))
        found = await self._values(fields[here], current) if here else []
        keys = [f"{name}=" for name, word in fields.items() if word.place is Place.KEY and name not in given]
        return found + [(text, len(current)) for text in _matching(keys, current)]

    async def _values(self, word: Word, typed: str) -> list[tuple[str, int]]:
        offered = await self._offered(word.completion)
        return [(text, len(typed)) for text in _matching(offered, typed)]

    async def _offered(self, kind: Kind) -> Sequence[str]:
        if kind is Kind.NOTHING:
            return ()
        return self._registry.names if kind is Kind.COMMANDS else await self._offers(kind)


def _field_at(fields: dict[str, Word], given: set[str], position: int) -> str:
    """Return the field that the next loose word belongs to, empty if none takes one."""
    for name, word in fields.items():
        if name in given:
            continue
        if word.place is Place.MANY:
            return name
        if word.place is Place.POSITION:
            if not position:
                return name
            position -= 1
    return ""


def _matching(texts: Iterable[str], typed: str) -> list[str]:
    """Return the texts that begin with what was typed, then those that contain it."""
    wanted = typed.casefold()
    shown = [screen_line(text) for text in texts]
    begins = [text for text in shown if text.casefold().startswith(wanted)]
    contains = [text for text in shown if wanted and text not in begins and wanted in text.casefold()]
    return (begins + contains)[:MOST_OFFERED]
