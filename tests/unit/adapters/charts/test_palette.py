"""Contrast, and colours for people who see them differently."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from adapters.charts.canvas import PALETTES
from bot.ports.charts import Theme

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def linear(colour: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    share = np.array(to_rgb(colour))
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(np.array(XYZ[1]) @ linear(colour))


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, blindness: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return CIE Lab of a colour as somebody with this kind of colour blindness sees it."""
    xyz = np.array(XYZ) @ np.clip(np.array(BLINDNESS[blindness]) @ linear(colour), 0, 1)
    x, y, z = np.cbrt(xyz / np.array((0.9505, 1.0, 1.089)))
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))


@pytest.mark.parametrize("theme", Theme)
def test_text_has_enough_contrast(theme: Theme) -> None:
    palette = PALETTES[theme]
    assert contrast(palette.text, palette.background) >= 4.5
    # A label on its patch is still on the background; over the grid it must be readable too.
    assert contrast(palette.text, palette.grid) >= 4.5


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colours_that_stand_side_by_side_differ_for_the_colour_blind(theme: Theme, blindness: str) -> None:
    palette = PALETTES[theme]
    together = [
        (palette.up, palette.down),
        (palette.up, palette.drawdown),
        *combinations((palette.equity, palette.benchmark, palette.drawdown), 2),
    ]
    for first, second in together:
        assert np.linalg.norm(seen(first, blindness) - seen(second, blindness)) > 15, (first, second)


def test_the_colours_are_those_of_the_style_guide() -> None:
    dark, light = PALETTES[Theme.DARK], PALETTES[Theme.LIGHT]
    assert (dark.background, dark.text, dark.equity) == ("#11161C", "#E6E6E6", "#56B4E9")
    assert (light.background, light.text, light.equity) == ("#FFFFFF", "#1A1A1A", "#0072B2")
    assert {(theme.up, theme.down, theme.drawdown) for theme in (dark, light)} == {("#56B4E9", "#E69F00", "#D55E00")}


@pytest.mark.parametrize("theme", Theme)
def test_the_grid_is_text_at_twelve_percent(theme: Theme) -> None:
    palette = PALETTES[theme]
    text, background, grid = (np.array(to_rgb(colour)) for colour in (palette.text, palette.background, palette.grid))
    assert np.allclose(grid, 0.12 * text + 0.88 * background, atol=1 / 255)
