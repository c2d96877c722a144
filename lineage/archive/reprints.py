"""Reprints in an archive: near copies of one text, which are compared with one of them only.

A thousand reprints of one text are half a million pairs, each of which says the same. As in `lineage.overlap.reprints`
they are a star: of the holders of one fingerprint those that are near copies of one are paired with the first of them
by rank, and nobody else is paired with them because of it. What a copy has that the first has not is a fingerprint of
its own, for which the next holder stands.

Who is whose copy is decided among the holders of each fingerprint, so it does not depend on the order in which articles
came; where a new holder changes it, the pairs of those whom it concerns are found anew (see `Archive.settle`). Texts
are near copies by their signatures: one-permutation MinHash (Li, Owen, Zhang 2012) of the fingerprints, a byte a value.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from lineage.kernel.copies import many
from lineage.overlap.candidates import distinct
from lineage.overlap.reprints import ALIKE, FEWEST

Integers = NDArray[np.int64]
Values = NDArray[np.uint8]

VALUES = 32  # bytes of a signature: the share that two have in common is told to .08
MANY = ceil(FEWEST * ALIKE)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, Fibonacci hashing: fingerprints are small numbers, being the least of many
_NONE = ~np.uint64(0)
_BITS = 8  # of a value
_BINS = VALUES << _BITS


def signatures(keys: NDArray[np.uint64], articles: NDArray[np.int64], count: int) -> Values:
    """The signatures of `count` texts with the fingerprints `keys` uint64[m] of the texts `articles` int64[m]:
    uint8[count, VALUES], 0 where a text has no fingerprint of a sort.
    """
    mixed = keys * _MIX
    sort = (mixed >> np.uint64(64 - VALUES.bit_length() + 1)).view(np.int64)
    least = np.full(count * VALUES, _NONE)
    np.minimum.at(least, articles * VALUES + sort, mixed)
    found = np.where(least == _NONE, 0, least % np.uint64((1 << _BITS) - 1) + np.uint64(1))
    return found.astype(np.uint8).reshape(count, VALUES)


def firsts(group: Integers, articles: Integers, ranks: NDArray[np.uint64], values: Values) -> Integers:
    """For each holder of a fingerprint the article that it is a near copy of, -1 if of none: int64[m].

    `group` int64[m] is the fingerprint of each, in order; `articles` are numbers of which `ranks` and `values` tell
    rank and signature. An article whose copies are fewer than `FEWEST` with itself has none.
    """
    found = np.full(len(group), -1)
    edges = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
    large = np.flatnonzero((np.diff(edges) >= FEWEST) & _many(values, articles, edges))
    told: dict[bytes, Integers] = {}  # the fingerprints of a passage have the same holders
    for low, high in zip(edges[large].tolist(), edges[large + 1].tolist(), strict=True):
        own = distinct(articles[low:high])
        if (key := own.tobytes()) not in told:
            told[key] = _families(own, ranks, values)
        found[low:high] = told[key][np.searchsorted(own, articles[low:high])]
    return found


def _many(values: Values, articles: Integers, edges: Integers) -> NDArray[np.bool_]:
    """Which groups `articles[edges[g]:edges[g + 1]]` hold `MANY` with one value in one place of their signatures, as do
    those of who has FEWEST copies: it agrees with each in ALIKE of its values.
    """
    told = many(values, articles, edges, MANY)
    if told is not None:
        return told
    found = np.zeros(len(edges) - 1, bool)
    for group in np.flatnonzero(np.diff(edges) >= MANY).tolist():
        counts = np.bincount(_bins(values[articles[edges[group] : edges[group + 1]]]).ravel(), minlength=_BINS)
        found[group] = counts.reshape(VALUES, -1)[:, 1:].max() >= MANY
    return found


def _bins(signed: Values) -> Integers:
    """A number for each value in each place."""
    return signed + (np.arange(VALUES) << _BITS)


def _families(own: Integers, ranks: NDArray[np.uint64], values: Values) -> Integers:
    """For each of some articles the one that it is a near copy of, -1 if of none."""
    found = np.full(len(own), -1)
    if len(own) < FEWEST:
        return found
    signed = values[own]
    bins = _bins(signed)
    counts = np.bincount(bins.ravel(), minlength=_BINS)
    there = np.count_nonzero(signed, axis=1)
    agreeing = (counts[bins] * (signed != 0)).sum(axis=1)
    possible = agreeing >= FEWEST * ALIKE * there  # who has FEWEST copies agrees with each in ALIKE of the values
    free = np.ones(len(own), bool)
    for place in np.argsort(ranks[own], kind="stable").tolist():
        if not possible[place] or not free[place]:
            continue
        head = signed[place]
        either = there[place] + np.count_nonzero(signed[:, head == 0], axis=1)
        near = free & (np.count_nonzero((signed == head) & (head != 0), axis=1) >= ALIKE * either)
        if np.count_nonzero(near) >= FEWEST:
            found[near] = own[place]
            found[place] = -1
            free &= ~near
    return found
