"""Texts as an archive keeps them: compressed, some together, one block after another in a file that only grows.

A block is a zstd frame with a checksum. It holds how many texts there are and how many bytes each takes, 32 bits each,
and the texts in UTF-8. Where it stands is told by the catalogue: what no row refers to was left by a run that was
stopped, and is written over.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import zstandard

TEXTS = "archive.texts"
TOGETHER = 6_000  # bytes in a block: two articles, which take a fifth less time than each for itself, and a twentieth
# less room; with four it is a third and a tenth, but who reads one reads all of them, 6 µs each
WRITTEN = 256  # blocks written at once: half a megabyte, which the caches hold
LEVEL = 1  # of zstd: real articles 2.1 times smaller at 18 µs each; level 3 takes half as long again and saves 2 %

Block = tuple[int, bytes]  # how many texts, and these as they are kept


def packed(texts: Sequence[str]) -> Iterator[Block]:
    """Texts as they are kept, in their order."""
    compress = zstandard.ZstdCompressor(LEVEL, write_checksum=True).compress
    some: list[bytes] = []
    size = 0
    for text in texts:
        some.append(text.encode("utf-8", "surrogatepass"))
        size += len(some[-1])
        if size >= TOGETHER:
            yield len(some), compress(_laid(some))
            some, size = [], 0
    if some:
        yield len(some), compress(_laid(some))


def _laid(some: Sequence[bytes]) -> bytes:
    return b"".join([struct.pack(f"<{len(some) + 1}I", len(some), *map(len, some)), *some])


class _Unpacker(threading.local):
    """What unpacks blocks, for each thread."""

    def __init__(self) -> None:
        self.decompress = zstandard.ZstdDecompressor().decompress


class Texts:
    """The file of an archive's texts. Any number of threads may read at once."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / TEXTS
        self._own = _Unpacker()
        self._guard = threading.Lock()
        self._file: int | None = None

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            if self._file is not None:
                os.close(self._file)
            self._file = None

    def write(self, blocks: Sequence[Block], place: int) -> None:
        """Write blocks from a byte on, so that they outlive a power cut. Raises `OSError`."""
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            for low in range(0, len(blocks), WRITTEN):
                data = memoryview(b"".join(kept for _, kept in blocks[low : low + WRITTEN]))
                while data:
                    done = os.pwrite(file, data, place)
                    place, data = place + done, data[done:]
            os.fsync(file)
        finally:
            os.close(file)

    def read(self, place: int, size: int) -> list[bytes]:
        """The texts of the block that stands there, in UTF-8 (surrogates included). Raises `OSError`, and `ValueError`
        if it is damaged.
        """
        with self._guard:
            if self._file is None:
                self._file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            data: bytes = self._own.decompress(os.pread(self._file, size, place))
            (count,) = struct.unpack_from("<I", data)
            sizes = struct.unpack_from(f"<{count}I", data, 4)
        except (zstandard.ZstdError, struct.error) as error:
            raise ValueError(str(error)) from None
        return [data[low:high] for low, high in pairwise(accumulate(sizes, initial=4 * count + 4))]
