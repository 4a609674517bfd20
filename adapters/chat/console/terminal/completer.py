"""Tab completion: of command lines, and of the answers of an open form."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from adapters.chat.console.render.menu import ReplyMenu
from bot.commands.reply.safe_text import safe_line

CompleteLine = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the completions of a line's last word, best first."""


class CommandCompleter(Completer):
    """Completes the last word before the cursor."""

    def __init__(self, complete: CompleteLine, reply_menu: ReplyMenu) -> None:
        self._complete = complete
        self._reply_menu = reply_menu

    def get_completions(self, _document: Document, _event: CompleteEvent) -> Iterable[Completion]:
        """Return nothing: completions have to be awaited."""
        return ()

    async def get_completions_async(
        self, document: Document, _event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        typed = document.text_before_cursor
        for answer in self._reply_menu.answers:
            if answer.casefold().startswith(typed.casefold()):
                yield Completion(answer, start_position=-len(typed))
        last = typed.rpartition(" ")[2]
        words = [safe_line(word) for word in await self._complete(typed)]
        # A word that only contains the typed letters would keep Tab from finishing the one that was meant.
        matching = [word for word in words if word.casefold().startswith(last.casefold())]
        for word in matching or words:
            yield Completion(word, start_position=-len(last))
