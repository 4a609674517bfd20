"""Saved files: pictures and documents of replies, which a console cannot show."""

import re
from contextlib import suppress
from pathlib import Path

from bot.domain.ids import new_id

MAX_PICTURES = 500
LONGEST_STEM, LONGEST_SUFFIX = 80, 10
TAG_LENGTH = 6
PARTIAL_SUFFIX = ".part"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_PICTURE_NAME = re.compile(rf".+-[2-9a-z]{{{TAG_LENGTH}}}\.png")
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


class SavedFiles:
    """A private folder of files that keeps the newest pictures; its methods block, so call them in a thread."""

    def __init__(self, folder: Path, most_pictures: int = MAX_PICTURES) -> None:
        self._folder = folder
        self._most_pictures = most_pictures

    def save_file(self, filename: str, content: bytes) -> Path:
        """Write a file entirely or not at all, under a safe name like `filename`; raise OSError."""
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        self._folder.chmod(_FOLDER_MODE)
        target, partial = self._claim_name(filename)
        try:
            partial.write_bytes(content)
            partial.replace(target)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        self._prune()
        return target

    def _claim_name(self, filename: str) -> tuple[Path, Path]:
        """Return a name that nobody uses, and its empty partial file, which keeps others off it."""
        while True:
            target = self._folder / _tagged_filename(filename)
            partial = target.with_name(target.name + PARTIAL_SUFFIX)
            with suppress(FileExistsError):
                partial.touch(mode=_FILE_MODE, exist_ok=False)
                if not target.exists():
                    return target, partial
                partial.unlink()

    def _prune(self) -> None:
        pictures = [path for path in self._folder.iterdir() if _PICTURE_NAME.fullmatch(path.name)]
        for path in sorted(pictures, key=_modified_at, reverse=True)[self._most_pictures :]:
            # One that cannot be removed stays; the others go all the same.
            with suppress(OSError):
                path.unlink()


def _modified_at(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        # Another process has pruned it meanwhile.
        return 0


def _tagged_filename(filename: str) -> str:
    """Return a harmless file name with a random tag: `alpha candles.png` -> `alpha-candles-k3f9x2.png`."""
    stem, dot, suffix = filename.rpartition(".")
    safe_stem = _UNSAFE.sub("-", stem if dot else filename).strip("-.")[:LONGEST_STEM].rstrip("-.")
    safe_suffix = _UNSAFE.sub("", suffix if dot else "").strip("-.")[:LONGEST_SUFFIX]
    name = f"{safe_stem or 'file'}-{new_id(length=TAG_LENGTH)}"
    return f"{name}.{safe_suffix}" if safe_suffix else name
