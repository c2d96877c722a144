"""Winnowing: of every few shingles in a row, keep the least (Schleimer, Wilkerson and Aiken 2003).

Guarantee: two articles that share a run of at least `window + SHINGLE - 1` words (in scripts without spaces
`window + SHINGLE_ALONE - 1` characters) share a fingerprint in it, at the same place of the run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.overlap.shingles import NO_SHINGLE, SHINGLE, SHINGLE_ALONE, shingles

COMPACT, DEFAULT, THOROUGH = (
    12,
    8,
    4,
)  # windows, in shingles: recall at 30 words, 8 % changed .955, .988, 1.000
_ZERO = np.uint64(0)


def fingerprints(
    words: NDArray[np.uint64],
    first: NDArray[np.int64],
    alone: NDArray[np.bool_] | None = None,
    window: int = DEFAULT,
    room: kernel.Room | None = None,
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint32], NDArray[np.int64]]:
    """The fingerprints of articles: hash uint64[m], word int32[m] in its article, context uint32[m], and how many each
    article has.

    Article i has the words `first[i]:first[i + 1]`, hashed; `alone` marks those that are one character. A context is a
    byte of each of the two words before the shingle and the two behind it, 0 where there is none.
    """
    library = kernel.library()
    if library is not None:
        return kernel.fingerprints(library, words, alone, first, window, room or kernel.Room())
    values = shingles(words, first, alone)
    chosen = winnow(values, first, window)
    counts = np.diff(np.searchsorted(chosen, first))
    places = (chosen - np.repeat(first[:-1], counts)).astype(np.int32)
    return values[chosen], places, _contexts(words, first, alone, chosen, counts), counts


def _contexts(
    words: NDArray[np.uint64],
    first: NDArray[np.int64],
    alone: NDArray[np.bool_] | None,
    chosen: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> NDArray[np.uint32]:
    low, high = np.repeat(first[:-1], counts), np.repeat(first[1:], counts)
    length = SHINGLE if alone is None else np.where(alone[chosen], SHINGLE_ALONE, SHINGLE)
    contexts = np.zeros(len(chosen), np.uint32)
    for k, at in enumerate((chosen - 2, chosen - 1, chosen + length, chosen + length + 1)):
        there = (at >= low) & (at < high)
        byte = (words[np.where(there, at, 0)] >> np.uint64(56)).astype(np.uint32)
        contexts |= np.where(there, byte << np.uint32(8 * k), np.uint32(0))
    return contexts


def winnow(values: NDArray[np.uint64], first: NDArray[np.int64], window: int = DEFAULT) -> NDArray[np.int64]:
    """Which shingles are fingerprints: ascending indices into `values`, int64[m].

    `values` are the shingles of articles one after another, article i at `first[i]:first[i + 1]`. A shingle is
    kept if it is the least of some window that lies within its article; an article with fewer shingles than a
    window keeps its least. Equal least shingles are all kept, so that the choice does not depend on direction.
    """
    count = len(values)
    if count >= window:
        least = _sliding(values, window, np.minimum)
        _blank_crossing(least, first, window)
        padded = np.zeros(count + window - 1, np.uint64)
        padded[window - 1 : count] = least
        greatest = _sliding(padded, window, np.maximum)
        chosen = greatest == values
        chosen &= values != NO_SHINGLE
        found = np.flatnonzero(chosen)
    else:
        found = np.empty(0, np.int64)
    lengths = np.diff(first)
    short = np.flatnonzero((lengths < window) & (lengths > 0))
    if not short.size:
        return found
    extra = [found]
    for start, end in zip(first[short].tolist(), first[short + 1].tolist(), strict=True):
        own = values[start:end]
        least_own = own.min()
        if least_own != NO_SHINGLE:
            extra.append(start + np.flatnonzero(own == least_own))
    return np.sort(np.concatenate(extra))


def _sliding(values: NDArray[np.uint64], window: int, fold: np.ufunc) -> NDArray[np.uint64]:
    """`fold` over every window, by doubling: result[i] is over values[i : i + window]."""
    width = 1
    while width * 2 <= window:
        values = fold(values[:-width], values[width:])
        width *= 2
    if width < window:
        values = fold(values[: len(values) - (window - width)], values[window - width :])
    return values


def _blank_crossing(least: NDArray[np.uint64], first: NDArray[np.int64], window: int) -> None:
    """Windows that reach over an article's end choose nothing."""
    at = (first[1:-1, None] - np.arange(1, window)).ravel()
    least[at[(at >= 0) & (at < len(least))]] = _ZERO
