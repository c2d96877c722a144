"""Files inside a zip or tar file, read as those of a folder are, and never written to the disk."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple, cast
from zipfile import BadZipFile, ZipFile

from lineage.reading.limits import Limits
from lineage.reading.packed import BLOCK, UnreadableError, refuse_bomb
from lineage.reading.source import Source

_END = bytes(tarfile.BLOCKSIZE)  # with which a tar file ends


class Member(NamedTuple):
    """A file inside another: its path there, and its bytes, which must be read before the next one is asked for."""

    path: PurePosixPath
    pieces: Iterator[bytes]


def members(name: str, source: Source) -> Iterator[Member]:
    """The regular files in a zip or tar file, but for hidden ones.

    Raises `UnreadableError` where there is no going on; a member that is damaged raises it when it is read.
    """
    found = _zipped(source) if name.lower().endswith(".zip") else _tarred(source)
    return (member for member in found if not any(part.startswith((".", "__MACOSX")) for part in member.path.parts))


def _zipped(source: Source) -> Iterator[Member]:
    with source.seekable() as file:
        size = file.seek(0, 2)
        try:
            parts = ZipFile(file)
        except (BadZipFile, ValueError) as error:
            raise UnreadableError(f"damaged, or cut short: no zip file ({error})") from None
        read = [0]  # bytes of all members: parts of a bomb may lie upon each other
        for info in parts.infolist():
            if not info.is_dir():
                yield Member(PurePosixPath(info.filename), _unzipped(parts, info, size, read, source.limits))
                source.told(info.compress_size)


def _unzipped(parts: ZipFile, info: Any, size: int, read: list[int], limits: Limits) -> Iterator[bytes]:
    try:
        with parts.open(info) as part:
            while piece := part.read(BLOCK):
                read[0] += len(piece)
                refuse_bomb(size, read[0], limits)
                yield piece
    except RuntimeError:
        raise UnreadableError("it needs a password") from None
    except (BadZipFile, NotImplementedError, EOFError, zlib.error, LZMAError) as error:
        raise UnreadableError(f"damaged: it cannot be unpacked ({error})") from None


class _Flow:
    """Bytes that come in pieces, as a file that is read from the front."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = io.BytesIO()
        self._last = b""

    def read(self, size: int) -> bytes:
        given = self._held.read(size)
        while len(given) < size and (piece := next(self._pieces, b"")):
            self._held = io.BytesIO(piece)
            given += self._held.read(size - len(given))
        self._last = (self._last + given)[-len(_END) :]
        return given

    @property
    def ended(self) -> bool:
        """Whether the last bytes were those that end a tar file."""
        return self._last == _END


def _untarred(part: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from iter(lambda: part.read(BLOCK), b"")
    except tarfile.TarError as error:
        raise UnreadableError(f"truncated: the tar file ends in the middle ({error})") from None


def _tarred(source: Source) -> Iterator[Member]:
    flow = _Flow(source.pieces)
    try:
        with tarfile.open(mode="r|", fileobj=cast(IO[bytes], flow)) as parts:
            for info in parts:
                parts.members = []  # type: ignore[attr-defined]  # else it keeps them all
                if info.isreg() and (part := parts.extractfile(info)) is not None:
                    yield Member(PurePosixPath(info.name), _untarred(part))
    except tarfile.TarError as error:
        raise UnreadableError(f"damaged, or cut short: no tar file from here on ({error})") from None
    if not flow.ended:
        raise UnreadableError("truncated: the tar file ends in the middle")
