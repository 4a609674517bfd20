"""What the code calls things: `python -m tests.names`.

A class name means one thing in the whole product, and a method says what it does to what: its name is no bare verb
or preposition that a search finds in ten places.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from tests.size_budget import PRODUCT, Violation, tracked_files

FORCED_CLASSES = frozenset({"Meta", "Migration"})
"""Names that Tortoise asks for."""
BARE_NAMES = frozenset(
    {"add", "ask", "begin", "done", "drop", "find", "forget", "get", "give", "go", "handle", "hear"}
    | {"keep", "know", "leave", "look", "note", "of", "open", "put", "read", "say", "see", "show", "start", "take"}
    | {"tell", "told", "write"}
)
FORCED_METHODS = frozenset({("BackgroundWriter", "write")})
"""Names that a library calls."""

Module = tuple[PurePath, ast.Module]


def repeated_classes(modules: Iterable[Module]) -> Iterator[Violation]:
    """Find class names that stand for two classes."""
    places: defaultdict[str, list[tuple[PurePath, int]]] = defaultdict(list)
    for path, tree in modules:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name not in FORCED_CLASSES:
                places[node.name].append((path, node.lineno))
    for name, found in places.items():
        for path, line in found[1:]:
            yield Violation(path=path, line=line, text=f"class {name} is also in {found[0][0]}: one name, one meaning")


def bare_methods(modules: Iterable[Module]) -> Iterator[Violation]:
    """Find methods that are named by a bare verb or preposition."""
    for path, tree in modules:
        for owner in ast.walk(tree):
            if not isinstance(owner, ast.ClassDef):
                continue
            for node in owner.body:
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                if node.name in BARE_NAMES and (owner.name, node.name) not in FORCED_METHODS:
                    text = f"method {owner.name}.{node.name}: say what it does to what"
                    yield Violation(path=path, line=node.lineno, text=text)


def main() -> int:
    """Check every module of the product and print the names that do not hold."""
    root = Path.cwd()
    paths = [path for path in tracked_files(root) if path.suffix == ".py" and path.parts[0] in PRODUCT]
    modules = [(path, ast.parse((root / path).read_text(encoding="utf-8"))) for path in paths]
    found = [*repeated_classes(modules), *bare_methods(modules)]
    for violation in found:
        print(violation)
    print(f"names: {len(modules)} modules, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
