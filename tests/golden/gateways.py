"""One reply as the three gateways draw it, and what people are told by each: it has to be the same."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.chat.console.render import screen
from adapters.chat.console.render.renderer import ActionFormat, render_lines
from adapters.chat.discord.render.components import ActionSelect, DiscordMessage, FieldSelect
from adapters.chat.discord.render.markdown import FENCE, unescape_text
from adapters.chat.telegram.render.markup import plain_text
from adapters.chat.telegram.render.message import TelegramReply
from bot.commands.reply.blocks import Image, Reply, Table
from tests.builders import discord_messages, telegram_messages
from tests.builders.chat_driver import BACK_MARK
from tests.builders.console_driver import offers, without_offers
from tests.fakes import discord_rules

CONSOLE_WIDTH = 100
MAX_OF_A_TIME = 3
"""A moment that Discord writes in each reader's own zone says at most day, time and year elsewhere."""
_PAGE_POSITION = re.compile(r"\d+/\d+")
_TIME_MARK = re.compile(r"<t:\d+(?::\w)?>")
_FRESHNESS = re.compile(r"(?:^| · )(?:as of|live,) .*$", re.MULTILINE)
"""The Discord embed has a timestamp instead."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a gateway tells: line 1, all words, and what can be pressed."""

    headline: str
    words: str
    labels: tuple[str, ...]

    @property
    def figures(self) -> "Counter[str]":
        """Return the words with a digit, however they stand."""
        return Counter(word for part in self.words.split() if re.search(r"\d", word := part.strip("().,;:?·")))


def _with_any_time(line: str) -> "re.Pattern[str]":
    """Match a line of Discord whose reader sees times on a clock of their own."""
    return re.compile(".+".join(map(re.escape, _TIME_MARK.split(line))))


async def agreed(reply: Reply) -> str:
    """Return a reply as it reads on a phone, buttons last, once the three gateways tell the same."""
    telegram = await telegram_messages.drawn(reply)
    discord = await discord_messages.drawn(reply)
    phone, desktop, terminal = _on_telegram(telegram), _on_discord(discord), _on_console(reply)
    assert _with_any_time(desktop.headline).fullmatch(phone.headline)
    assert desktop.labels == phone.labels
    assert terminal.words.split()[: len(phone.headline.split())] == phone.headline.split()
    # A terminal says in words which page this is.
    typed = tuple(_as_typed(label) for label in phone.labels if not _PAGE_POSITION.fullmatch(label))
    assert terminal.labels == typed
    marks = len(_TIME_MARK.findall(f"{discord.content}\n{_text_of(discord)}"))
    assert (phone.figures - desktop.figures).total() <= marks * MAX_OF_A_TIME
    assert not phone.figures - terminal.figures
    # Words beside a picture have its figures on a phone; elsewhere its own text says them once more.
    is_picture = any(isinstance(block, Image) for block in reply.blocks)
    assert is_picture or not desktop.figures - phone.figures
    # The console has room for every column of a table.
    assert is_picture or not terminal.figures - phone.figures or any(isinstance(b, Table) for b in reply.blocks)
    assert not [text for post in telegram.messages for text in telegram_messages.refusals(post)]
    assert not discord_rules.refusals(discord_messages.wire(discord))
    rows = telegram_messages.rows(telegram.messages[-1] if len(telegram.messages) > 1 else telegram.single_message)
    return "\n".join(part for part in (plain_text(telegram.text), rows) if part)


def _on_telegram(drawn: TelegramReply) -> Told:
    text = plain_text(drawn.text)
    labels = tuple(key.text for row in drawn.button_rows for key in row if not key.copy_text)
    return Told(text.split("\n")[0], _FRESHNESS.sub("", text), labels)


def _on_discord(drawn: DiscordMessage) -> Told:
    words = _FRESHNESS.sub("", _TIME_MARK.sub("", f"{drawn.content}\n{_text_of(drawn)}"))
    return Told(unescape_text(drawn.content), unescape_text(words), tuple(_pressed(drawn)))


def _text_of(drawn: DiscordMessage) -> str:
    parts: list[str] = []
    for embed in drawn.embeds:
        fields = (f"{field.name} {field.value}" for field in embed.fields)
        parts += [embed.description or "", *fields, embed.footer.text or ""]
    parts += [upload.alt for upload in drawn.uploads]
    return "\n".join(parts).replace(FENCE, "")


def _pressed(drawn: DiscordMessage) -> Iterator[str]:
    """Yield what can be pressed or picked, but not what opens an input: elsewhere people just type."""
    for row in drawn.component_rows:
        for item in row.options if isinstance(row, ActionSelect) else () if isinstance(row, FieldSelect) else row:
            if not item.modal_id:
                yield item.label


def _on_console(reply: Reply) -> Told:
    text = screen.plain_text(render_lines(reply, CONSOLE_WIDTH, {}, ActionFormat.NUMBERS))
    words = without_offers(text)
    return Told(words.split("\n")[0], _FRESHNESS.sub("", words), tuple(map(str.casefold, offers(text))))


def _as_typed(label: str) -> str:
    """Write a label as the console does, where Back is typed and small letters are enough."""
    return {"‹": "previous", "›": "next"}.get(label, label.removeprefix(BACK_MARK).casefold())  # noqa: RUF001 - UX.md
