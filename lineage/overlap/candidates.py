"""Candidates: which stretches of which articles start alike, by one sort of all fingerprints.

Every fingerprint's hash and the number of its posting are packed into one unsigned 64-bit integer and sorted in
place; equal hashes then lie together. The cost is that of the sort; no two articles are ever compared because
both exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.dataclass import dataclass
from lineage.kernel import chains as compiled

Integers = NDArray[np.int64]
Numbers = NDArray[np.signedinteger[Any]]  # int32 where that is enough

BLOCK_SEEDS = 1 << 16  # seeds handled at a time: of 3,000 articles of a press with much in common all, 30 MB with their
# words; with 1 << 15 their words are made 1.6 times as often, since an article is in several blocks
MERGE_GAP = 24  # words: fingerprints of one stretch with W = 8 lie at most 8 apart, so this spans two lost ones
_STEP = 1 << 13  # fingerprints numbered in one go: their numbers stay in the first cache
_SCAN = 1 << 22  # sorted postings looked at in one go
_LOOK = 1 << 18  # entries looked at in one go


@dataclass(frozen=True, slots=True)
class Postings:
    """The fingerprints of all articles, in the articles' order: hash uint64[m], article int32[m], word int32[m], and
    context uint32[m] (a byte of each of the two words before it and the two behind).
    """

    hashes: NDArray[np.uint64]
    articles: NDArray[np.int32]
    words: NDArray[np.int32]
    contexts: NDArray[np.uint32]

    @classmethod
    def none(cls) -> Postings:
        """No fingerprints."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint32))

    def __len__(self) -> int:
        return len(self.words)

    def take(self, at: Integers) -> Postings:
        """Some of the postings."""
        return Postings(self.hashes[at], self.articles[at], self.words[at], self.contexts[at])


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches that two articles probably share, sorted by left, right, shift, start: columns int64[s].

    Word `first + i` of article `left` was seen to begin a shingle that also begins at word `first + i - shift`
    of article `right`, for i = 0 and for i = last - first. `left < right`.
    """

    left: Integers
    right: Integers
    shift: Integers
    first: Integers
    last: Integers

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True, slots=True)
class Holders:
    """Postings whose fingerprint others hold too, grouped: `postings` [h] by group, ascending within one; the group of
    entry i is `starts[i]:ends[i]`. `order` [h] are the entries by posting. In the groups that
    `stars` bool[h] marks, only the first is paired with the others; a posting may then be in several.
    """

    postings: Numbers
    ends: Numbers
    starts: Numbers
    order: Numbers
    stars: NDArray[np.bool_] | None = None

    def crowded(self, most: int) -> NDArray[np.bool_]:
        """Which entries are of a fingerprint with more than `most` holders, bool[h]; stars are not counted."""
        many = self.ends - self.starts > most
        return many if self.stars is None else many & ~self.stars


def group(postings: Postings) -> Holders:
    """Bring the postings with equal hashes together."""
    members, opens = joined(postings.hashes.copy())
    sizes = np.diff(opens)
    place = np.full(len(postings), -1)
    place[members] = np.arange(len(members))
    return Holders(members, np.repeat(opens[1:], sizes), np.repeat(opens[:-1], sizes), place[place >= 0])


def joined(hashes: NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """The places of the fingerprints that equal another, group by group and ascending within one; and where each
    group begins, with the end behind the last. The hashes are used up.
    """
    bits = max(1, (len(hashes) - 1).bit_length())
    mask = np.uint64((1 << bits) - 1)
    library = kernel.library()
    if library is not None:
        return kernel.join(library, hashes, int(mask))
    hashes &= ~mask
    for first in range(0, len(hashes), _STEP):
        part = hashes[first : first + _STEP]
        part |= np.arange(first, first + len(part), dtype=np.uint64)
    hashes.sort()
    return _groups(hashes, mask)


def sort(keys: NDArray[np.uint64]) -> None:
    """Sort in place keys whose uppermost bits are spread evenly."""
    library = kernel.library()
    if library is not None:
        kernel.sort(library, keys)
    else:
        keys.sort()


def changes(column: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a sorted column begins a new value, bool[n]."""
    new = np.ones(len(column), bool)
    np.not_equal(column[1:], column[:-1], out=new[1:])
    return new


def begins(column: NDArray[Any]) -> Integers:
    """The places at which a sorted column begins a new value."""
    return np.flatnonzero(changes(column))


def distinct(values: Integers) -> Integers:
    """The different values in order. `numpy.unique` would import masked arrays, which takes as long as 200 articles."""
    ordered = np.sort(values, axis=None)
    return ordered[changes(ordered)]


