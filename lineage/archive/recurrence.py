"""Which fingerprints of an archive recur in article after article, and which have too many holders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.archive.joining import Entries
from lineage.archive.marks import CANDIDATE, CROWDED, FURNITURE, GROWN, PLAIN, STALE, Marks
from lineage.archive.register import Register
from lineage.archive.rows import Keys, Rows
from lineage.archive.segments import BUCKETS, Segment
from lineage.overlap.candidates import MERGE_GAP, Holders, Postings
from lineage.overlap.recurrence import LEAST_HOLDERS, PER_OUTLET, recurring

STRETCH = 64  # parts in which all postings are looked through


@dataclass(frozen=True, slots=True)
class Aside:
    """A passage that is set aside: words `first` to `last` (which begin a shingle) of an article that holds it."""

    article: int
    first: int
    last: int
    holders: int


def look(entries: Entries, register: Register, marks: Marks, max_holders: int) -> set[int]:
    """Mark what the groups with fresh postings have become: candidates for furniture, and crowded fingerprints.

    Returns the articles whose pairs hold no longer: those that were paired with each other before a fingerprint of
    theirs became crowded, and those that have ceased to be the first holder.
    """
    crowded, _ = marks.crowded().among(entries.keys)
    again = _outranked(entries, np.flatnonzero(crowded), register, marks)
    chosen = entries.kept(~crowded & (entries.sizes >= LEAST_HOLDERS))
    articles = chosen.rows.articles.astype(np.int64)
    _mark_candidates(chosen.keys, chosen.sizes, articles, register, marks)
    for number in np.flatnonzero(chosen.sizes > max_holders).tolist():
        own = articles[chosen.opens[number] : chosen.opens[number + 1]]
        key = int(chosen.keys[number])
        marks.put(key, CROWDED, True, int(own[np.argmin(register.ranks[own])]))
        if not marks.is_aside(key):  # else nobody was paired because of it
            again.update(own[chosen.fresh[number] :].tolist())
    return again


def _outranked(entries: Entries, groups: NDArray[np.int64], register: Register, marks: Marks) -> set[int]:
    """Of groups that were crowded before: the first holders that are first no more."""
    again: set[int] = set()
    for number in groups.tolist():
        key, begin = int(entries.keys[number]), int(entries.opens[number])
        fresh = entries.rows.articles[begin : begin + int(entries.fresh[number])]
        first, before = int(fresh[np.argmin(register.ranks[fresh])]), marks.first(key)
        marks.put(key, GROWN, True)
        if register.ranks[first] < register.ranks[before]:
            marks.put(key, CROWDED, True, first)
            if not marks.is_aside(key):
                again.add(before)
    return again


def _mark_candidates(
    keys: Keys, sizes: NDArray[np.int64], articles: NDArray[np.int64], register: Register, marks: Marks
) -> None:
    """Mark which of some groups are candidates for furniture: `articles` are all holders, group by group."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    owner = register.outlets[articles].astype(np.int64)
    wide = int(owner.max(initial=0)) + 1
    spread = np.bincount(np.unique(group[owner >= 0] * wide + owner[owner >= 0]) // wide, minlength=len(sizes))
    known = np.bincount(group[owner >= 0], minlength=len(sizes))
    candidate = (known == sizes) & (sizes >= PER_OUTLET * np.maximum(spread, 1))
    for key, there in zip(keys.tolist(), candidate.tolist(), strict=True):
        if there or key in marks.held:
            if not there and marks.has(key, CANDIDATE) and not marks.has(key, FURNITURE | PLAIN):
                marks.put(key, STALE, True)
            marks.put(key, CANDIDATE, there)
            if not there:
                marks.put(key, PLAIN, False)


def _look_at_grown(segments: Sequence[Segment], register: Register, marks: Marks) -> None:
    """Mark which of the crowded fingerprints with more holders than before are candidates now."""
    keys = marks.with_bit(GROWN)
    parts = [segment.holding(keys) for segment in segments]
    if not len(keys):
        return
    held, articles = (np.concatenate([getattr(part, name) for part in parts]) for name in ("keys", "articles"))
    order = np.argsort(held, kind="stable")
    sizes = np.diff(np.append(np.searchsorted(held[order], keys), len(held)))
    _mark_candidates(keys, sizes, articles[order].astype(np.int64), register, marks)
    for key in keys.tolist():
        marks.put(key, GROWN, False)


def decide(segments: Sequence[Segment], register: Register, marks: Marks, spans: bool) -> list[Aside]:
    """Mark which candidates are furniture now, and name the passages. Where that has changed, the mark is stale."""
    _look_at_grown(segments, register, marks)
    keys = marks.with_bit(CANDIDATE)
    parts = [segment.holding(keys) for segment in segments]
    rows = Rows.joined(parts, spans)
    # articles by rank, so that the same one stands for a passage whichever came first
    numbers, place = np.unique(rows.articles, return_inverse=True)
    by_rank = np.argsort(register.ranks[numbers])
    local = np.empty_like(by_rank)
    local[by_rank] = np.arange(len(by_rank))
    numbers, articles = numbers[by_rank].astype(np.int64), local[place]
    order = np.lexsort((rows.words, articles, rows.keys))
    rows, articles = rows.take(order), articles[order]
    at = np.lexsort((rows.words, articles))
    posting = np.empty_like(at)
    posting[at] = np.arange(len(at))
    empty = np.empty(0, np.uint64), np.empty(0, np.uint32)
    postings = Postings(empty[0], articles[at].astype(np.int32), rows.words[at].astype(np.int32), empty[1])
    opens = np.flatnonzero(np.diff(rows.keys, prepend=~rows.keys[:1]) != 0) if len(rows) else np.empty(0, np.int64)
    sizes = np.diff(np.append(opens, len(rows)))
    held = Holders(posting, np.repeat(opens + sizes, sizes), np.repeat(opens, sizes), at)
    counts, outlets = register.prints[numbers].astype(np.int64), register.outlets[numbers].astype(np.int64)
    found = recurring(postings, held, counts, outlets, MERGE_GAP) if len(rows) else None
    now = set() if found is None else set(rows.keys[found.entries].tolist())
    for key in {*keys.tolist(), *marks.with_bit(FURNITURE).tolist()}:
        bit = FURNITURE if key in now else PLAIN
        if not marks.has(key, bit):
            marks.put(key, STALE, True)
        marks.put(key, FURNITURE, key in now)
        marks.put(key, PLAIN, key not in now and marks.has(key, CANDIDATE))
    if found is None:
        return []
    columns = (numbers[found.article], found.first, found.last, found.holders)
    return [Aside(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def postings_of(segments: Sequence[Segment], numbers: NDArray[np.int64], spans: bool) -> Rows:
    """All postings of some articles, sorted. Every segment is read through."""
    parts: list[Rows] = []
    step = BUCKETS // STRETCH
    for segment in segments:
        for first in range(0, BUCKETS, step):
            rows = segment.part(first, first + step)
            parts.append(rows.take(np.isin(rows.articles, numbers)))
    return Rows.joined(parts, spans).sorted()
