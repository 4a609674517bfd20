"""The real process on pipes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).parents[2]
CODE = "ABCD-EFGH-1"
OPEN = "desk is open"

Process = subprocess.Popen[bytes]


def desk(data: Path, *arguments: str, **settings: str) -> Process:
    """Start a desk on a folder; without arguments `quarterdeck run --console`."""
    return _started(data, arguments, settings, subprocess.PIPE)


def desk_on_terminal(data: Path, terminal: int) -> Process:
    """Start a desk whose console is a terminal; its log goes elsewhere."""
    return _started(data, (), {"TERM": "xterm"}, terminal)


def _started(data: Path, arguments: tuple[str, ...], settings: dict[str, str], streams: int) -> Process:
    environment = {**os.environ, "DATA_DIR": str(data), "SETUP_CODE": CODE, "REPLAY_SPEED": "max", **settings}
    return subprocess.Popen(
        [sys.executable, "-m", *(arguments or ("bot", "run", "--console"))],
        stdin=streams,
        stdout=streams,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        env=environment,
    )


def said(data: Path, lines: bytes) -> str:
    """Return what a desk says to lines, after which it ends as it should."""
    process = desk(data)
    out, errors = process.communicate(lines, timeout=60)
    assert process.returncode == 0, errors.decode()
    assert b"Traceback" not in out + errors
    return out.decode()


def type_to(process: Process, *lines: str) -> None:
    """Type lines."""
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines).encode())
    process.stdin.flush()


def hear(stream: IO[bytes] | None, text: str) -> str:
    """Read up to the line that holds a text and return all that was read; the stream must not end before it."""
    assert stream is not None
    heard: list[str] = []
    for line in stream:
        heard.append(line.decode())
        if text in heard[-1]:
            return "".join(heard)
    raise AssertionError(f"it ended without {text!r}: {''.join(heard)}")


def opened(process: Process) -> Process:
    """Wait until a desk is open."""
    hear(process.stderr, OPEN)
    return process
