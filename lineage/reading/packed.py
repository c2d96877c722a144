"""Bytes of files, plain or packed with gzip, Zstandard, xz or bzip2, in blocks; one that was cut short is an error.

Libraries' own stream readers can end without a word where a file was cut (zstandard's does), so the packed
frames are followed here, to the end of the last one. Only a cut exactly between two frames cannot be told.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol, cast

import zstandard

from lineage.reading.limits import Limits

BLOCK = 1 << 18  # bytes read, and handed on, at a time
STEP = 1 << 12  # packed bytes unpacked at a time: what a step yields is bounded even for a bomb (zstd: 134 MB)
WINDOW = 1 << 27  # bytes of memory a zstd frame or xz stream may ask for; what the zstd program allows without `--long`


class UnreadableError(Exception):
    """The bytes end, or cannot be understood, from here on. The message says why."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


PACKINGS: Mapping[str, tuple[str, Callable[[], _Unpacker]]] = {
    ".gz": ("gzip", lambda: zlib.decompressobj(wbits=31)),
    ".zst": ("zstd", lambda: zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()),
    ".xz": ("xz", lambda: lzma.LZMADecompressor(memlimit=WINDOW)),
    ".bz2": ("bzip2", bz2.BZ2Decompressor),
}
SUFFIXES = tuple(PACKINGS)


def packing(name: str) -> str | None:
    """The suffix that tells how a file is packed, None if it is not."""
    suffix = PurePath(name).suffix.lower().replace(".tgz", ".gz")
    return suffix if suffix in PACKINGS else None


def blocks(path: Path, limits: Limits, count: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """The unpacked bytes of a file, by its suffix. Raises `UnreadableError` where they stop being trustworthy.

    `count` is told how many bytes of the file were read, each time.
    """
    with path.open("rb", buffering=0) as file:  # a pipe then gives what there is, and does not wait for a whole block
        pieces = iter(lambda: file.read(BLOCK), b"")
        yield from unpacked(path.name, pieces if count is None else _counted(pieces, count), limits)


def _counted(pieces: Iterator[bytes], count: Callable[[int], None]) -> Iterator[bytes]:
    for piece in pieces:
        count(len(piece))
        yield piece


def arriving(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """The bytes of an open file, as they come. Raises `UnreadableError` at the limit for one file."""
    read = getattr(file, "read1", file.read)
    return bounded(iter(lambda: cast(bytes, read(BLOCK)), b""), limits)


def bounded(pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """The same pieces; raises `UnreadableError` at the limit for one file."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limits.file_bytes:
            raise UnreadableError(f"stopped at {limits.file_bytes:,} bytes, the limit for one file")
        yield piece


def ahead(pieces: Iterator[bytes], size: int, enough: Callable[[bytes], object]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, until they are `enough`, or `size`, or all, without a byte order mark; and all bytes so."""
    head = b""
    while len(head) < size and not enough(head) and (piece := next(pieces, b"")):
        head += piece
    head = head.removeprefix(b"\xef\xbb\xbf")
    return head, chain([head], pieces)


def begun(head: bytes) -> bytes:
    """The beginning of a file without a byte order mark and blanks."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()


def unpacked(name: str, pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """The unpacked bytes of a file that is called `name`, of whose bytes `pieces` are all."""
    suffix = packing(name)
    return bounded(pieces, limits) if suffix is None else _frames(pieces, *PACKINGS[suffix], limits)


def _frames(pieces: Iterator[bytes], kind: str, fresh: Callable[[], _Unpacker], limits: Limits) -> Iterator[bytes]:
    """The contents of all frames (gzip: members) of a packed file; zeros after a frame are padding."""
    unpacker: _Unpacker | None = None
    packed = held = frames = 0
    for data in pieces:
        at = 0
        while at < len(data):
            if unpacker is None:
                if frames and data[at] == 0:
                    at += 1
                    continue
                unpacker = fresh()
                frames += 1
            step = data[at : at + STEP]
            piece = _decompress(unpacker, step, kind)
            used = len(step) - len(unpacker.unused_data)
            at += used
            packed += used
            held += len(piece)
            refuse_bomb(packed, held, limits)
            for start in range(0, len(piece), BLOCK):
                yield piece[start : start + BLOCK]
            if unpacker.eof:
                unpacker = None
    if unpacker is not None:
        raise UnreadableError(f"truncated: the {kind} data end in the middle")
    if not frames:
        raise UnreadableError(f"truncated: no {kind} data at all")


def _decompress(unpacker: _Unpacker, data: bytes, kind: str) -> bytes:
    try:
        return unpacker.decompress(data)
    except (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError) as error:
        raise UnreadableError(f"damaged: the {kind} data cannot be unpacked ({error})") from None


def refuse_bomb(packed: int, unpacked: int, limits: Limits) -> None:
    """Raise `UnreadableError` if so many bytes cannot honestly have come of so few."""
    if unpacked > limits.file_bytes:
        raise UnreadableError(f"stopped at {limits.file_bytes:,} unpacked bytes, the limit for one file")
    if unpacked > limits.ratio_from and unpacked > limits.ratio * packed:
        raise UnreadableError(f"stopped: it unpacks to more than {limits.ratio:.0f} times its size, like a bomb")


def too_long(limit: int) -> str:
    """Why a record was not read that is longer than `limit` bytes."""
    return f"longer than {limit:,} bytes, the limit for one record"


def lines(pieces: Iterator[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Lines, split at `\\n` only, with their numbers from 1; None for a line longer than `limit` bytes."""
    number = 1
    rest: list[bytes] = []
    held = 0
    for piece in pieces:
        *ended, last = piece.split(b"\n")
        for end in ended:
            held += len(end)
            yield number, None if held > limit else b"".join([*rest, end]) if rest else end
            number += 1
            rest, held = [], 0
        held += len(last)
        if held > limit:
            rest = []
        elif last:
            rest.append(last)
    if held:
        yield number, None if held > limit else b"".join(rest)
