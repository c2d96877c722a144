"""Chains: segments grown along their diagonals, verified word by word, and joined over small gaps.

A diagonal is a shift between two articles at which words are equal. Substituted words leave a gap on it; words
put in or left out shift it. A chain follows both and is what one borrowed passage leaves behind.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.dataclass import dataclass
from lineage.kernel import chains as compiled
from lineage.overlap.candidates import Segments, begins
from lineage.overlap.shingles import SHINGLE
from lineage.text.tokens import WORDS_A_CHARACTER

Integers = NDArray[np.int64]

MARGIN = 24  # words looked at beyond a segment's end in one go
STEP = 10  # words: the longest changed stretch inside a chain (overlap.md: chained recall .98 at 8 % changed)
JOIN_GAP = 12  # words between two diagonals of one chain; JOIN_DRIFT: by how much its sides may differ
JOIN_DRIFT = 6
JOIN_BACK = 4  # words by which two diagonals of one chain may overlap
_LESS = 1 - float(np.float32(WORDS_A_CHARACTER))  # by what a character alone counts less than a word
REACH = 48  # words by which a segment grows beyond its fingerprints where not all words are at hand: of 30 words with
# 8 % changed one in a hundred has no fingerprint, of 48 almost none
_ALL = np.iinfo(np.int64).max
LEAST_PIECE = 5  # words: a shorter piece of a diagonal is chance


@dataclass(frozen=True, slots=True)
class Stock:
    """The words of the articles at hand, one article after another: word k of article i at `base[i] + k`.

    `hashes` uint64[n]; `starts`, `ends` int32[n] in characters of each article's text; `quoted` tells which words of
    some articles stand in quotations, uint8[n] (what it tells of others is left over), or is None where that does not
    matter; `alone` int64[k] are the words that are one character of a script without spaces, ascending, or None where
    there are none. `sizes` int64[articles] are all words of each article; `kept`, int64[articles] each, from and to
    which word it is here, and by how many words a segment of it may grow at either end; None if all are.
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    quoted: Callable[[Integers], NDArray[np.uint8]] | None
    alone: Integers | None
    base: Integers
    sizes: Integers
    kept: tuple[Integers, Integers, Integers] | None = None

    def bounds(self) -> tuple[Integers, Integers, Integers]:
        """The same as `kept`, also where all words are here."""
        return self.kept or (np.zeros(len(self.sizes), np.int64), self.sizes, self.sizes)


@dataclass(frozen=True, slots=True)
class Runs:
    """Equal words in a row, sorted by pair, chain and place: columns int64[r].

    Words `a:a + length` of the stock equal words `b:b + length`; `chain` numbers the chains from 0.
    """

    left: Integers
    right: Integers
    a: Integers
    b: Integers
    length: Integers
    chain: Integers

    def __len__(self) -> int:
        return len(self.a)

    def take(self, at: Integers | NDArray[np.bool_]) -> Runs:
        """Some of the runs."""
        return Runs(self.left[at], self.right[at], self.a[at], self.b[at], self.length[at], self.chain[at])


def chain(found: Segments, stock: Stock, *, least_words: int, least_identity: float) -> Runs:
    """Chains of equal runs that hold at least `least_words` equal words, `least_identity` of the longer side.

    A chain that is long enough but too loose gives those stretches of it that are not.
    """
    runs = _pieces(_grown(found, stock), stock)
    if not len(runs):
        return runs
    library = kernel.library()
    if library is not None:
        columns = (runs.left, runs.right, runs.a, runs.b, runs.length, runs.chain)
        return Runs(*compiled.link(library, stock.hashes, columns, stock.alone, _LESS, least_words, least_identity))
    return _accepted(_filled(_linked(runs), stock), stock, least_words, least_identity)


def needed(found: Segments, whole: NDArray[np.bool_]) -> Integers:
    """From and to which word each article is needed for the chains of some segments, and by how many words a segment of
    it may then grow, int64[articles, 3]. Those that are `whole` are needed so.
    """
    needed = np.zeros((len(whole), 3), np.int64)
    needed[:, 0], needed[:, 2] = _ALL, REACH
    for own, shift in ((found.left, 0), (found.right, found.shift)):
        np.minimum.at(needed[:, 0], own, found.first - shift)
        np.maximum.at(needed[:, 1], own, found.last - shift + SHINGLE)
    needed[:, 0] = np.maximum(needed[:, 0] - REACH, 0)
    needed[:, 1] += REACH
    needed[whole] = 0, _ALL, _ALL
    return needed


def words(runs: Runs, stock: Stock) -> NDArray[np.float64]:
    """What each run counts in words."""
    counted = runs.length.astype(np.float64)
    if stock.alone is not None:
        counted -= _LESS * (np.searchsorted(stock.alone, runs.a + runs.length) - np.searchsorted(stock.alone, runs.a))
    return counted


@dataclass(frozen=True, slots=True)
class _Diagonals:
    """Stretches of the stock, `first` to `last`, to be compared with those `shift` words before."""

    left: Integers
    right: Integers
    shift: Integers
    first: Integers
    last: Integers


