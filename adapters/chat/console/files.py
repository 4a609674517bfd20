"""Pictures and documents of replies as files whose path is shown."""

import asyncio
import logging
import os
import re
import tempfile
from pathlib import Path

from bot.commands.reply import Document, Image, Reply

logger = logging.getLogger(__name__)

MOST_FILES = 500


class ReplyFiles:
    """Writes files into one directory, whole or not at all, and keeps the newest."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def store(self, reply: Reply) -> dict[str, str]:
        """Write the pictures and documents of a reply; return their paths by file name."""
        paths: dict[str, str] = {}
        for block in reply.blocks:
            if isinstance(block, Image | Document):
                content = block.png if isinstance(block, Image) else block.content
                try:
                    path = await asyncio.to_thread(self._write, block.filename, content)
                except OSError as error:
                    logger.warning("file not written", extra={"file_name": block.filename, "error": str(error)})
                else:
                    paths[block.filename] = str(path)
        return paths

    def _write(self, filename: str, content: bytes) -> Path:
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._free(re.sub(r"[^\w.-]", "-", filename))
        descriptor, temporary = tempfile.mkstemp(dir=self._directory, prefix=".writing-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._prune()
        return path

    def _free(self, filename: str) -> Path:
        path = self._directory / filename
        number = 2
        while path.exists():
            path = self._directory / f"{Path(filename).stem}-{number}{Path(filename).suffix}"
            number += 1
        return path

    def _prune(self) -> None:
        files = sorted(self._directory.glob("[!.]*.*"), key=lambda path: path.stat().st_mtime)
        for old in files[:-MOST_FILES]:
            old.unlink(missing_ok=True)
