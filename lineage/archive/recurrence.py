"""Which fingerprints of an archive recur in article after article, and which have too many holders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.archive import looking
from lineage.archive.joining import Entries
from lineage.archive.marks import CANDIDATE, CROWDED, FURNITURE, GROWN, PLAIN, STALE, WAITING, Marks
from lineage.archive.register import Register
from lineage.archive.rows import Keys, Rows, among
from lineage.archive.segments import BUCKETS, Segment
from lineage.dataclass import dataclass
from lineage.kernel import Room
from lineage.overlap.candidates import MERGE_GAP, begins
from lineage.overlap.recurrence import LEAST_HOLDERS, Groups, furniture, passages

STRETCH = 64  # parts in which all postings are looked through
AT_ONCE = 256  # fingerprints whose holders are read before the segments' pages are let go: these are 100 MB


@dataclass(frozen=True, slots=True)
class Aside:
    """A passage that is set aside: words `first` to `last` (which begin a shingle) of an article that holds it."""

    article: int
    first: int
    last: int
    holders: int


def look(entries: Entries, register: Register, marks: Marks, max_holders: int) -> set[int]:
    """Mark what the groups with fresh postings have become: candidates for furniture, and crowded fingerprints.

    Returns the articles whose pairs are to be found anew: those that were paired with each other before a fingerprint
    of theirs became crowded, those that have ceased to be the first holder, and those that have become it. Until then
    that fingerprint is `WAITING`, since there may be yet another first before.
    """
    crowded, _ = marks.crowded().among(entries.keys)
    again = _outranked(entries, np.flatnonzero(crowded), register, marks)
    chosen = entries.kept(~crowded & (entries.sizes >= LEAST_HOLDERS))
    articles = chosen.rows.articles.astype(np.int64)
    group = np.repeat(np.arange(len(chosen.keys)), chosen.sizes)
    owner = register.outlets[articles].astype(np.int64)
    _mark_candidates(chosen.keys, Groups.of(group, owner, len(chosen.keys)).crowded, marks)
    for number in np.flatnonzero(chosen.sizes > max_holders).tolist():
        own = articles[chosen.opens[number] : chosen.opens[number + 1]]
        key = int(chosen.keys[number])
        first = int(own[np.argmin(register.ranks[own])])
        marks.put(key, CROWDED, True, first)
        if not marks.is_aside(key):  # else nobody was paired because of it
            marks.put(key, WAITING, True)
            again.update([first, *own[chosen.fresh[number] :].tolist()])
    return again


def _outranked(entries: Entries, groups: NDArray[np.int64], register: Register, marks: Marks) -> set[int]:
    """Of groups that were crowded before: the first holders that are first no more, and those that are now."""
    again: set[int] = set()
    for number in groups.tolist():
        key, begin = int(entries.keys[number]), int(entries.opens[number])
        fresh = entries.rows.articles[begin : begin + int(entries.fresh[number])]
        first, before = int(fresh[np.argmin(register.ranks[fresh])]), marks.first(key)
        marks.put(key, GROWN, True)
        if register.ranks[first] < register.ranks[before]:
            marks.put(key, CROWDED, True, first)
            if not marks.is_aside(key):
                marks.put(key, WAITING, True)
                again.update((first, before))
    return again


def _mark_candidates(keys: Keys, candidate: NDArray[np.bool_], marks: Marks) -> None:
    """Mark which of some groups are candidates for furniture."""
    for key, there in zip(keys.tolist(), candidate.tolist(), strict=True):
        if there or key in marks.held:
            if not there and marks.has(key, CANDIDATE) and not marks.has(key, FURNITURE | PLAIN):
                marks.put(key, STALE, True)
            marks.put(key, CANDIDATE, there)
            if not there:
                marks.put(key, PLAIN, False)


def decide(segments: Sequence[Segment], register: Register, marks: Marks, spans: bool) -> list[Aside]:
    """Mark which candidates are furniture now, and name the passages. Where that has changed, the mark is stale.

    Of a fingerprint that has got more holders since it became crowded it is told first whether it is a candidate. All
    holders are looked at, in the order in which the segments have them.
    """
    keys = marks.with_bit(CANDIDATE | GROWN)
    parts = list(holders(segments, keys))
    rows = Rows.joined([part for part, _ in parts], spans)
    group = np.concatenate([np.empty(0, np.int64), *(own for _, own in parts)])
    articles = rows.articles.astype(np.int64)
    groups = Groups.of(group, register.outlets[articles].astype(np.int64), len(keys))
    found = furniture(groups, group, articles, register.prints.astype(np.int64))
    grown = among(keys, marks.with_bit(GROWN))
    _mark_candidates(keys[grown], groups.crowded[grown], marks)
    for key in keys[grown].tolist():
        marks.put(key, GROWN, False)
    now = set(keys[found].tolist())
    for key in marks.with_bit(CANDIDATE | FURNITURE).tolist():
        bit = FURNITURE if key in now else PLAIN
        if not marks.has(key, bit):
            marks.put(key, STALE, True)
        marks.put(key, FURNITURE, key in now)
        marks.put(key, PLAIN, key not in now and marks.has(key, CANDIDATE))
    at = _examples(group, found, register.ranks[articles], rows.words)
    columns = passages(articles[at], rows.words[at].astype(np.int64), groups.sizes[group[at]], MERGE_GAP)
    return [Aside(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _examples(
    group: NDArray[np.int64], wanted: NDArray[np.bool_], ranks: NDArray[np.uint64], words: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """The posting that stands for each of the wanted groups, by rank and word: of its first holder by rank the first
    word, so that it is the same one whichever came first.
    """
    least = np.full(len(wanted), ~np.uint64(0))
    np.minimum.at(least, group, ranks)
    at = np.flatnonzero(wanted[group] & (ranks == least[group]))
    at = at[np.lexsort((words[at], group[at]))]
    at = at[begins(group[at])]
    return at[np.lexsort((words[at], ranks[at]))]


def holders(segments: Sequence[Segment], keys: Keys) -> Iterator[tuple[Rows, NDArray[np.int64]]]:
    """The postings with one of some ascending keys, part by part, and which key each has: of one key in the order of
    the segments.
    """
    room = Room()
    for low in range(0, len(keys), AT_ONCE):
        some = keys[low : low + AT_ONCE]
        for segment in segments:
            for part in looking.holders([segment], some, np.full(len(some), -1), room, spans=segment.layout.spans):
                yield part.rows, low + np.repeat(part.which, part.sizes)
            segment.let_go()


def postings_of(segments: Sequence[Segment], numbers: NDArray[np.int64], spans: bool) -> Rows:
    """All postings of some articles, sorted, those with one key by article. Every segment is read through."""
    parts: list[Rows] = []
    step = BUCKETS // STRETCH
    for segment in segments:
        for first in range(0, BUCKETS, step):
            rows = segment.part(first, first + step)
            parts.append(rows.take(np.isin(rows.articles, numbers)))
            segment.let_go()
    rows = Rows.joined(parts, spans)
    return rows.take(np.argsort(rows.articles, kind="stable")).sorted()
