"""A chart renderer that draws nothing and remembers what it was asked for."""

import struct
import zlib

from bot.ports.charts import ChartSpec, Theme

WIDTH, HEIGHT = 1080, 720


def blank_png(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """Return a black grey-scale picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class FakeRenderer:
    def __init__(self) -> None:
        self.specs: list[ChartSpec] = []
        self.themes: list[Theme] = []
        self._png = blank_png()

    async def render(self, spec: ChartSpec, theme: Theme = Theme.DARK) -> bytes:
        self.specs.append(spec)
        self.themes.append(theme)
        return self._png
