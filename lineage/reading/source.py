"""One file as a format finds it: its bytes, unpacked, and what the user said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar, cast

from lineage.dataclass import dataclass
from lineage.reading.limits import Limits
from lineage.reading.packed import UnreadableError, too_long

Work = TypeVar("Work")
Result = TypeVar("Result")


class Spread(Protocol):
    """What calls a function for each piece of work, and gives the results in their order."""

    def __call__(self, function: Callable[[Work], Result], work: Iterable[Work], /) -> Iterator[Result]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file, or of one inside another, to be read once.

    `mapping` are the user's column names, `{field: column}`; `asked` says whether he named the file, and not just a
    folder. `place` is where the bytes lie just so, None if they were packed or are on their way. `spread` is as `map`,
    but may do the work elsewhere. Raises `UnreadableError` or `OSError` where bytes cannot be had.
    """

    pieces: Iterator[bytes]
    limits: Limits
    mapping: Mapping[str, str]
    place: Path | None = None
    count: Callable[[int], None] | None = None  # is told of bytes of `place` that were read, not through `pieces`
    asked: bool = True
    spread: Spread = map

    @property
    def limit(self) -> int:
        """The most bytes that one record may have."""
        return self.limits.record_bytes

    def whole(self) -> bytes:
        """All bytes, which are one record. Raises `UnreadableError` if they are too many."""
        data = bytearray()
        for piece in self.pieces:
            data += piece
            if len(data) > self.limit:
                raise UnreadableError(too_long(self.limit))
        return bytes(data)

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """A file to be read back and forth: the file itself, or a temporary one with its bytes."""
        if self.place is not None:
            with self.place.open("rb") as file:
                yield file
            return
        import tempfile  # which takes 3 ms to import, and few formats ask

        with tempfile.TemporaryFile() as copy:
            for piece in self.pieces:
                copy.write(piece)
            copy.seek(0)
            yield cast(BinaryIO, copy)

    def told(self, read: int) -> None:
        """Say that bytes were read of a file that is `seekable`."""
        if self.place is not None and self.count is not None:
            self.count(read)
