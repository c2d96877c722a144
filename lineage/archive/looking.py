"""Fingerprints looked up in the segments of an archive.

In which order blocks are read and compared with their checksums does not matter, as long as nothing is answered before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.archive.rows import Keys, Rows
from lineage.archive.segments import REST, REST_BITS, Segment
from lineage.dataclass import dataclass
from lineage.kernel import Room, lookups

Integers = NDArray[np.int64]
_BLOCK = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Holders:
    """Postings by group of equal fingerprints, within one the fresh ones first, then segment by segment; and of each
    group which of the keys that were asked for it has, ascending, how many of its postings are fresh, and how many
    there are: int64[g] each.
    """

    rows: Rows
    which: Integers
    fresh: Integers
    sizes: Integers


def holders(
    segments: Sequence[Segment],
    keys: Keys,
    only: Integers,
    room: Room,
    *,
    spans: bool,
    fresh: tuple[Rows, Integers] | None = None,
) -> Iterator[Holders]:
    """Who holds some ascending keys, in one part or more. Of a key with `only[i]` not negative the postings of that
    article count.

    With `fresh` the groups have those, too, and are of two postings or more: their postings, and where those of each
    key begin, with the end. Raises `ArchiveDamagedError`.
    """
    least = 1 if fresh is None else 2
    rows, starts = fresh or (Rows.none(spans), np.zeros(len(keys) + 1, np.int64))
    for segment in segments:
        segment.foresee(len(keys))

    def check(blocks: Sequence[int]) -> None:
        for number, segment in enumerate(segments if blocks else ()):
            segment.compare({block & _BLOCK for block in blocks if block >> 32 == number})

    told = [segment.told for segment in segments]
    parts = lookups.holders(told, keys, only, rows.columns, starts, least, check, room)
    if parts is None:
        yield _twin(segments, keys, only, rows, starts, least)
    else:
        yield from (Holders(Rows(*columns), *groups) for columns, *groups in parts)


def _twin(
    segments: Sequence[Segment], keys: Keys, only: Integers, fresh: Rows, starts: Integers, least: int
) -> Holders:
    own = np.diff(starts)
    parts, owners = [fresh], [np.repeat(np.arange(len(keys)), own)]
    for segment in segments:
        which, low, high = _narrowed(segment, only, *_located(segment, keys))
        sizes = high - low
        at = np.arange(int(sizes.sum())) + np.repeat(low - (np.cumsum(sizes) - sizes), sizes)
        parts.append(Rows(np.repeat(keys[which], sizes), *segment.values(at)))
        owners.append(np.repeat(which, sizes))
    owner = np.concatenate(owners)
    sizes = np.bincount(owner, minlength=len(keys))
    order = np.argsort(owner, kind="stable")
    which = np.flatnonzero(sizes >= least)
    rows = Rows.joined(parts, fresh.starts is not None).take(order[(sizes >= least)[owner[order]]])
    return Holders(rows, which, own[which], sizes[which])


def _located(segment: Segment, keys: Keys) -> tuple[Integers, Integers, Integers]:
    """Which of some keys have postings in a segment, and from and to where."""
    index, rest = segment.columns["index"], segment.columns["rest"]
    bucket = (keys >> REST_BITS).astype(np.int64)
    low, high = index[bucket].astype(np.int64), index[bucket + 1].astype(np.int64)
    segment.check("rest", low[low < high], high[low < high])
    wanted = (keys & REST).astype(np.uint32)
    first, last = (_bound(rest, low, high, wanted, before) for before in (np.less, np.less_equal))
    which = np.flatnonzero(first < last)
    for column in segment.columns.keys() - {"index", "rest"}:
        segment.check(column, first[which], last[which])
    return which, first[which], last[which]


def _bound(
    rest: NDArray[np.uint32], low: Integers, high: Integers, wanted: NDArray[np.uint32], before: np.ufunc
) -> Integers:
    """The first place between `low` and `high` whose value is not `before` the wanted one."""
    low, high = low.copy(), high.copy()
    while (active := np.flatnonzero(low < high)).size:
        middle = (low[active] + high[active]) >> 1
        behind = before(rest[middle], wanted[active])
        low[active[behind]] = middle[behind] + 1
        high[active[~behind]] = middle[~behind]
    return low


def _narrowed(
    segment: Segment, only: Integers, which: Integers, low: Integers, high: Integers
) -> tuple[Integers, Integers, Integers]:
    """The same, of a key that is for one article only the postings of that, which lie side by side."""
    for i in np.flatnonzero(only[which] >= 0).tolist():
        own = low[i] + np.flatnonzero(segment.columns["articles"][low[i] : high[i]] == only[which[i]])
        low[i], high[i] = (own[0], own[-1] + 1) if len(own) else (high[i], high[i])
    return which, low, high
