import os
import re
import stat
from pathlib import Path

import pytest

from adapters.chat.console import saved_files
from adapters.chat.console.saved_files import SavedFiles


def test_a_file_is_written_whole_under_a_name_of_its_own(tmp_path: Path) -> None:
    shelf = SavedFiles(tmp_path / "charts")
    first, second = shelf.save_file("alpha.png", b"one"), shelf.save_file("alpha.png", b"two")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert re.fullmatch(r"alpha-[2-9a-z]{6}\.png", first.name)
    assert sorted(path.name for path in first.parent.iterdir()) == sorted((first.name, second.name))


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "charts").mkdir(mode=0o755)
    path = SavedFiles(tmp_path / "charts").save_file("alpha.png", b"png")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("../../etc/passwd", r"file-\w{6}\.etcpasswd"),
        ("..", r"file-\w{6}"),
        ("", r"file-\w{6}"),
        ("a b\x00\n.p/n g", r"a-b-\w{6}\.png"),
        ("-rf.png", r"rf-\w{6}\.png"),
        ("比特.png", r"file-\w{6}\.png"),
        ("x" * 300 + ".png", r"x{80}-\w{6}\.png"),
        ("a." + "y" * 300, r"a-\w{6}\.y{10}"),
    ],
)
def test_a_name_leads_nowhere_else(tmp_path: Path, hostile: str, harmless: str) -> None:
    path = SavedFiles(tmp_path / "charts").save_file(hostile, b"x")
    assert path.parent == tmp_path / "charts"
    assert re.fullmatch(harmless, path.name), path.name


def test_only_the_newest_pictures_are_kept_and_documents_are_all(tmp_path: Path) -> None:
    shelf = SavedFiles(tmp_path, most_pictures=2)
    document = shelf.save_file("trades.csv", b"a,b")
    pictures = []
    for age in (30, 20, 10):
        pictures.append(shelf.save_file("alpha.png", b"png"))
        os.utime(pictures[-1], (1_000_000 - age, 1_000_000 - age))
    shelf.save_file("alpha.png", b"newest")
    assert document.exists()
    assert [path.exists() for path in pictures] == [False, False, True]


def test_a_picture_that_cannot_be_removed_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [SavedFiles(tmp_path).save_file("alpha.png", b"png") for _ in range(3)]
    for age, path in enumerate(pictures):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    unlink = Path.unlink

    def refuse_one(path: Path, missing_ok: bool = False) -> None:
        if path == pictures[1]:
            raise PermissionError(path)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse_one)
    SavedFiles(tmp_path, most_pictures=1).save_file("alpha.png", b"newest")
    assert [path.exists() for path in pictures] == [False, True, False]


def test_a_name_in_use_is_not_taken_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "alpha-333333.png.part").write_bytes(b"being written")
    tags = iter(("222222", "222222", "333333", "444444"))
    monkeypatch.setattr(saved_files, "new_id", lambda *, length: next(tags)[:length])
    paths = [SavedFiles(tmp_path).save_file("alpha.png", content) for content in (b"one", b"two")]
    assert [path.name for path in paths] == ["alpha-222222.png", "alpha-444444.png"]
    assert [path.read_bytes() for path in paths] == [b"one", b"two"]
    assert (tmp_path / "alpha-333333.png.part").read_bytes() == b"being written"


def test_other_peoples_files_are_never_pruned(tmp_path: Path) -> None:
    (tmp_path / "holiday.png").write_bytes(b"mine")
    SavedFiles(tmp_path, most_pictures=1).save_file("alpha.png", b"png")
    SavedFiles(tmp_path, most_pictures=1).save_file("alpha.png", b"png")
    assert (tmp_path / "holiday.png").exists()


def test_a_disk_that_refuses_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        SavedFiles(tmp_path / "charts").save_file("alpha.png", b"png")
    assert list((tmp_path / "charts").iterdir()) == []


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "charts").write_text("in the way", encoding="utf-8")
    with pytest.raises(OSError, match="File exists"):
        SavedFiles(tmp_path / "charts").save_file("alpha.png", b"png")
