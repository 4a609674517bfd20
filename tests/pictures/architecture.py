"""Draw the packages and their imports, from the code itself: `python -m tests.pictures.architecture`."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from tests.size_budget import PRODUCT, tracked_files

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "architecture.png"
BANDS: tuple[tuple[str, str], ...] = (
    ("Composition root", "bot.assembly bot.demo"),
    ("Adapters", "adapters"),
    ("Storage, strategies", "storage strategies"),
    ("Commands", "bot.commands"),
    ("Engine", "bot.engine"),
    ("Ports, SDK", "bot.ports bot.strategy bot.durable"),
    ("Domain", "bot.domain"),
)
"""Rings from the outermost to the innermost; each imports only what is below it."""
COLOURS = ("#5b6b7f", "#4c78a8", "#4c78a8", "#7b5ea7", "#2f7d5b", "#8a6d3b", "#a34a4a")
WIDTH, ROW, BOX, GAP = 100.0, 5.8, 4.0, 1.4
DOCSTRING_LINES = 10
"""A package of so few lines only holds others."""


@dataclass(frozen=True, slots=True)
class PackageGraph:
    """Packages with their lines of code, and which imports which."""

    lines: Mapping[str, int]
    imports: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a package is drawn; `x` and `y` are its middle."""

    x: float
    y: float
    width: float


def read_packages(root: Path) -> PackageGraph:
    """Read the packages of the product and their imports from the sources git tracks."""
    paths = [path for path in tracked_files(root) if path.suffix == ".py" and path.parts[0] in PRODUCT]
    modules = {_dotted(path): path for path in paths}
    lines: defaultdict[str, int] = defaultdict(int)
    imports: defaultdict[str, set[str]] = defaultdict(set)
    for module, path in modules.items():
        source = (root / path).read_text(encoding="utf-8")
        package = _package(module, modules)
        lines[package] += len(source.splitlines())
        for target in _imported(ast.parse(source), modules):
            imports[package].add(_package(target, modules))
    return PackageGraph(lines, {package: frozenset(found - {package}) for package, found in imports.items()})


def layered(packages: Iterable[str], imports: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return packages in rows, so that each imports only from rows below its own."""
    left = sorted(packages)
    rows: list[list[str]] = []
    while left:
        row = [one for one in left if not any(one in imports.get(other, ()) for other in left if other != one)]
        if not row:
            raise ValueError(f"packages are in layers, but these import each other: {left}")
        rows.append(row)
        left = [one for one in left if one not in row]
    return rows


def draw(graph: PackageGraph, picture: Path) -> None:
    """Draw one band a ring, a box a package and an arrow an import within the band."""
    bands = [(title, layered(_members(graph, prefixes), graph.imports)) for title, prefixes in BANDS]
    height = sum(len(rows) * ROW + 2 * GAP for _, rows in bands)
    figure = Figure(figsize=(11, 11 * height / WIDTH), dpi=110, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    axes.axis("off")
    top = height
    for (title, rows), colour in zip(bands, COLOURS, strict=True):
        depth = len(rows) * ROW + GAP
        _draw_rectangle(axes, (1, top - depth - GAP / 2), (WIDTH - 2, depth), "#f4f5f7")
        axes.text(
            2.4, top - (GAP + depth) / 2, title, rotation=90, va="center", ha="center", fontsize=9, color="#444c56"
        )
        _draw_packages(axes, graph, _placed(rows, top - GAP), colour)
        top -= depth + GAP
    figure.savefig(picture)


def _draw_packages(axes: Axes, graph: PackageGraph, boxes: Mapping[str, Box], colour: str) -> None:
    for package, box in boxes.items():
        for target in _reduced(graph.imports.get(package, frozenset()) & boxes.keys(), graph.imports):
            start, end = (box.x, box.y - BOX / 2), (boxes[target].x, boxes[target].y + BOX / 2)
            axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, color="#9aa3ad", lw=0.9))
        _draw_rectangle(axes, (box.x - box.width / 2, box.y - BOX / 2), (box.width, BOX), colour)
        _write(axes, box, (0.55, 7.6), _short(package), weight="bold")
        _write(axes, box, (-1.05, 6.2), f"{graph.lines[package]:,} lines")


def _write(axes: Axes, box: Box, place: tuple[float, float], text: str, weight: str = "normal") -> None:
    """Write a text into a box; `place` is its height above the middle and its size."""
    above, size = place
    axes.text(box.x, box.y + above, text, fontsize=size, weight=weight, ha="center", va="center", color="white")


def _draw_rectangle(axes: Axes, corner: tuple[float, float], size: tuple[float, float], colour: str) -> None:
    axes.add_patch(FancyBboxPatch(corner, *size, boxstyle="round,pad=0.15", facecolor=colour, edgecolor="none"))


def _members(graph: PackageGraph, prefixes: str) -> list[str]:
    wanted = prefixes.split()
    inside = (package for package in graph.lines if any(f"{package}.".startswith(f"{one}.") for one in wanted))
    return [package for package in inside if graph.lines[package] > DOCSTRING_LINES]


def _placed(rows: list[list[str]], top: float) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for number, row in enumerate(rows):
        step = (WIDTH - 8) / len(row)
        for place, package in enumerate(row):
            boxes[package] = Box(6 + step * (place + 0.5), top - ROW * number - ROW / 2, min(step - 1.4, 15.0))
    return boxes


def _reduced(targets: frozenset[str], imports: Mapping[str, frozenset[str]]) -> list[str]:
    """Leave out what is reached over another target anyway."""
    return [one for one in targets if not any(one in imports.get(other, ()) for other in targets if other != one)]


def _short(package: str) -> str:
    parts = package.split(".")
    return ".".join(parts[-2:]) if parts[0] == "adapters" and len(parts) > 3 else parts[-1]


def _dotted(path: PurePath) -> str:
    return ".".join(path.with_suffix("").parts)


def _package(module: str, modules: Mapping[str, PurePath]) -> str:
    return module if f"{module}.__init__" in modules else module.rpartition(".")[0]


def _imported(tree: ast.Module, modules: Mapping[str, PurePath]) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full in modules or node.module in modules:
                    yield full if full in modules else node.module


if __name__ == "__main__":
    draw(read_packages(ROOT), PICTURE)