def _grown(found: Segments, stock: Stock) -> _Diagonals:
    """Every segment, grown at both ends while more words agree than not; those that then meet are one."""
    library = kernel.library()
    if library is not None:
        columns = (found.left, found.right, found.shift, found.first, found.last)
        return _Diagonals(*compiled.grow(library, stock.hashes, stock.base, stock.bounds(), columns))
    base_a, base_b = stock.base[found.left], stock.base[found.right]
    shift = found.shift + base_a - base_b
    lows, highs, reaches = stock.bounds()
    most = np.minimum(reaches[found.left], reaches[found.right])
    low = np.maximum(lows[found.left], lows[found.right] + found.shift) + base_a
    high = np.minimum(highs[found.left], highs[found.right] + found.shift) + base_a
    first = found.first + base_a
    last = np.minimum(found.last + base_a + SHINGLE, high)
    last = last + _reach(stock.hashes, last, shift, np.minimum(high - last, most), +1)
    first = first - _reach(stock.hashes, first - 1, shift, np.minimum(first - low, most), -1)
    new = np.ones(len(first), bool)
    new[1:] = (found.left[1:] != found.left[:-1]) | (found.right[1:] != found.right[:-1])
    new[1:] |= (shift[1:] != shift[:-1]) | (first[1:] > last[:-1])
    begin = np.flatnonzero(new)
    return _Diagonals(
        found.left[begin],
        found.right[begin],
        shift[begin],
        np.minimum.reduceat(first, begin) if len(begin) else first,
        np.maximum.reduceat(last, begin) if len(begin) else last,
    )


def _reach(hashes: NDArray[np.uint64], at: Integers, shift: Integers, room: Integers, step: int) -> Integers:
    """How many words beyond `at` belong to the segment: the place of the highest sum of +1 equal, -1 different."""
    reach = np.zeros(len(at), np.int64)
    active = np.flatnonzero(room > 0)
    offsets = np.arange(MARGIN)
    while active.size:
        left = (room[active] - reach[active])[:, None]
        places = (at[active] + step * reach[active])[:, None] + step * np.minimum(offsets, left - 1)
        equal = hashes[places] == hashes[places - shift[active][:, None]]
        score = np.where(equal & (offsets < left), 1, -1).cumsum(axis=1)
        best = score.argmax(axis=1)
        gained = np.where(score[np.arange(len(best)), best] > 0, best + 1, 0)
        reach[active] += gained
        active = active[(gained > MARGIN - STEP) & (gained < left[:, 0])]
    return reach


def _pieces(lines: _Diagonals, stock: Stock) -> Runs:
    """Maximal equal runs on every diagonal; `chain` numbers the pieces, which no gap above `STEP` parts."""
    library = kernel.library()
    if library is not None:
        owner, a, length, piece = compiled.pieces(library, stock.hashes, lines.shift, lines.first, lines.last)
        return Runs(lines.left[owner], lines.right[owner], a, a - lines.shift[owner], length, piece)
    lengths = lines.last - lines.first
    row = np.repeat(np.arange(len(lengths)), lengths)
    at = np.arange(len(row)) + np.repeat(lines.first - (np.cumsum(lengths) - lengths), lengths)
    equal = stock.hashes[at] == stock.hashes[at - lines.shift[row]]
    border = np.ones(len(row) + 1, bool)
    border[1:-1] = row[1:] != row[:-1]
    a = at[equal & (border[:-1] | ~np.roll(equal, 1))]
    length = at[equal & (border[1:] | ~np.roll(equal, -1))] + 1 - a
    owner = row[equal & (border[:-1] | ~np.roll(equal, 1))]
    before = np.full(len(a) + 1, STEP + 1)
    before[1:-1] = np.where(owner[1:] == owner[:-1], a[1:] - (a[:-1] + length[:-1]), STEP + 1)
    kept = (length >= 3) | (before[:-1] < 3) | (before[1:] < 3)  # one or two equal words far from others are chance
    owner, a, length = owner[kept], a[kept], length[kept]
    opened = np.ones(len(a), bool)
    opened[1:] = (owner[1:] != owner[:-1]) | (a[1:] - (a[:-1] + length[:-1]) > STEP)
    piece = np.cumsum(opened) - 1
    kept = np.bincount(piece, length, 1)[piece] >= LEAST_PIECE
    owner, a, length, piece = owner[kept], a[kept], length[kept], piece[kept]
    return Runs(lines.left[owner], lines.right[owner], a, a - lines.shift[owner], length, piece)


