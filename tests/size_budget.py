"""The size budget of the style sheet, as a command: `python -m tests.size_budget`."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_PACKAGE_MODULES = 16
PRODUCT = frozenset({"bot", "adapters", "storage", "strategies"})
LISTS = frozenset({PurePath("bot/domain"), PurePath("bot/commands/catalog"), PurePath("strategies")})
"""Packages where a file is a word, a topic, a strategy; they may hold any number."""
VAGUE_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    path: PurePath
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def tracked_files(root: Path) -> list[PurePath]:
    """List what git tracks below the root and the work tree still holds."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True)
    return [PurePath(name) for name in listed.stdout.split("\0") if name and (root / name).is_file()]


def violations(path: PurePath, source: str) -> Iterator[Violation]:
    """Find what one module does against the budget."""
    vague = VAGUE_NAMES.intersection(path.with_suffix("").parts)
    if vague:
        yield Violation(path=path, line=1, text=f"named {min(vague)}: name it after what it owns")
    if path.name == "__init__.py" and not _is_docstring(source, is_product=path.parts[0] in PRODUCT):
        yield Violation(
            path=path, line=1, text="__init__.py holds the package's docstring, in tests nothing, and no code"
        )
    lines = len(source.splitlines())
    if lines > MAX_FILE_LINES:
        yield Violation(path=path, line=lines, text=f"file of {lines} lines, budget {MAX_FILE_LINES}")
    yield from _long_functions(path, source)


def crowded_packages(paths: Iterable[PurePath]) -> Iterator[Violation]:
    """Find packages of the product with more modules than one can keep in mind."""
    modules = Counter(path.parent for path in paths if path.parts[0] in PRODUCT and path.name != "__init__.py")
    for package, number in modules.items():
        if number > MAX_PACKAGE_MODULES and package not in LISTS:
            text = f"package of {number} modules, budget {MAX_PACKAGE_MODULES}"
            yield Violation(path=package, line=1, text=text)


def _is_docstring(source: str, *, is_product: bool) -> bool:
    body = ast.parse(source).body
    if not is_product:
        return not source
    return len(body) == 1 and ast.get_docstring(ast.parse(source)) is not None


def _long_functions(path: PurePath, source: str) -> Iterator[Violation]:
    for node in ast.walk(ast.parse(source, filename=str(path))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            text = f"function {node.name} of {lines} lines, budget {MAX_FUNCTION_LINES}"
            yield Violation(path=path, line=node.lineno, text=text)


def main() -> int:
    """Check every tracked module and print what is over budget."""
    root = Path.cwd()
    modules = [path for path in tracked_files(root) if path.suffix == ".py"]
    found = [hit for path in modules for hit in violations(path, (root / path).read_text(encoding="utf-8"))]
    found += crowded_packages(modules)
    for violation in found:
        print(violation)
    print(f"size budget: {len(modules)} modules, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
