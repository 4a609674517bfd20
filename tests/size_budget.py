"""The size budget of the style sheet, as a command: `python -m tests.size_budget`."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
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
    if path.name == "__init__.py" and source:
        yield Violation(path=path, line=1, text=f"{len(source)} characters, __init__.py stays empty")
    lines = len(source.splitlines())
    if lines > MAX_FILE_LINES:
        yield Violation(path=path, line=lines, text=f"file of {lines} lines, budget {MAX_FILE_LINES}")
    yield from _long_functions(path, source)


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
    for violation in found:
        print(violation)
    print(f"size budget: {len(modules)} modules, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
