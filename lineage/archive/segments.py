"""Segments: sorted fingerprints in a file that never changes, read through a memory map.

A posting takes 14 bytes: 32 bits of the fingerprint (16 more are told by the bucket it stands in), the article's
number, the word at which it begins, and a byte of each of the two words before it and the two behind. Every 16 KB have
a checksum, which is looked at when they are first read: a flipped bit is an error, never a wrong answer.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from lineage import kernel
from lineage.archive.rows import Rows
from lineage.dataclass import dataclass
from lineage.errors import ArchiveDamagedError
from lineage.kernel.postings import merged as merged_columns
from lineage.kernel.postings import told

FORMAT = 2  # of the file; grows when an older program could not read it
BUCKETS = 1 << 16  # by the 16 uppermost bits of a fingerprint: 1,700 postings each with a million articles
BLOCK = 1 << 14  # bytes under one checksum: four pages, 2 µs
CHECKED_AT_ONCE = 1 << 12  # blocks that are in this process's memory while a whole segment is checked: 64 MB
MERGED_AT_ONCE = 1 << 18  # postings sorted at a time while segments are merged: 5 MB, which the caches hold
_HEADER = 4096
REST_BITS = np.uint64(32)
REST = np.uint64(0xFFFFFFFF)

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a segment stand in its file: name to offset and kind."""

    postings: int
    word_bytes: int
    spans: bool

    @property
    def columns(self) -> dict[str, tuple[int, np.dtype[Any], int]]:
        """Name to offset in bytes, kind and number of values."""
        kinds = {"index": "<u4", "rest": "<u4", "articles": "<u4", "words": f"<u{self.word_bytes}", "contexts": "<u4"}
        if self.spans:
            kinds |= {"starts": "<u4", "lengths": "<u2"}
        found: dict[str, tuple[int, np.dtype[Any], int]] = {}
        at = _HEADER
        for name, kind in kinds.items():
            count = BUCKETS + 1 if name == "index" else self.postings
            found[name] = (at, np.dtype(kind), count)
            at += -(-count * np.dtype(kind).itemsize // 64) * 64
        return found

    @property
    def sums(self) -> int:
        """Where the checksums begin: behind the last column, which begin at a whole block."""
        offset, kind, count = list(self.columns.values())[-1]
        return -(-(offset + count * kind.itemsize) // BLOCK) * BLOCK


def write(folder: Path, parts: Iterable[Rows], postings: int, *, widest: int, spans: bool) -> tuple[str, str]:
    """Write sorted postings as a segment; its name and the digest of its header. Nothing refers to it yet.

    `parts` are sorted within and among each other, `postings` in all; `widest` is the greatest word number.
    """
    name = f"{os.urandom(8).hex()}.seg"
    layout = Layout(postings, 2 if widest < 1 << 16 else 4, spans)
    path = folder / name
    try:
        with open(path, "w+b") as file:
            _fill(file.fileno(), layout, parts)
            digest = _seal(file.fileno(), layout)
            os.fsync(file.fileno())
        _sync_folder(folder)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name, digest


def _fill(file: int, layout: Layout, parts: Iterable[Rows]) -> None:
    columns = layout.columns
    os.ftruncate(file, layout.sums)
    sizes = np.zeros(BUCKETS, np.int64)
    done = 0
    for part in parts:
        rest = (part.keys & REST).astype("<u4")
        sizes += np.bincount((part.keys >> REST_BITS).astype(np.int64), minlength=BUCKETS)
        values: dict[str, NDArray[Any] | None] = {
            "rest": rest, "articles": part.articles, "words": part.words, "contexts": part.contexts,
            "starts": part.starts, "lengths": part.lengths,
        }  # fmt: skip
        for name, column in values.items():
            if column is not None:
                offset, kind, _ = columns[name]
                _put(file, column.astype(kind, copy=False), offset + done * kind.itemsize)
        done += len(part)
    assert done == layout.postings, "a segment's postings were miscounted"
    _put(file, np.concatenate([[0], np.cumsum(sizes)]).astype("<u4"), columns["index"][0])


def _put(file: int, column: NDArray[Any], offset: int) -> None:
    data = np.ascontiguousarray(column).view(np.uint8).data if len(column) else memoryview(b"")
    done = 0
    while done < len(data):
        done += os.pwrite(file, data[done:], offset + done)


def _seal(file: int, layout: Layout) -> str:
    """Write the checksums and the header; the header's digest."""
    sums = np.fromiter(_sums(file, layout.sums), np.uint64)
    _put(file, sums.astype("<u8"), layout.sums)
    said = {
        "segment": FORMAT,
        "postings": layout.postings,
        "word_bytes": layout.word_bytes,
        "spans": layout.spans,
        "sums": xxhash.xxh3_64_hexdigest(sums.astype("<u8").tobytes()),
    }
    head = json.dumps(said).encode()
    _put(file, np.frombuffer(head.ljust(_HEADER, b"\0"), np.uint8), 0)
    return xxhash.xxh3_128_hexdigest(head)


def _sums(file: int, end: int) -> Iterator[int]:
    for offset in range(_HEADER, end, BLOCK):
        yield xxhash.xxh3_64_intdigest(os.pread(file, min(BLOCK, end - offset), offset))


def _sync_folder(folder: Path) -> None:
    """Make sure that a new name in a folder outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Segment:
    """A segment that is open for reading. Any number of threads may read at once."""

    def __init__(self, path: Path, digest: str) -> None:
        self.path = path
        try:
            with open(path, "rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raise self._damaged("it is empty") from None
        head = self._map[:_HEADER].rstrip(b"\0")
        if xxhash.xxh3_128_hexdigest(head) != digest:
            raise self._damaged("its header is not the one that was written")
        said: Mapping[str, Any] = json.loads(head)
        self.layout = Layout(said["postings"], said["word_bytes"], said["spans"])
        self._places, self._end = self.layout.columns, self.layout.sums
        blocks = -(-(self._end - _HEADER) // BLOCK)
        if len(self._map) != self._end + 8 * blocks:
            raise self._damaged(f"it has {len(self._map):,} bytes instead of {self._end + 8 * blocks:,}")
        self._sums = np.frombuffer(self._map, "<u8", blocks, self._end)
        if xxhash.xxh3_64_hexdigest(self._sums.tobytes()) != said["sums"]:
            raise self._damaged("its checksums are damaged")
        self._seen = np.zeros(blocks, bool)
        self.columns = {
            name: np.frombuffer(self._map, kind, count, offset) for name, (offset, kind, count) in self._places.items()
        }
        self.told = told(self.columns, np.frombuffer(self._map, np.uint8, offset=_HEADER), self._seen)
        self.whole = False  # whether every block was compared with its checksum
        self.check("index", np.zeros(1, np.int64), np.array([BUCKETS + 1]))

    def __len__(self) -> int:
        return self.layout.postings

    def _damaged(self, what: str) -> ArchiveDamagedError:
        return ArchiveDamagedError(f"{self.path}: {what}; restore it from a backup, or scan the input again")

    def check(self, column: str, low: Integers, high: Integers) -> None:
        """Compare the checksums of the blocks that hold values `low[i]:high[i]` of a column, once; none is empty."""
        if self.whole:
            return
        offset, kind, _ = self._places[column]
        first = (low * kind.itemsize + (offset - _HEADER)) // BLOCK
        last = (high * kind.itemsize + (offset - _HEADER - 1)) // BLOCK
        unseen = {*first[~self._seen[first]].tolist(), *last[~self._seen[last]].tolist()}
        for between in np.flatnonzero(last - first > 1).tolist():
            blocks = range(int(first[between]), int(last[between]))
            unseen.update(block for block in blocks if not self._seen[block])
        self.compare(unseen)

    def compare(self, blocks: Collection[int]) -> None:
        """Compare blocks with their checksums."""
        for block in sorted(blocks):
            self._check_block(block)
        if blocks and self._seen.all():
            self._all_seen()

    def foresee(self, keys: int) -> None:
        """Be ready for the look-up of so many keys: of more than there are blocks it touches all, and these are
        compared with their checksums more quickly in their order.
        """
        if self.whole or keys <= len(self._seen):
            return
        for number, block in enumerate(np.flatnonzero(~self._seen).tolist()):
            self._check_block(block)
            if number % CHECKED_AT_ONCE == 0:
                self.let_go()
        self._all_seen()
        self.let_go()

    def _all_seen(self) -> None:
        self.whole = True
        self.told[-1] = 0

    def let_go(self) -> None:
        """Have no part of the file in this process's memory but what is asked for next; the system keeps it at hand."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def _check_block(self, block: int) -> None:
        start = _HEADER + block * BLOCK
        data = memoryview(self._map)[start : min(start + BLOCK, self._end)]
        if xxhash.xxh3_64_intdigest(data) != self._sums[block]:
            raise self._damaged(f"bytes from {start:,} on have changed since they were written")
        self._seen[block] = True

    def verify(self) -> Iterator[str]:
        """What is wrong with it, block by block; nothing if it is whole."""
        for block in range(len(self._seen)):
            try:
                self._check_block(block)
            except ArchiveDamagedError as error:
                yield str(error)

    def check_part(self, first: int, last: int) -> int:
        """Check the postings of the buckets `first:last`; how many they are."""
        low, high = self.columns["index"][[first, last]].tolist()
        if low < high:
            for column in self.columns.keys() - {"index"}:
                self.check(column, np.array([low]), np.array([high]))
        return int(high - low)

    def part(self, first: int, last: int) -> Rows:
        """All postings of the buckets `first:last`."""
        if not self.check_part(first, last):
            return Rows.none(self.layout.spans)
        index = self.columns["index"]
        low, high = int(index[first]), int(index[last])
        buckets = np.repeat(np.arange(first, last, dtype=np.uint64), np.diff(index[first : last + 1]))
        keys = buckets << REST_BITS | self.columns["rest"][low:high]
        return Rows(keys, *self.values(slice(low, high)))

    def values(self, at: Any) -> list[Any]:
        """The columns of some postings, behind the keys'. Nothing is checked."""
        names = ("articles", "words", "contexts", *(("starts", "lengths") if self.layout.spans else ()))
        found = [self.columns[name][at] for name in names]
        found[1] = found[1].astype(np.uint32)
        return found


def merged(segments: Sequence[Segment]) -> Iterator[Rows]:
    """All postings of some segments, sorted, a range of buckets at a time. They hold until the next are asked for."""
    total = sum(map(len, segments))
    parts = max(1, -(-total // MERGED_AT_ONCE))
    bounds = np.linspace(0, BUCKETS, parts + 1).astype(int).tolist()
    room = kernel.Room()
    for first, last in pairwise(bounds):
        yield _merged(segments, first, last, room)
        for segment in segments:
            segment.let_go()


def _merged(segments: Sequence[Segment], first: int, last: int, room: kernel.Room) -> Rows:
    """The postings of the buckets `first:last`, sorted."""
    if not segments[0].layout.spans:
        size = sum(segment.check_part(first, last) for segment in segments)
        made = merged_columns([segment.told for segment in segments], first, last, size, room)
        if made is not None:
            return Rows(*made)
    return Rows.joined([segment.part(first, last) for segment in segments], segments[0].layout.spans).sorted()
