"""The page on the architecture names what is there."""

import re
from pathlib import Path

import pytest

from tests.pictures.architecture import layered, read_packages
from tests.size_budget import PRODUCT

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_file_on_the_page_is_there() -> None:
    named = [path for path in re.findall(r"`([\w/]+\.py)`", PAGE) if path.split("/")[0] in PRODUCT]
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_every_package_is_on_the_page() -> None:
    words = set(re.findall(r"[\w]+", PAGE))
    packages = (package for package in read_packages(ROOT).lines if "." in package)
    assert [package for package in packages if package.rsplit(".", 1)[1] not in words] == []


def test_packages_that_import_each_other_cannot_be_drawn() -> None:
    assert layered(["a", "b"], {"a": frozenset({"b"})}) == [["a"], ["b"]]
    with pytest.raises(ValueError, match="import each other"):
        layered(["a", "b"], {"a": frozenset({"b"}), "b": frozenset({"a"})})
