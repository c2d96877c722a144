"""Boxes: stretches of two texts whose sentences share rare word stems (Seeds → clusters → boxes)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.kernel import align
from lineage.overlap.alike import Seeds
from lineage.overlap.collection import Parsed, Prepared

Integers = NDArray[np.int64]

MOST_PASSES = 24  # projections in clustering; real texts need three to six


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of words of each text, half-open; the nats that speak for it; whether it is a verbatim chain."""

    a: int
    a_end: int
    b: int
    b_end: int
    nats: float = 0.0
    verbatim: bool = False

    def within(self, held: Box) -> bool:
        """Whether it lies inside another on both sides."""
        return held.a <= self.a and self.a_end <= held.a_end and held.b <= self.b and self.b_end <= held.b_end

    def meets(self, other: Box) -> bool:
        """Whether they share words of either text."""
        common_a = min(self.a_end, other.a_end) - max(self.a, other.a)
        return common_a > 0 or min(self.b_end, other.b_end) > max(self.b, other.b)

    def near(self, other: Box, gap: int) -> bool:
        """Whether no more than `gap` words lie between them on either side."""
        apart_a = max(self.a, other.a) - min(self.a_end, other.a_end)
        apart_b = max(self.b, other.b) - min(self.b_end, other.b_end)
        return apart_a <= gap and apart_b <= gap

    def joined(self, other: Box) -> Box:
        """The stretches from the first word of both to the last."""
        return Box(
            min(self.a, other.a), max(self.a_end, other.a_end),
            min(self.b, other.b), max(self.b_end, other.b_end),
            self.nats + other.nats, self.verbatim and other.verbatim,
        )  # fmt: skip

    def swapped(self) -> Box:
        """The same seen from the other text."""
        return Box(self.b, self.b_end, self.a, self.a_end, self.nats, self.verbatim)


@dataclass(frozen=True, slots=True)
class Shared:
    """The stems that two texts have in common, numbered from 0 to `size`: of each stem of a text its number.

    `a` int64[types of a], `b` int64[types of b]; a stem that the other text lacks has the number `size`.
    """

    a: Integers
    b: Integers
    size: int

    @classmethod
    def of(cls, a: Prepared, b: Prepared) -> Shared:
        """Match the stems of two texts; neither may be empty."""
        at = np.searchsorted(b.types, a.types)
        at[at == len(b.types)] = 0
        held = np.flatnonzero(b.types[at] == a.types)
        one, other = (np.full(len(text.types), len(held)) for text in (a, b))
        one[held] = other[at[held]] = np.arange(len(held))
        return cls(one, other, len(held))


def covered(units: Integers | NDArray[np.int32], stretches: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    """The sentences (as `Prepared.units`) of which half or more lies in some stretches of words."""
    words = np.zeros(units[-1] + 1, np.int64)
    for low, high in stretches:
        words[low + 1 : high + 1] = 1
    total = words.cumsum()[units]
    return np.asarray(2 * (total[1:] - total[:-1]) >= units[1:] - units[:-1])


def boxes(
    found: Seeds, a: Prepared | Parsed, b: Prepared | Parsed, gaps: tuple[int, int], promise: float = 0.0
) -> list[Box]:
    """Clusters of seeds as boxes, those with the greatest sum of best cosines (at least `promise`) first.

    The sum takes the best cosine of each sentence of both texts. `gaps` are the sentences that may lie between the
    seeds of one box, in a and in b.
    """
    if not len(found):
        return []
    score, extent = align.clusters(found.a, found.b, found.cosine, (*gaps, MOST_PASSES)) or _clustered(found, gaps)
    chosen = np.flatnonzero(score >= promise)
    low, high, left, right = extent[:, chosen]
    order = np.lexsort((left, low, -score[chosen]))
    columns = a.units[low], a.units[high + 1], b.units[left], b.units[right + 1]
    return list(map(Box, *(column[order].tolist() for column in columns)))


def _clustered(found: Seeds, gaps: tuple[int, int]) -> tuple[NDArray[np.float64], Integers]:
    """`align.clusters` without the kernel."""
    label = clusters(found.a, found.b, gaps)
    count = int(label.max()) + 1
    score = _best(label, found.a, found.cosine, count) + _best(label, found.b, found.cosine, count)
    return score, np.stack([*_extent(label, found.a, count), *_extent(label, found.b, count)])


def clusters(rows: Integers, columns: Integers, gaps: tuple[int, int]) -> Integers:
    """Recursive projection: a number for each seed, equal where no gap above `gaps` parts them on a side."""
    label = np.zeros(len(rows), np.int64)
    count, quiet = 1, 0
    for step in range(MOST_PASSES):
        values, gap = ((rows, gaps[0]), (columns, gaps[1]))[step % 2]
        keys = label * (int(values.max()) + gap + 2) + values  # a new label alone opens a gap
        order = np.argsort(keys, kind="stable")
        opened = np.diff(keys[order]) > gap
        label[order[1:]] = np.cumsum(opened)
        label[order[0]] = 0
        before, count = count, int(opened.sum()) + 1
        quiet = quiet + 1 if count == before and step else 0
        if quiet or len(rows) == 1:
            break
    return label


def _best(label: Integers, units: Integers, cosine: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """The sum of each sentence's best cosine, for each cluster."""
    width = int(units.max()) + 1
    keys = label * width + units
    order = np.lexsort((cosine, keys))
    last = np.flatnonzero(np.diff(keys[order], append=-1))
    best = order[last]
    return np.bincount(label[best], cosine[best], count).astype(np.float64)


def _extent(label: Integers, units: Integers, count: int) -> tuple[Integers, Integers]:
    """The first and the last sentence of each cluster."""
    low, high = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    np.minimum.at(low, label, units)
    np.maximum.at(high, label, units)
    return low, high
