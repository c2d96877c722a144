"""Passages: chains as values with character offsets, one for each borrowed stretch.

Where two chains of a pair claim the same words (an article that repeats itself), the longer chain keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.model import Grade, Overlap, Passage, Span
from lineage.overlap.chains import Runs, Stock, words

EXACT = 0.995  # identity from which a passage is called exact: one changed word in 200


def overlaps(runs: Runs, stock: Stock, ids: Sequence[str], *, least_words: int) -> Iterator[Overlap]:
    """An `Overlap` for every pair among the runs; `ids` are the articles' ids in the stock's numbering."""
    if not len(runs):
        return
    runs = _unclaimed(runs, stock, least_words)
    begin = np.flatnonzero(_changes(runs.left) | _changes(runs.right))
    stop = np.append(begin[1:], len(runs))
    table = _Table(runs, stock)
    for low, high in zip(begin.tolist(), stop.tolist(), strict=True):
        yield table.overlap(low, high, ids)


class _Table:
    """The runs as plain lists, and what they add up to."""

    def __init__(self, runs: Runs, stock: Stock) -> None:
        last_a, last_b = runs.a + runs.length - 1, runs.b + runs.length - 1
        self.a_start: list[int] = stock.starts[runs.a].tolist()
        self.b_start: list[int] = stock.starts[runs.b].tolist()
        self.a_end: list[int] = stock.ends[last_a].tolist()
        self.b_end: list[int] = stock.ends[last_b].tolist()
        self.a: list[int] = runs.a.tolist()
        self.b: list[int] = runs.b.tolist()
        self.length: list[int] = runs.length.tolist()
        self.words: list[float] = words(runs, stock).tolist()
        self.quoted: list[int] = _quoted(runs, stock).tolist()
        self.chain: list[int] = runs.chain.tolist()
        self.left: list[int] = runs.left.tolist()
        self.right: list[int] = runs.right.tolist()
        self.sizes: list[int] = stock.sizes.tolist()

    def overlap(self, low: int, high: int, ids: Sequence[str]) -> Overlap:
        """The overlap of the pair whose runs are `low:high`."""
        passages: list[Passage] = []
        matched = shared = quoted = 0.0
        start = low
        for at in range(low + 1, high + 1):
            if at == high or self.chain[at] != self.chain[start]:
                passage, equal = self._passage(start, at)
                passages.append(passage)
                matched += equal
                shared += passage.words
                quoted += passage.words * passage.quoted
                start = at
        left, right = self.left[low], self.right[low]
        inside = round(quoted)
        return Overlap(
            ids[left],
            ids[right],
            tuple(passages),
            min(1.0, matched / self.sizes[left]),
            min(1.0, matched / self.sizes[right]),
            round(shared) - inside,
            inside,
        )

    def _passage(self, low: int, high: int) -> tuple[Passage, int]:
        """One chain as a passage, and its number of equal words as they stand in the texts."""
        last = high - 1
        equal = sum(self.length[low:high])
        longer = max(
            self.a[last] + self.length[last] - self.a[low],
            self.b[last] + self.length[last] - self.b[low],
        )
        identity = equal / longer
        grade: Grade = "exact" if identity >= EXACT else "edited"
        matches = tuple(
            (Span(self.a_start[i], self.a_end[i]), Span(self.b_start[i], self.b_end[i])) for i in range(low, high)
        )
        return Passage(
            Span(self.a_start[low], self.a_end[last]),
            Span(self.b_start[low], self.b_end[last]),
            round(sum(self.words[low:high])),
            identity,
            sum(self.quoted[low:high]) / equal,
            grade,
            matches,
        ), equal


def _quoted(runs: Runs, stock: Stock) -> NDArray[np.int64]:
    """How many words of each run stand inside quotation marks in both articles."""
    if stock.quoted is None:
        return np.zeros(len(runs), np.int64)
    row = np.repeat(np.arange(len(runs)), runs.length)
    place = np.arange(len(row)) - np.repeat(np.cumsum(runs.length) - runs.length, runs.length)
    both = stock.quoted[runs.a[row] + place] & stock.quoted[runs.b[row] + place]
    return np.bincount(row, both, len(runs)).astype(np.int64)


def _unclaimed(runs: Runs, stock: Stock, least_words: int) -> Runs:
    """The runs with every word of an article used once for a pair: the longest chain takes first."""
    begin = _begins(runs.chain)
    pair = np.cumsum(_changes(runs.left) | _changes(runs.right)) - 1
    length = np.maximum.reduceat(runs.a + runs.length, begin) - runs.a[begin]
    width = np.maximum.reduceat(runs.b + runs.length, begin) - runs.b[begin]
    crowded: set[int] = set()
    for first, size in ((runs.a[begin], length), (runs.b[begin], width)):
        order = np.lexsort((first, pair[begin]))
        near = pair[begin][order[1:]] == pair[begin][order[:-1]]
        near &= first[order[1:]] < first[order[:-1]] + size[order[:-1]]
        crowded.update(pair[begin][order[1:]][near].tolist())
    if not crowded:
        return runs
    bounds = np.append(_begins(pair), len(runs))
    touched = np.isin(pair, list(crowded))
    rows = [
        row
        for number in sorted(crowded)
        for row in _claimed(runs, stock, int(bounds[number]), int(bounds[number + 1]), least_words)
    ]
    clean = runs.take(~touched)
    columns = np.array(rows, np.int64).reshape(-1, 6).T
    merged = [
        np.concatenate([old, new])
        for old, new in zip(
            (clean.left, clean.right, clean.a, clean.b, clean.length, clean.chain), columns, strict=True
        )
    ]
    order = np.lexsort((merged[2], merged[5], merged[1], merged[0]))
    return Runs(*(column[order] for column in merged))


def _claimed(runs: Runs, stock: Stock, low: int, high: int, least_words: int) -> Iterator[tuple[int, ...]]:
    """The runs `low:high` of one pair without the words that a longer chain has already, on either side."""
    left, right = int(runs.left[low]), int(runs.right[low])
    base_a, base_b = int(stock.base[left]), int(stock.base[right])
    taken_a, taken_b = bytearray(int(stock.sizes[left])), bytearray(int(stock.sizes[right]))
    chains: dict[int, list[tuple[int, int, int]]] = {}
    columns = (runs.chain, runs.a, runs.b, runs.length)
    for number, a, b, length in zip(*(column[low:high].tolist() for column in columns), strict=True):
        chains.setdefault(number, []).append((a - base_a, b - base_b, length))
    for number in sorted(chains, key=lambda n: (-sum(length for _, _, length in chains[n]), n)):
        free = [piece for run in chains[number] for piece in _free(*run, taken_a, taken_b)]
        if sum(length for _, _, length in free) < least_words:
            continue
        for a, b, length in free:
            taken_a[a : a + length] = taken_b[b : b + length] = b"\1" * length
            yield left, right, a + base_a, b + base_b, length, number


def _free(a: int, b: int, length: int, taken_a: bytearray, taken_b: bytearray) -> Iterator[tuple[int, int, int]]:
    """The parts of a run of which neither side is taken."""
    start = 0
    while start < length:
        begins = [taken_a.find(0, a + start, a + length) - a, taken_b.find(0, b + start, b + length) - b]
        if min(begins) < 0:
            return
        if max(begins) > start:
            start = max(begins)
            continue
        ends = [taken_a.find(1, a + start, a + length) - a, taken_b.find(1, b + start, b + length) - b]
        end = min((end for end in ends if end >= start), default=length)
        yield a + start, b + start, end - start
        start = end


def _changes(column: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a sorted column begins a new value, bool[n]."""
    return np.concatenate([[True], column[1:] != column[:-1]])


def _begins(column: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places at which a sorted column begins a new value."""
    return np.flatnonzero(_changes(column))
