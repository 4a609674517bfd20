"""The pages hold no example that no test compares."""

from pathlib import Path

import pytest

from tests.golden.page import FOLDER, Page

TESTS = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_every_example_is_compared(name: str) -> None:
    assert f'Page("{name}")' in TESTS
    assert [title for title in Page(name).examples if f'"{title}"' not in TESTS] == []
