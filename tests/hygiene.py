"""No committed file names a package registry or a path of one machine: `python -m tests.hygiene`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.size_budget import Violation, tracked_files

# In pieces, so that this file is not its own finding.
FORBIDDEN = tuple(
    text.encode()
    for text in (
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "deb.deb" + "ian",
        "/wor" + "k/",
        "/ro" + "ot/",
    )
)


def findings(path: Path, content: bytes) -> Iterator[Violation]:
    """Find the lines of one file that name a registry or a machine's path."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        for text in FORBIDDEN:
            if text in line:
                yield Violation(path=path, line=number, text=f"names {text.decode()}")


def main() -> int:
    """Check every tracked file and print what does not belong into a commit."""
    paths = [Path(path) for path in tracked_files(Path.cwd())]
    found = [finding for path in paths for finding in findings(path, path.read_bytes())]
    for finding in found:
        print(finding)
    print(f"hygiene: {len(paths)} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
