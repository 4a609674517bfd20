"""Messages as people see them: texts without markup, buttons, pictures, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.bot_api.refusals import Json
from tests.fakes.bot_api.utf16 import cut


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it calls back, opens a link or copies a text."""

    text: str
    data: str = ""
    url: str = ""
    copied: str = ""
    style: str = ""

    @classmethod
    def read(cls, record: Json) -> "Button":
        """Read a button of a keyboard."""
        copied = record.get("copy_text")
        return cls(
            text=str(record["text"]),
            data=str(record.get("callback_data", "")),
            url=str(record.get("url", "")),
            copied=str(copied["text"]) if isinstance(copied, Mapping) else "",
            style=str(record.get("style", "")),
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows; `keyboard` is its inline keyboard, `reply_markup` whatever came as that."""

    text: str = ""
    entities: tuple[Json, ...] = ()
    keyboard: tuple[tuple[Button, ...], ...] = ()
    reply_markup: Json | None = None
    picture: Upload | None = None
    document: Upload | None = None

    @property
    def has_media(self) -> bool:
        """Tell whether the text is a caption."""
        return self.picture is not None or self.document is not None


@dataclass(slots=True)
class Message:
    """A message in a room; `versions` has what it showed before it was edited."""

    message_id: int
    chat_id: int
    sender: Json
    content: Content
    date: datetime
    topic: int = 0
    answers: int = 0
    is_silent: bool = False
    sender_chat: Json | None = None
    service: Json = field(default_factory=dict)
    versions: list[Content] = field(default_factory=list)
    edited_at: datetime | None = None
    is_deleted: bool = False
    is_pinned: bool = False

    @property
    def text(self) -> str:
        """Return the text, or the caption under a picture."""
        return self.content.text

    @property
    def headline(self) -> str:
        """Return the first line."""
        return self.text.partition("\n")[0]

    @property
    def picture(self) -> bytes:
        """Return the picture's bytes."""
        assert self.content.picture is not None, f"no picture: {self.text}"
        return self.content.picture.content

    @property
    def document(self) -> Upload:
        """Return the document."""
        assert self.content.document is not None, f"no document: {self.text}"
        return self.content.document

    @property
    def buttons(self) -> list[Button]:
        """Return all buttons in order."""
        return [button for row in self.content.keyboard for button in row]

    @property
    def labels(self) -> list[str]:
        """Return what is written on the buttons."""
        return [button.text for button in self.buttons]

    def button(self, label: str) -> Button:
        """Return a button by what is written on it."""
        found = [button for button in self.buttons if button.text == label]
        assert found, f"no button {label}, there are {self.labels}"
        return found[0]

    def marked(self, kind: str) -> list[str]:
        """Return the parts of the text that an entity of a kind stands on, for example `pre` or `bold`."""
        return [
            cut(self.text, int(str(entity["offset"])), int(str(entity["length"])))
            for entity in self.content.entities
            if entity["type"] == kind
        ]

    def change(self, at: datetime, content: Content) -> None:
        """Show something else."""
        self.versions.append(self.content)
        self.content = content
        self.edited_at = at

    def with_text(self, text: str) -> Content:
        """Return the content with another text."""
        return replace(self.content, text=text, entities=())
