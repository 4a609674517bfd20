"""Messages between the process and its worker: pickled frames with their length before them."""

import pickle
from asyncio import IncompleteReadError, StreamReader, to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from bot.domain.errors import FieldValue, Fix, Unavailable, UserError
from bot.engine.backtest.result import BacktestResult

LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """How many candles were played."""

    row: int


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a job that ran."""

    result: BacktestResult


@dataclass(frozen=True, slots=True)
class Rejection:
    """The end of a job that cannot run: the parts of a UserError, which is no record."""

    kind: type[UserError]
    code: str
    fix: Fix | None
    fields: Mapping[str, FieldValue]

    def error(self) -> UserError:
        """Return the error as it was raised."""
        return self.kind(self.code, self.fix, **self.fields)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The end of a job that broke, in words."""

    text: str


WorkerMessage = Progress | Result | Rejection | Breakdown


def write_message(target: BinaryIO, message: WorkerMessage) -> None:
    """Write a message and send it on."""
    frame = pickle.dumps(message)
    target.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
    target.flush()


async def read_message(source: StreamReader) -> WorkerMessage | None:
    """Return the next message, None after the last."""
    try:
        length = int.from_bytes(await source.readexactly(LENGTH_BYTES), "big")
        frame = await source.readexactly(length)
    except IncompleteReadError:
        return None
    # A result of many trades takes a while to read: not on the loop.
    try:
        message: WorkerMessage = await to_thread(pickle.loads, frame)
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError) as e:
        raise Unavailable(f"what the process of the backtest says cannot be read: {e}") from e
    return message
