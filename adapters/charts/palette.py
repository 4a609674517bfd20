"""Colours of UX.md: shape, hatch or dashes always say the same as the hue."""

from dataclasses import dataclass

from bot.ports.charts import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of a theme as `#RRGGBB`; `grid` is text at twelve percent on the background."""

    background: str
    text: str
    grid: str
    equity: str
    up: str = "#56B4E9"
    down: str = "#E69F00"
    benchmark: str = "#7F7F7F"
    drawdown: str = "#D55E00"
    target: str = "#009E73"


_GRID_SHARE = 0.12


def theme_palette(theme: Theme) -> Palette:
    return _PALETTES[theme]


def blend_colours(front: str, back: str, share: float) -> str:
    """Mix two colours: `share` of the front one, the rest of the back one."""
    mixed = (round(share * f + (1 - share) * b) for f, b in zip(rgb_channels(front), rgb_channels(back), strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def rgb_channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, each 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _palette(background: str, text: str, equity: str) -> Palette:
    return Palette(background=background, text=text, grid=blend_colours(text, background, _GRID_SHARE), equity=equity)


_PALETTES = {
    Theme.DARK: _palette("#11161C", "#E6E6E6", "#56B4E9"),
    Theme.LIGHT: _palette("#FFFFFF", "#1A1A1A", "#0072B2"),
}
