"""Which articles of an archive share passages with some that are fresh in it.

The fingerprints of the fresh ones are looked up in the segments; what has two holders or more makes seeds, seeds make
stretches, and stretches are verified in the texts. Pairs are always seen from the article with the lower rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lineage.archive import reprints
from lineage.archive.looking import holders
from lineage.archive.marks import WAITING, Marks
from lineage.archive.register import UNKNOWN, Register
from lineage.archive.rows import Keys, Rows, among
from lineage.archive.segments import Segment
from lineage.dataclass import dataclass
from lineage.kernel import Room
from lineage.overlap.candidates import Segments, begins, distinct, ranked, stretches
from lineage.overlap.reprints import FEWEST

Integers = NDArray[np.int64]

PART = 1 << 16  # postings looked up at a time: a column of them is 512 KB, which the caches hold
THROUGHOUT = 1 << 18  # postings of 2,300 articles: to look up more touches every page of a segment
PARTS = 8  # in which they are looked up then, so that not all pages are in this process's memory at a time
_HALF = 32  # bits: numbers of articles have fewer
BLOCK_SEEDS = 1 << 14  # seeds handled at a time: those of some 500 articles, whose words the caches hold


@dataclass(frozen=True, slots=True)
class Entries:
    """Postings by group of equal fingerprints, within one the fresh ones first: columns of m.

    Group g is `opens[g]:opens[g + 1]`, its first `fresh[g]` entries are fresh, its fingerprint is `keys[g]`.
    """

    rows: Rows
    opens: Integers
    fresh: Integers
    keys: Keys

    @property
    def sizes(self) -> Integers:
        """Postings of each group."""
        return np.diff(self.opens)

    @property
    def group(self) -> Integers:
        """The group of each posting."""
        return np.repeat(np.arange(len(self.keys)), self.sizes)

    @property
    def is_fresh(self) -> NDArray[np.bool_]:
        """Whether each posting is."""
        return np.arange(len(self.rows)) < np.repeat(self.opens[:-1] + self.fresh, self.sizes)

    @classmethod
    def of(cls, rows: Rows, sizes: Integers, fresh: Integers, keys: Keys) -> Entries:
        """Postings that stand group by group, of which there are so many in each."""
        return cls(rows, np.concatenate([[0], np.cumsum(sizes)]), fresh, keys)

    @classmethod
    def joined(cls, parts: Sequence[Entries], spans: bool) -> Entries:
        """Groups one after another."""
        return cls.of(
            Rows.joined([part.rows for part in parts], spans),
            np.concatenate([part.sizes for part in parts]),
            np.concatenate([part.fresh for part in parts]),
            np.concatenate([part.keys for part in parts]),
        )

    def kept(self, groups: NDArray[np.bool_]) -> Entries:
        """Some of the groups."""
        sizes = self.sizes
        rows = self.rows.take(np.repeat(groups, sizes))
        return Entries.of(rows, sizes[groups], self.fresh[groups], self.keys[groups])

    def only(self, entries: NDArray[np.bool_]) -> Entries:
        """Some of the postings, in all groups."""
        before = np.concatenate([[0], np.cumsum(entries)])
        opens = self.opens[:-1]
        return Entries(
            self.rows.take(entries), before[self.opens], before[opens + self.fresh] - before[opens], self.keys
        )


def gathered(
    fresh: Rows,
    segments: Sequence[Segment],
    spans: bool,
    marks: Marks,
    register: Register,
    room: Room,
    besides: NDArray[np.int64] | None = None,
) -> Entries:
    """The groups of two postings or more that the fresh ones, sorted by key, are in.

    Of a crowded fingerprint the first holder is enough, unless a fresh one comes before it. `besides`, if given, are
    the fresh ones' articles, ascending, which the segments hold already.
    """
    throughout = besides is not None or len(fresh) > THROUGHOUT
    part = min(PART, len(fresh) // PARTS + 1) if throughout else PART
    cuts = fresh.keys[part::part]
    edges = [0, *distinct(np.searchsorted(fresh.keys, cuts)).tolist(), len(fresh)]
    parts: list[Entries] = []
    for low, high in pairwise(edges):
        parts += _gathered(fresh.take(slice(low, high)), segments, spans, marks, register, room, besides)
        if throughout:
            for segment in segments:
                segment.let_go()
    return Entries.joined(parts, spans)


def _gathered(
    fresh: Rows,
    segments: Sequence[Segment],
    spans: bool,
    marks: Marks,
    register: Register,
    room: Room,
    besides: NDArray[np.int64] | None,
) -> list[Entries]:
    starts = begins(fresh.keys)
    keys = fresh.keys[starts]
    crowded, firsts = marks.crowded().among(keys)
    behind = crowded
    if crowded.any():
        lowest = np.minimum.reduceat(register.ranks[fresh.articles], starts)
        behind = crowded & (register.ranks[firsts] < lowest)
    only = np.where(behind, firsts, -1)
    opens = np.append(starts, len(fresh))
    made = [
        Entries.of(part.rows, part.sizes, part.fresh, keys[part.which])
        for part in holders(segments, keys, only, room, spans=spans, fresh=(fresh, opens))
    ]
    if besides is None:
        return made
    return [own.only(own.is_fresh | ~np.isin(own.rows.articles, besides)) for own in made]


@dataclass(frozen=True, slots=True)
class Joined:
    """Stretches among some articles: `numbers` int64[k] are theirs in the archive, ascending; the stretches' left and
    right are places among these, the left one having the lower rank.
    """

    numbers: Integers
    stretches: Segments


def compared(entries: Entries, marks: Marks) -> Entries:
    """The groups that make pairs: furniture does not, nor what waits for a settlement."""
    return entries.kept(~among(entries.keys, marks.aside()) & ~among(entries.keys, marks.with_bit(WAITING)))


def copies(entries: Entries, marks: Marks, register: Register, within: int | None, values: reprints.Values) -> Integers:
    """For each posting the article that its article is a near copy of, -1 if of none; see `lineage.archive.reprints`.

    Of a crowded fingerprint not all holders are here: it has none. If articles may be `within` so many minutes only,
    there is one to be a copy of in each half of that time: those of neighbouring halves are linked through these.
    """
    found = np.full(len(entries.rows), -1)
    large = np.repeat((entries.sizes >= FEWEST) & ~marks.crowded().among(entries.keys)[0], entries.sizes)
    at = np.flatnonzero(large)
    if not len(at):
        return found
    group, articles = entries.group[at], entries.rows.articles[at].astype(np.int64)
    if within is not None:
        span = register.minutes[articles] // max(1, within // 2)
        order = np.lexsort((span, group))
        at, articles = at[order], articles[order]
        group = np.cumsum((np.diff(group[order], prepend=-1) != 0) | (np.diff(span[order], prepend=0) != 0))
    found[at] = reprints.firsts(group, articles, register.ranks, values)
    return found


def pairs(
    entries: Entries,
    copies: Integers,
    marks: Marks,
    register: Register,
    window: int,
    within: int | None,
    only: Integers | None = None,
) -> Iterator[Joined]:
    """The stretches of all pairs of which one at least is fresh, in blocks that hold all of a pair's.

    Near copies make them with what they are a copy of only (`copies`), a crowded fingerprint with its first holder.
    `window` is that of the fingerprints, `within` are the minutes that two articles may be apart; those of unknown time
    are never too far. With `only`, ascending, pairs of others than these are left out.
    """
    rows = entries.rows
    if (alone := copies < 0).all():
        left, low, high = _partners(entries, marks)
    else:
        order, *stars = _stars(entries, copies)
        rows = rows.take(order)
        others = _partners(entries.only(alone), marks)
        left, low, high = (np.concatenate(both) for both in zip(others, stars, strict=True))
    articles = rows.articles.astype(np.int64)
    order = np.argsort(articles[left], kind="stable")
    left, low, high = left[order], low[order], high[order]
    edges = np.concatenate([[0], np.flatnonzero(np.diff(articles[left])) + 1, [len(left)]])
    total = np.concatenate([[0], np.cumsum(high - low)])[edges]
    start = 0
    while start < len(edges) - 1:
        stop = max(int(np.searchsorted(total, total[start] + BLOCK_SEEDS, "right")) - 1, start + 1)
        span = slice(edges[start], edges[stop])
        seeds = _seeds(articles, (left[span], low[span], high[span]), register, within, only)
        for one, other in _in_blocks(*seeds, articles):
            if (found := _block(rows, articles, one, other, window)) is not None:
                yield found
        start = stop


def _stars(entries: Entries, copies: Integers) -> tuple[Integers, Integers, Integers, Integers]:
    """The postings in another order, those of near copies last; and, as `_partners` has them, the pairs that these
    make with what they are a copy of.
    """
    group, fresh, articles = entries.group, entries.is_fresh, entries.rows.articles.astype(np.int64)
    alone, points = np.flatnonzero(copies < 0), np.flatnonzero(copies >= 0)
    # of two fresh ones the pair is that of the lower number, as in `_partners`: else it would be in two blocks
    lower = ~np.isin(copies[points], articles[fresh]) | (articles[points] < copies[points])
    own = fresh[points] & lower
    by_star = np.lexsort((~own, copies[points], group[points]))
    points, own = points[by_star], own[by_star]
    order = np.concatenate([alone, points])
    star = group[points] << _HALF | copies[points]
    opens = begins(star)
    run = np.repeat(np.arange(len(opens)), np.diff(np.append(opens, len(points))))
    # the centre of each star: the postings of one article under one fingerprint are side by side
    held = np.flatnonzero(np.isin(group[alone], group[points]))
    codes = group[alone[held]] << _HALF | articles[alone[held]]
    by_code = np.argsort(codes, kind="stable")
    first, last = (np.searchsorted(codes[by_code], star[opens], side) for side in ("left", "right"))
    start, size = held[by_code[first]], last - first
    ends = len(alone) + np.append(opens[1:], len(points))
    others = ends - np.bincount(run, ~own, len(opens)).astype(np.int64)  # the points that the centre makes pairs with
    of = np.flatnonzero(fresh[alone[start]])
    of = np.repeat(of, size[of])
    centre = start[of] + np.arange(len(of)) - np.searchsorted(of, of)
    new = np.flatnonzero(own)
    left = np.concatenate([len(alone) + new, centre])
    low = np.concatenate([start[run[new]], others[of]])
    high = np.concatenate([start[run[new]] + size[run[new]], ends[of]])
    return order, left, low, high


def _partners(entries: Entries, marks: Marks) -> tuple[Integers, Integers, Integers]:
    """The fresh entries, and the entries from `low` to `high` that each makes a pair with."""
    sizes, opens = entries.sizes, entries.opens[:-1]
    group = np.repeat(np.arange(len(sizes)), entries.fresh)
    left = np.arange(len(group)) - np.repeat(np.cumsum(entries.fresh) - entries.fresh, entries.fresh) + opens[group]
    low, high = left + 1, entries.opens[1:][group]
    crowded = np.flatnonzero(marks.crowded().among(entries.keys)[0])
    for number in crowded.tolist():
        begin, end = int(entries.opens[number]), int(entries.opens[number + 1])
        at = np.flatnonzero(entries.rows.articles[begin:end] == marks.first(int(entries.keys[number])))
        own = slice(*np.searchsorted(group, (number, number + 1)).tolist())
        if not len(at):  # the first is not among these
            high[own] = low[own]
            continue
        first = begin + int(at[0])
        low[own], high[own] = first, first + 1
        if first < begin + entries.fresh[number]:  # it is fresh itself: with all that come behind it
            mine = own.start + first - begin
            high[mine + 1 : own.stop] = low[mine + 1 : own.stop]
            low[mine], high[mine] = first + 1, end
    return left, low, high


def _seeds(
    articles: Integers,
    ranges: tuple[Integers, Integers, Integers],
    register: Register,
    within: int | None,
    only: Integers | None,
) -> tuple[Integers, Integers]:
    """The postings that are equal: those of the article with the lower rank, and those of the other one."""
    left, low, high = ranges
    sizes = high - low
    one = np.repeat(left, sizes)
    other = np.arange(len(one)) + np.repeat(low - (np.cumsum(sizes) - sizes), sizes)
    a, b = articles[one], articles[other]
    swapped = register.ranks[a] > register.ranks[b]
    one, other = np.where(swapped, other, one), np.where(swapped, one, other)
    a, b = articles[one], articles[other]
    kept = a != b if only is None else (a != b) & np.isin(a, only) & np.isin(b, only)
    if within is not None:
        times = register.minutes[a], register.minutes[b]
        known = (times[0] != UNKNOWN) & (times[1] != UNKNOWN)
        kept &= ~known | (np.abs(np.where(known, times[0], 0) - np.where(known, times[1], 0)) <= within)
    return one[kept], other[kept]


def _in_blocks(one: Integers, other: Integers, articles: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Seeds as they are; if those of one article are more than a block, block by block with those of a pair together:
    where it is the first of very many that hold something, not all of their texts are read at a time.
    """
    if len(one) <= BLOCK_SEEDS:
        yield one, other
        return
    pair = articles[one] + articles[other]  # tells the others apart, as one of the two is always the same
    order = np.argsort(pair, kind="stable")
    new = begins(pair[order])
    cuts = new[np.flatnonzero(np.diff(new // BLOCK_SEEDS, prepend=0))]
    yield from zip(np.split(one[order], cuts), np.split(other[order], cuts), strict=True)


def _block(rows: Rows, articles: Integers, one: Integers, other: Integers, window: int) -> Joined | None:
    """The stretches of some seeds."""
    if not len(one):
        return None
    a, b = articles[one], articles[other]
    first = rows.words[one].astype(np.int64)
    shift = first - rows.words[other]
    found = stretches(a, b, shift, first, borne_out(rows.contexts[one], rows.contexts[other], window))
    if not len(found):
        return None
    numbers, places = ranked(np.concatenate([found.left, found.right]))
    left, right = np.split(places, 2)
    return Joined(numbers, replace(found, left=left, right=right))


def borne_out(one: NDArray[np.uint32], other: NDArray[np.uint32], window: int) -> NDArray[np.bool_]:
    """Whether two of the four words next to a seed seem equal, by a byte of each: of 10,000 seeds beside which none is,
    9,999 are told apart. Chance seeds grow with an archive, and each that is not told apart costs the reading of a
    text. In a run that is never missed at least `window` - 1 words stand beside the seed; if that is one, one will do.
    """
    differ = one ^ other
    equal = np.zeros(len(differ), np.uint8)
    for byte in range(4):
        equal += (differ & np.uint32(0xFF << 8 * byte)) == 0
    return equal >= min(2, max(1, window - 1))
