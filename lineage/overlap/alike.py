"""Sentences of two texts that are alike: vectors over the stems that both have, compared all at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.kernel import align
from lineage.overlap.collection import LEAST_RARITY, Counts, Parsed, Prepared

Integers = NDArray[np.int64]
Free = NDArray[np.bool_]

BLOCK = 512  # sentences of each text multiplied at a time: bounds memory at about 40 MB
MOST_SEEDS = 1 << 18  # of one pair; a text that repeats a sentence endlessly has no more to say
SCALE = float(1 << 24)  # whole numbers to a weight of 1: their products and the sums of these are exact in 53 bits


@dataclass(frozen=True, slots=True)
class Seeds:
    """Pairs of sentences that are alike: sentence of a int64[s], of b int64[s], cosine float32[s]."""

    a: Integers
    b: Integers
    cosine: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.a)

    def take(self, chosen: NDArray[np.bool_] | Integers | slice) -> Seeds:
        """Some of the seeds."""
        return Seeds(self.a[chosen], self.b[chosen], self.cosine[chosen])

    def swapped(self) -> Seeds:
        """The same seen from the other text."""
        return Seeds(self.b, self.a, self.cosine)


@dataclass(frozen=True, slots=True)
class Vectors:
    """A text's sentences as vectors tf · ln(N / sf), over words of three letters.

    `stems` [k] are numbers, ascending, `rarity` float64[k] what a word of each weighs; cells as in `Prepared`. `free`
    bool[u] are the sentences that are compared.
    """

    stems: NDArray[np.int64] | NDArray[np.uint64]
    rarity: NDArray[np.float64]
    cell_unit: Integers
    cell_type: Integers
    cell_count: Integers
    free: Free

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All of these, in this order."""
        return self.stems, self.rarity, self.cell_unit, self.cell_type, self.cell_count, self.free

    @classmethod
    def of(cls, text: Prepared, collection: Counts, free: Free) -> Vectors:
        """Of a text of a collection."""
        cells = text.cell_unit, text.cell_type, text.cell_count
        return cls(text.types, collection.rarity(text.types), *cells, free)

    @classmethod
    def of_pair(cls, one: Parsed, other: Parsed, free: tuple[Free, Free]) -> tuple[Vectors, Vectors]:
        """Of two texts, rare as in a `Collection` of the two."""
        place = one.stems.searchsorted(other.stems)
        same = one.stems.take(place, mode="clip") == other.stems if len(one.stems) else np.zeros(len(place), bool)
        held, theirs = one.sentences.copy(), other.sentences.copy()
        held[place[same]] += theirs[same]
        theirs[same] = held[place[same]]
        table = _rarities(len(one.units) + len(other.units) - 2)
        columns = ((text.cell_unit, text.cell_type, text.cell_count) for text in (one, other))
        first, second = zip((one.stems, other.stems), (table[held], table[theirs]), columns, free, strict=True)
        return cls(*first[:2], *first[2], first[3]), cls(*second[:2], *second[2], second[3])


@lru_cache(1000)
def _rarities(units: int) -> NDArray[np.float64]:
    """`Counts.rarity` in `units` sentences, by how many have the stem."""
    held = np.maximum(1, np.arange(units + 1))
    return np.maximum(LEAST_RARITY, np.log(max(2, units) / held))


def seeds(a: Vectors, b: Vectors, least: float) -> Seeds:
    """The pairs of free sentences whose cosine exceeds `least`, by a and b."""
    found = align.alike(a.columns, b.columns, SCALE, least, MOST_SEEDS)
    return _alike(a, b, least) if found is None else Seeds(*found)


def seeds_of_pairs(
    texts: Sequence[Parsed], pairs: Sequence[tuple[int, int]], free: Sequence[tuple[Free, Free]], least: float
) -> tuple[Integers, Seeds]:
    """The same of pairs of texts (their numbers), rare as in a `Collection` of the two, with the sentences of both that
    are free: how many each pair has, int64[pairs], and all of them, by pair.
    """
    rarities = [_rarities(len(texts[a].units) + len(texts[b].units) - 2) for a, b in pairs]
    columns = [(t.stems, t.sentences, t.cell_unit, t.cell_type, t.cell_count) for t in texts]
    sizes = np.array([(len(t.stems), len(t.cell_unit), len(t.units) - 1) for t in texts], np.int64).reshape(-1, 3)
    numbers, both = np.array(pairs, np.int64).reshape(-1, 2), [own for two in free for own in two]
    made = align.alike_pairs(columns, sizes, numbers, both, rarities, (SCALE, least, MOST_SEEDS))
    if made is not None:
        return made[0], Seeds(*made[1:])
    found = [seeds(*Vectors.of_pair(texts[a], texts[b], own), least) for (a, b), own in zip(pairs, free, strict=True)]
    none = Seeds(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
    return np.array(list(map(len, found)), np.int64), reduce(_joined, found, none)


def _alike(a: Vectors, b: Vectors, least: float) -> Seeds:
    """The same without the kernel; of more than `MOST_SEEDS` the most alike."""
    _, in_a, in_b = np.intersect1d(a.stems, b.stems, assume_unique=True, return_indices=True)
    left, right = _Weighted.of(a, in_a), _Weighted.of(b, in_b)
    found = Seeds(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
    for low in range(0, len(a.free), BLOCK):
        for begin in range(0, len(b.free), BLOCK):
            product = (left.block(low) @ right.block(begin).T / SCALE**2).astype(np.float32)
            rows, columns = np.nonzero(product > np.float32(least))
            found = _joined(found, Seeds(rows + low, columns + begin, product[rows, columns]))
            if len(found) > MOST_SEEDS:
                found = found.take(np.sort(np.argsort(-found.cosine, kind="stable")[:MOST_SEEDS]))
                least = float(found.cosine.min())  # what comes later must be better
    return found.take(np.lexsort((found.b, found.a)))


def _joined(one: Seeds, other: Seeds) -> Seeds:
    columns = zip((one.a, one.b, one.cosine), (other.a, other.b, other.cosine), strict=True)
    return Seeds(*map(np.concatenate, columns))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Free sentences over the shared stems, in whole numbers: each entry's sentence, column and weight, by sentence."""

    unit: Integers
    column: Integers
    weight: NDArray[np.float64]
    count: int
    width: int

    @classmethod
    def of(cls, text: Vectors, shared: Integers) -> _Weighted:
        """Over the stems `shared`, a column each; normed over all."""
        weight = text.cell_count * text.rarity[text.cell_type]
        norm = np.sqrt(np.bincount(text.cell_unit, weight**2, len(text.free)))
        weight = np.rint(weight / norm[text.cell_unit] * SCALE)
        numbers = np.full(len(text.stems), -1)
        numbers[shared] = np.arange(len(shared))
        column = numbers[text.cell_type]
        kept = (column >= 0) & text.free[text.cell_unit]
        return cls(text.cell_unit[kept], column[kept], weight[kept], len(text.free), len(shared))

    def block(self, low: int) -> NDArray[np.float64]:
        """`BLOCK` sentences from `low`, dense: float64[sentences, width]."""
        high = min(low + BLOCK, self.count)
        part = slice(*np.searchsorted(self.unit, (low, high)))
        dense = np.zeros((high - low, self.width))
        dense[self.unit[part] - low, self.column[part]] = self.weight[part]
        return dense
