"""Fingerprints that are treated in a way of their own: furniture, and those with very many holders.

Whether a fingerprint is one of these depends on all its holders and on nothing else, so it does not depend on the order
in which articles came. When it changes, the pairs of its holders are found anew (see `Archive.settle`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.archive.rows import Keys, among
from lineage.dataclass import dataclass

Integers = NDArray[np.int64]

CANDIDATE = 1  # it recurs often enough for few outlets to be furniture, if the articles do not recur as a whole
FURNITURE = 2  # it was found to be furniture
PLAIN = 4  # a candidate that was found not to be furniture
CROWDED = 8  # it has too many holders: each is paired with the first only
STALE = 16  # what is done with it has changed since the pairs of its holders were found
GROWN = 32  # it is crowded and has got more holders since it was last decided whether it is furniture
WAITING = 64  # it is crowded and has another first holder than when pairs were last settled: its pairs are found then


@dataclass(frozen=True, slots=True)
class Crowded:
    """The fingerprints with too many holders: `keys` uint64[k], ascending, and the number of each one's first holder,
    int64[k].
    """

    keys: Keys
    firsts: Integers

    def among(self, keys: Keys) -> tuple[NDArray[np.bool_], Integers]:
        """Which of some keys are crowded, and each one's first holder (-1 where it is not)."""
        there = among(keys, self.keys)
        firsts = np.full(len(keys), -1)
        firsts[there] = self.firsts[np.searchsorted(self.keys, keys[there])]
        return there, firsts


@dataclass(slots=True)
class Marks:
    """Marks by key: bits, and of crowded ones the number of the holder that each other is paired with."""

    held: dict[int, tuple[int, int]] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)  # keys whose marks are not saved yet
    _aside: Keys | None = None
    _furniture: Keys | None = None
    _crowded: Crowded | None = None

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> Marks:
        """As they are kept."""
        return cls({key: (mark, first) for key, mark, first in rows})

    def with_bit(self, bit: int) -> Keys:
        """The keys that have a mark, ascending."""
        return np.array(sorted(key for key, (mark, _) in self.held.items() if mark & bit), np.uint64)

    def aside(self) -> Keys:
        """The keys that are not compared, ascending: furniture, and candidates until it is decided what they are."""
        if self._aside is not None:
            return self._aside
        self._aside = np.array(sorted(key for key in self.held if self.is_aside(key)), np.uint64)
        return self._aside

    def furniture(self) -> Keys:
        """The keys that were found to be furniture, ascending: a passage that stands where they do is left out."""
        if self._furniture is None:
            self._furniture = self.with_bit(FURNITURE)
        return self._furniture

    def is_aside(self, key: int) -> bool:
        """Whether a key is not compared."""
        mark, _ = self.held.get(key, (0, -1))
        return bool(mark & FURNITURE) or mark & (CANDIDATE | PLAIN) == CANDIDATE

    def crowded(self) -> Crowded:
        """The keys that have too many holders."""
        if self._crowded is None:
            keys = self.with_bit(CROWDED)
            self._crowded = Crowded(keys, np.array([self.held[key][1] for key in keys.tolist()], np.int64))
        return self._crowded

    def first(self, key: int) -> int:
        """The holder that the others of a crowded fingerprint are paired with, -1 if it is not crowded."""
        mark, first = self.held.get(key, (0, -1))
        return first if mark & CROWDED else -1

    def has(self, key: int, bits: int) -> bool:
        """Whether a key has one of some bits."""
        return bool(self.held.get(key, (0, -1))[0] & bits)

    def put(self, key: int, bit: int, there: bool, first: int | None = None) -> None:
        """Set or clear a bit, and say which holder is the first."""
        mark, before = self.held.get(key, (0, -1))
        new = (mark | bit if there else mark & ~bit, before if first is None else first)
        if new != (mark, before):
            was_aside = self.is_aside(key)
            self.held[key] = new
            self.changed.add(key)
            if self.is_aside(key) != was_aside:
                self._aside = None
            if bit == FURNITURE:
                self._furniture = None
            if bit == CROWDED:
                self._crowded = None

    def saved(self) -> Iterator[tuple[int, int, int]]:
        """The marks that changed, to be kept; those without a bit are to go."""
        for key in sorted(self.changed):
            yield (key, *self.held[key])
            if not self.held[key][0]:
                del self.held[key]
        self.changed.clear()