def ranked(values: NDArray[Any]) -> tuple[NDArray[Any], Integers]:
    """The different values in order, and which of these each value is."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = changes(ordered)
    place = np.empty(len(values), np.int64)
    place[order] = np.cumsum(new) - 1
    return ordered[new], place


def _groups(keys: NDArray[np.uint64], mask: np.uint64) -> tuple[Integers, Integers]:
    """Of sorted keys, the low bits of those that equal a neighbour above `mask`; where each group of equals begins,
    with the end behind the last.
    """
    kept: list[NDArray[np.uint64]] = []
    opens: list[NDArray[np.bool_]] = []
    before = False  # whether the key before this chunk equals its first
    for start in range(0, len(keys), _SCAN):
        chunk = keys[start : start + _SCAN + 1]  # one more, to see whether the last goes on
        same = (chunk[1:] ^ chunk[:-1]) <= mask
        size = min(_SCAN, len(keys) - start)
        after = same if len(same) == size else np.append(same, False)
        earlier = np.concatenate([[before], after[: size - 1]])
        held = np.flatnonzero(earlier | after)
        kept.append(chunk[held] & mask)
        opens.append(~earlier[held])
        before = bool(after[size - 1])
    members = np.concatenate(kept).astype(np.int64) if kept else np.empty(0, np.int64)
    first = np.flatnonzero(np.concatenate(opens)) if opens else np.empty(0, np.int64)
    return members, np.append(first, len(members))


def without(holders: Holders, entries: NDArray[np.bool_]) -> Holders:
    """The holders, in their place, with each entry of some whole groups alone."""
    if entries.any():
        kind = holders.starts.dtype
        holders.starts[entries] = alone = np.flatnonzero(entries).astype(kind)
        holders.ends[entries] = alone + 1
    return holders


def united(postings: Numbers, parts: Sequence[tuple[Numbers, Numbers, bool | NDArray[np.bool_]]]) -> Holders:
    """Holders from entries of others, whose postings are given: parts of them, each with the group that every entry is
    in and whether that is a star.
    """
    entries = np.concatenate([entry for entry, _, _ in parts])
    first = np.flatnonzero(np.concatenate([changes(group) for _, group, _ in parts]))
    sizes = np.diff(np.append(first, len(entries)))
    chosen = postings[entries]
    kind: type[np.signedinteger[Any]] = np.int32 if len(entries) < 1 << 31 else np.int64
    starts, ends = np.repeat(first.astype(kind), sizes), np.repeat((first + sizes).astype(kind), sizes)
    stars = np.concatenate([np.broadcast_to(star, entry.shape) for entry, _, star in parts])
    return Holders(chosen, ends, starts, np.argsort(chosen, kind="stable").astype(kind), stars)


def centred(postings: Postings, holders: Holders, max_holders: int) -> Holders:
    """The holders, of fingerprints with more than `max_holders` as a star about one of them: the article that has the
    most such fingerprints, the first of equals. What many took from is such a one: each of them has lost some.
    """
    crowded = holders.crowded(max_holders)
    entries = np.flatnonzero(crowded)
    if not entries.size:
        return holders
    owner, group = postings.articles[holders.postings[entries]], holders.starts[entries]
    first = begins(group)
    number = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(entries))))
    best = np.lexsort((entries, -np.bincount(owner)[owner], group))[first]
    hub = entries[best][number]
    later, earlier = entries >= hub, np.flatnonzero(entries < hub)
    pairs = np.stack([entries[earlier], hub[earlier]], axis=1).ravel()
    kept = np.flatnonzero(~crowded)
    parts = [
        (kept, holders.starts[kept], False if holders.stars is None else holders.stars[kept]),
        (entries[later], group[later], True),
        (pairs, np.repeat(np.arange(len(earlier)), 2), True),
    ]
    return united(holders.postings, parts)


def segments(postings: Postings, holders: Holders, *, max_holders: int) -> Iterator[Segments]:
    """Stretches shared by two articles, in blocks that hold all of a left article's.

    A fingerprint with more than `max_holders` holders links each of them to the first holder only.
    """
    for entries, edges in _looks(postings, holders):
        partners = _partners(holders, entries, max_holders)
        total = np.append(0, np.cumsum(partners))[edges]
        first = 0
        while first < len(edges) - 1:
            last = max(first + 1, int(np.searchsorted(total, total[first] + BLOCK_SEEDS, "right")) - 1)
            span = slice(edges[first], edges[last])
            if total[last] > total[first]:
                most = int(np.diff(total[first : last + 1]).max())
                if len(found := _block(postings, holders, entries[span], partners[span], most)):
                    yield found
            first = last


def _looks(postings: Postings, holders: Holders) -> Iterator[tuple[Numbers, Integers]]:
    """The entries in the order of postings, whole articles at a time, and where each article's begin, with the end."""
    order, start, size = holders.order, 0, _LOOK
    while start < len(order):
        entries = order[start : start + size]
        edges = begins(postings.articles[holders.postings[entries]])
        if start + size >= len(order):
            edges = np.append(edges, len(entries))
        elif len(edges) == 1:  # not all of one article's
            size *= 2
            continue
        yield entries[: edges[-1]], edges
        start, size = start + int(edges[-1]), _LOOK


