"""Examples of UX.md as the product tells them, kept in one text file a section.

To accept what changed: `GOLDEN=accept pytest tests/golden`, and read the difference before committing it.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.commands.reply.amount_visibility import make_visible
from bot.commands.reply.blocks import Reply
from tests.golden.gateways import agreed

FOLDER = Path(__file__).parent / "examples"
IS_ACCEPTING = os.environ.get("GOLDEN") == "accept"
_TITLE = re.compile(r"^## (.+)$", re.MULTILINE)


class Page:
    """The examples of one section, each under its title."""

    def __init__(self, name: str) -> None:
        self._path = FOLDER / f"{name}.txt"

    @property
    def examples(self) -> dict[str, str]:
        """Return what is expected, by title."""
        if not self._path.exists():
            return {}
        _, *parts = _TITLE.split(self._path.read_text(encoding="utf-8"))
        return {title: text.strip("\n") for title, text in zip(parts[::2], parts[1::2], strict=True)}

    async def holds(self, title: str, reply: Reply, names: Mapping[str, str] | None = None) -> None:
        """Compare a reply on all gateways to its example; `names` are words of chance and what stands for them."""
        told = await agreed(make_visible(reply, is_hiding_amounts=False))
        for word, name in (names or {}).items():
            told = told.replace(word, name)
        if IS_ACCEPTING:
            self._accept(title, told)
        assert told.split("\n") == self.examples.get(title, "").split("\n")

    def _accept(self, title: str, told: str) -> None:
        kept = {**self.examples, title: told}
        text = "\n\n".join(f"## {name}\n{example}" for name, example in kept.items())
        self._path.write_text(f"{text}\n", encoding="utf-8")
