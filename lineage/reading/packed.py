"""Bytes of files, plain or packed with gzip or Zstandard, in blocks; a file that was cut short is an error.

Both libraries' own stream readers can end without a word where a file was cut (zstandard's does), so the packed
frames are followed here, to the end of the last one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

from lineage.reading.limits import Limits

BLOCK = 1 << 18  # bytes read at a time
SUFFIXES = (".gz", ".zst")


class UnreadableError(Exception):
    """The bytes end, or cannot be understood, from here on. The message says why."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def blocks(path: Path, limits: Limits) -> Iterator[bytes]:
    """The unpacked bytes of a file, by its suffix. Raises `UnreadableError` where they stop being trustworthy."""
    with path.open("rb") as file:
        if path.suffix == ".gz":
            yield from _unpacked(file, "gzip", limits)
        elif path.suffix == ".zst":
            yield from _unpacked(file, "zstd", limits)
        else:
            yield from _bounded(iter(lambda: file.read(BLOCK), b""), limits)


def _bounded(pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limits.file_bytes:
            raise UnreadableError(f"stopped at {limits.file_bytes:,} bytes, the limit for one file")
        yield piece


def _unpacker(kind: str) -> _Unpacker:
    if kind == "gzip":
        return zlib.decompressobj(wbits=31)
    return zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()


def _unpacked(file: BinaryIO, kind: str, limits: Limits) -> Iterator[bytes]:
    """The contents of all frames (gzip: members) of a packed file."""
    unpacker: _Unpacker | None = None
    packed = unpacked = 0
    while data := file.read(BLOCK if packed else 4096):
        packed += len(data)
        while data:
            if unpacker is None:
                unpacker = _unpacker(kind)
            for step in range(0, len(data), 4096):  # small steps: what one yields is bounded even for a bomb
                piece = _decompress(unpacker, data[step : step + 4096], kind)
                unpacked += len(piece)
                _refuse_bomb(packed, unpacked, limits)
                if piece:
                    yield piece
                if unpacker.eof:
                    data = unpacker.unused_data + data[step + 4096 :]
                    unpacker = None
                    break
            else:
                data = b""
            if unpacker is None and not data.strip(b"\0"):
                break
    if unpacker is not None:
        raise UnreadableError(f"truncated: the {kind} data end in the middle")


def _decompress(unpacker: _Unpacker, data: bytes, kind: str) -> bytes:
    try:
        return unpacker.decompress(data)
    except (zlib.error, zstandard.ZstdError) as error:
        raise UnreadableError(f"damaged: the {kind} data cannot be unpacked ({error})") from None


def _refuse_bomb(packed: int, unpacked: int, limits: Limits) -> None:
    if unpacked > limits.file_bytes:
        raise UnreadableError(f"stopped at {limits.file_bytes:,} unpacked bytes, the limit for one file")
    if unpacked > limits.ratio_from and unpacked > limits.ratio * packed:
        raise UnreadableError(f"stopped: it unpacks to more than {limits.ratio:.0f} times its size, like a bomb")


def lines(pieces: Iterator[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Lines, split at `\\n` only, with their numbers from 1; None for a line longer than `limit` bytes."""
    number = 1
    rest: list[bytes] = []
    held = 0
    for piece in pieces:
        *ended, last = piece.split(b"\n")
        for end in ended:
            held += len(end)
            yield number, None if held > limit else b"".join([*rest, end])
            number += 1
            rest, held = [], 0
        held += len(last)
        if held > limit:
            rest = []
        elif last:
            rest.append(last)
    if held:
        yield number, None if held > limit else b"".join(rest)