def _partners(holders: Holders, entries: Numbers, max_holders: int) -> Numbers:
    """With how many of those behind it each entry is paired."""
    starts, ends = holders.starts[entries], holders.ends[entries]
    star = ends - starts > max_holders
    if holders.stars is not None:
        star |= holders.stars[entries]
    return np.where(star & (entries != starts), 0, ends - 1 - entries).astype(ends.dtype)


def _block(postings: Postings, holders: Holders, order: Numbers, partners: Numbers, most: int) -> Segments:
    """The segments that start from some postings (`order` into the holders), each with its later partners, of which one
    article has at most `most`.
    """
    library = kernel.library()
    if library is not None and holders.postings.dtype == order.dtype == partners.dtype == np.int32:
        columns = postings.articles, postings.words, postings.contexts
        return Segments(*compiled.segments(library, columns, holders.postings, order, partners, most, MERGE_GAP))
    left = np.repeat(order, partners)
    ends = np.cumsum(partners)
    right = left + 1 + np.arange(len(left)) - np.repeat(ends - partners, partners)
    left, right = holders.postings[left], holders.postings[right]
    a, b = postings.articles[left].astype(np.int64), postings.articles[right].astype(np.int64)
    first = postings.words[left].astype(np.int64)
    shift = first - postings.words[right]
    borne = borne_out(postings.contexts[left], postings.contexts[right])
    differ = a != b
    if not differ.all():
        a, b, first, shift = a[differ], b[differ], first[differ], shift[differ]
        borne = borne[differ]
    if not len(a):
        return Segments(a, b, shift, first, first)
    sort = _in_order(a, b)  # by left, right, and then as they stand, which is by word
    return _merged(a[sort], b[sort], shift[sort], first[sort], borne[sort])


def borne_out(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Whether one of the four words next to a seed is equal, too, as it is in any run of more than a shingle."""
    differ = one ^ other
    equal = np.zeros(len(differ), bool)
    for byte in range(4):
        equal |= (differ & np.uint32(0xFF << 8 * byte)) == 0
    return equal


def stretches(a: Integers, b: Integers, shift: Integers, first: Integers, borne: NDArray[np.bool_]) -> Segments:
    """Segments from seeds in any order: word `first[i]` of article `a[i]` begins what word `first[i] - shift[i]` of
    article `b[i]` begins; `borne` tells which are borne out by the words next to them.
    """
    sort = _in_order(a, b, first)
    return _merged(a[sort], b[sort], shift[sort], first[sort], borne[sort])


def _in_order(*columns: Integers) -> Integers:
    """The order by some columns, the first one counting most; equal ones as they stand. Packed into one number where
    that fits: sorting is then ten times as fast.
    """
    size = len(columns[0])
    if not size:
        return np.empty(0, np.int64)
    number = (size - 1).bit_length()
    keys, bits = np.zeros(size, np.int64), number
    for column in columns:
        least = column.min()
        wide = int(column.max() - least).bit_length()
        bits += wide
        keys = keys << wide | (column - least)
    if bits > 63:
        return np.lexsort(columns[::-1])
    keys = keys << number | np.arange(size)
    keys.sort()
    return keys & ((1 << number) - 1)


def _merged(a: Integers, b: Integers, shift: Integers, first: Integers, borne: NDArray[np.bool_]) -> Segments:
    """Seeds sorted by left, right and word, joined along equal shifts.

    A seed that stays single must be borne out by the words next to it: a formula of five words is not looked at in
    the texts. That loses none of 1,500 planted passages of 30 words with 8 % changed.
    """
    last, kept = first, borne
    for resort in (False, True):
        if resort:
            crossing = np.flatnonzero((a[1:] == a[:-1]) & (b[1:] == b[:-1]))
            if not crossing.size:
                break
            sort = np.lexsort((first, shift, b, a))
            a, b, shift, first, last = a[sort], b[sort], shift[sort], first[sort], last[sort]
            kept = kept[sort]
        new = (a[1:] != a[:-1]) | (b[1:] != b[:-1]) | (shift[1:] != shift[:-1]) | (first[1:] - last[:-1] > MERGE_GAP)
        begin = np.concatenate([[0], np.flatnonzero(new) + 1])
        stop = np.append(begin[1:], len(a)) - 1
        kept = kept[begin] | (stop > begin)
        a, b, shift, first, last = a[begin], b[begin], shift[begin], first[begin], last[stop]
    return Segments(a[kept], b[kept], shift[kept], first[kept], last[kept])