def _linked(runs: Runs) -> Runs:
    """Pieces of one pair that follow each other closely in both articles become one chain."""
    begin = np.flatnonzero(np.concatenate([[True], runs.chain[1:] != runs.chain[:-1]]))
    stop = np.append(begin[1:], len(runs)) - 1
    left, right, a, b = runs.left[begin], runs.right[begin], runs.a[begin], runs.b[begin]
    a_end, b_end = (runs.a + runs.length)[stop], (runs.b + runs.length)[stop]
    order = np.lexsort((b, a, right, left))
    before, after = order[:-1], order[1:]
    gap_a, gap_b = a[after] - a_end[before], b[after] - b_end[before]
    back = np.maximum(0, -np.minimum(gap_a, gap_b))
    joined = (left[after] == left[before]) & (right[after] == right[before])
    joined &= (back <= JOIN_BACK) & (np.maximum(gap_a, gap_b) <= JOIN_GAP) & (abs(gap_a - gap_b) <= JOIN_DRIFT)
    joined &= back < runs.length[begin[after]]
    number = np.cumsum(np.concatenate([[True], ~joined])) - 1
    trimmed = np.zeros(len(runs), np.int64)
    trimmed[begin[after]] = np.where(joined, back, 0)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    place = np.repeat(rank, stop - begin + 1)
    sort = np.argsort(place, kind="stable")
    return Runs(
        runs.left[sort],
        runs.right[sort],
        (runs.a + trimmed)[sort],
        (runs.b + trimmed)[sort],
        (runs.length - trimmed)[sort],
        number[place[sort]],
    )


def _filled(runs: Runs, stock: Stock) -> Runs:
    """The runs with those equal words added that stand between two diagonals of a chain, by rapidfuzz: slow to
    import, and needed without the kernel only.
    """
    from rapidfuzz.distance import LCSseq

    end_a, end_b = runs.a + runs.length, runs.b + runs.length
    gap_a, gap_b = runs.a[1:] - end_a[:-1], runs.b[1:] - end_b[:-1]
    joint = (runs.chain[1:] == runs.chain[:-1]) & (gap_a != gap_b) & (gap_a > 0) & (gap_b > 0)
    added: list[tuple[int, ...]] = []
    for at in np.flatnonzero(joint).tolist():
        a, b = int(end_a[at]), int(end_b[at])
        left, right = stock.hashes[a : a + gap_a[at]].tolist(), stock.hashes[b : b + gap_b[at]].tolist()
        if set(left) & set(right):
            pair = (int(runs.left[at]), int(runs.right[at]))
            for block in LCSseq.opcodes(left, right):
                if block.tag == "equal":
                    length = block.src_end - block.src_start
                    added.append((*pair, a + block.src_start, b + block.dest_start, length, int(runs.chain[at])))
    if not added:
        return runs
    columns = np.array(added, np.int64).T
    merged = [
        np.concatenate([old, new])
        for old, new in zip((runs.left, runs.right, runs.a, runs.b, runs.length, runs.chain), columns, strict=True)
    ]
    order = np.lexsort((merged[2], merged[5]))
    return Runs(*(column[order] for column in merged))


def _accepted(runs: Runs, stock: Stock, least_words: int, least_identity: float) -> Runs:
    """Chains that are long and close enough, and of the others the stretches that are."""
    alone = np.zeros(len(runs), np.int64)
    if stock.alone is not None:
        alone = np.searchsorted(stock.alone, runs.a + runs.length) - np.searchsorted(stock.alone, runs.a)
    bounds = np.append(begins(runs.chain), len(runs)).tolist()
    kept: list[range] = []
    for low, high in itertools.pairwise(bounds):
        some = [range(low, high)]
        if _is_loose(runs, low, high, least_identity):
            some = [range(low + first, low + last) for first, last in _stretches(runs, low, high, least_identity)]
        for own in some:
            at = slice(own.start, own.stop)
            if runs.length[at].sum() - _LESS * alone[at].sum() >= least_words:
                kept.append(own)
    found = runs.take(np.array([place for own in kept for place in own], np.int64))
    return replace(found, chain=np.repeat(np.arange(len(kept)), list(map(len, kept))))


def _is_loose(runs: Runs, low: int, high: int, least_identity: float) -> bool:
    """Whether fewer words are equal in a chain, runs `low` to `high`, than that share of its longer side."""
    equal, last = int(runs.length[low:high].sum()), high - 1
    longer = max(int(side[last] + runs.length[last] - side[low]) for side in (runs.a, runs.b))
    return equal < least_identity * longer


def _stretches(runs: Runs, low: int, high: int, least_identity: float) -> list[tuple[int, int]]:
    """The stretches of a chain with the highest sums (Ruzzo and Tompa 1999), by their first run and the one behind the
    last: +1 for a word that is equal, and for one that is not so much less that a sum of 0 is the least identity.
    """
    cost = least_identity / (1 - least_identity) if least_identity < 1 else math.inf
    a, b, length = (column[low:high].tolist() for column in (runs.a, runs.b, runs.length))
    found: list[tuple[float, float, int, int]] = []  # the sums before and with each, its first and last run
    total = 0.0
    for k, own in enumerate(length):
        if k:
            total -= cost * max(side[k] - side[k - 1] - length[k - 1] for side in (a, b))
        before, total, first = total, total + own, k
        while True:
            at = next((j for j in reversed(range(len(found))) if found[j][0] < before), None)
            if at is None or found[at][1] >= total:
                break
            before, first = found[at][0], found[at][2]
            del found[at:]
        found.append((before, total, first, k))
    return [(first, last + 1) for _, _, first, last in found]
