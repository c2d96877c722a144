"""Fingerprints looked up in segments: in C, in numpy, and one by one."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lineage import kernel
from lineage.archive import looking
from lineage.archive.rows import Keys, Rows
from lineage.archive.segments import Segment, write
from lineage.errors import ArchiveDamagedError
from lineage.kernel import Room, lookups

SMALL = st.lists(st.integers(0, (1 << 18) - 1), max_size=60)


@settings(max_examples=60, deadline=None)
@given(SMALL, SMALL, st.sampled_from([1, 0xFFFFFFFF // 0xFFFF]), st.integers(0, 2**32))
def test_few_postings(held: list[int], wanted: list[int], spread: int, seed: int) -> None:
    """Of keys that crowd at the ends of few buckets, and of keys that are spread over one."""
    keys, asked = (
        np.sort(np.array([(key >> 16) << 32 | (key & 0xFFFF) * spread for key in some], np.uint64))
        for some in (held, wanted)
    )
    assert_found(keys, np.unique(asked), seed)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([65, 512, 700, 5000]), st.integers(0, 40), st.integers(0, 2**32))
def test_large_buckets(size: int, bits: int, seed: int) -> None:
    """Of keys that are spread over a bucket, or crowd at its beginning or its end, or are few and often there."""
    rng = np.random.default_rng(seed)
    some = rng.integers(0, 1 << min(bits, 32), 2 * size, dtype=np.uint64)
    some = some << np.uint64(32 - min(bits, 32)) if bits % 3 == 0 else some
    some = np.uint64(0xFFFFFFFF) - some if bits % 3 == 1 else some
    assert_found(np.sort(some[:size]) + np.uint64(7 << 32), np.unique(some[size // 2 :]) + np.uint64(7 << 32), seed)


def test_many_keys(tmp_path: Path) -> None:
    """Of all that are asked for a segment compares every block with its checksum before it is looked through."""
    keys = np.arange(40_000, dtype=np.uint64) << np.uint64(32)
    segments = opened(tmp_path, written(tmp_path, keys, 1))
    assert not any(segment.whole for segment in segments)
    found(segments, keys, np.full(len(keys), -1), spans=True)
    assert all(segment.whole for segment in segments)


@pytest.mark.parametrize("library", [kernel.library(), None])
@pytest.mark.parametrize("column", ["rest", "articles", "words", "contexts", "starts", "lengths"])
def test_nothing_is_answered_from_a_damaged_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, library: Any
) -> None:
    monkeypatch.setattr(kernel, "library", lambda: library)
    keys = np.sort(np.random.default_rng(1).integers(0, 1 << 48, 9_000).astype(np.uint64))
    names = written(tmp_path, keys, 1)
    there, absent = keys[4_000:4_001], keys[4_000:4_001] ^ np.uint64(1)  # the segments have the keys in turn
    assert len(found(opened(tmp_path, names), there, NONE, spans=True)) == 1
    offset, kind, _ = opened(tmp_path, names)[4_000 % 3].layout.columns[column]
    with open(tmp_path / names[4_000 % 3][0], "r+b") as file:
        file.seek(offset + kind.itemsize * (4_000 // 3))
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 4]))
    with pytest.raises(ArchiveDamagedError, match="have changed since they were written"):
        found(opened(tmp_path, names), there, NONE, spans=True)
    if column == "rest":
        with pytest.raises(ArchiveDamagedError, match="have changed since they were written"):
            found(opened(tmp_path, names), absent, NONE, spans=True)
    else:
        assert not found(opened(tmp_path, names), absent, NONE, spans=True)


NONE = np.full(1, -1)


def written(folder: Path, keys: Keys, seed: int) -> list[tuple[str, str]]:
    """Three segments of postings with some ascending keys, with their digests; with characters where the seed is odd,
    with words beyond 65,535 of every fifth.
    """
    rng = np.random.default_rng(seed)
    columns = [rng.integers(0, bound, len(keys)) for bound in (4, 400, 1 << 32, 1 << 32, 1 << 16)]
    kinds = [*[np.uint32] * 4, np.uint16][: 5 if seed % 2 else 3]
    postings = Rows(keys, *(column.astype(kind) for column, kind in zip(columns, kinds, strict=False)))  # type: ignore[arg-type]
    parts = [postings.take(np.flatnonzero(np.arange(len(keys)) % 3 == number)) for number in range(3)]
    parts = [part.take(np.lexsort((part.articles, part.keys))) for part in parts]
    widest = 400 if seed % 5 else 70_000
    return [write(folder, [part], len(part), widest=widest, spans=bool(seed % 2)) for part in parts]


def opened(folder: Path, names: list[tuple[str, str]]) -> list[Segment]:
    return [Segment(folder / name, digest) for name, digest in names]


def found(segments: list[Segment], asked: Keys, only: NDArray[np.int64], spans: bool) -> list[tuple[int, ...]]:
    """The postings that are found, with the place of the key of each, segment by segment within one."""
    rows: list[tuple[int, ...]] = []
    for part in looking.holders(segments, asked, only, Room(), spans=spans):
        assert (part.sizes > 0).all()
        assert not part.fresh.any()
        owner = np.repeat(part.which, part.sizes).tolist()
        rows += zip(owner, *(column.tolist() for column in part.rows.columns), strict=True)
    return rows


def plainly(segments: list[Segment], asked: Keys, only: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """The same, posting by posting."""
    place = {key: at for at, key in enumerate(asked.tolist())}
    rows = chain(*(zip(*(c.tolist() for c in s.part(0, 1 << 16).columns), strict=True) for s in segments))
    some = [(place[row[0]], *row) for row in rows if row[0] in place]
    return sorted([row for row in some if only[row[0]] in (-1, row[2])], key=lambda row: row[0])


def assert_found(keys: Keys, asked: Keys, seed: int) -> None:
    """Of three segments, and some keys of which one article's postings count. Kernel and twin find what is there, in
    one call or more, and compare the same blocks with their checksums.
    """
    rng = np.random.default_rng(seed)
    only = np.where(rng.random(len(asked)) < 0.3, rng.integers(0, 5, len(asked)), -1)
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        names = written(Path(place), keys, seed)
        patch.setattr(lookups, "_MOST", (1, 10, 1 << 18)[seed % 3])
        patch.setattr(lookups, "_BLOCKS", 1 if seed % 7 else 1 << 12)
        mine = opened(Path(place), names)
        told = found(mine, asked, only, bool(seed % 2))
        assert told == plainly(opened(Path(place), names), asked, only)
        patch.setattr(kernel, "library", lambda: None)
        twin = opened(Path(place), names)
        assert found(twin, asked, only, bool(seed % 2)) == told
        assert [s._seen.tolist() for s in mine] == [s._seen.tolist() for s in twin]
