"""Winnowing: of every few shingles in a row, keep the least (Schleimer, Wilkerson and Aiken 2003).

Open shingles, those of whose five words the middle one has the least hash (open syncmers: Edgar 2021), come before all
others and are all kept. Whether one is open does not depend on what stands around it, so that it is found again where
words near it were changed, and two are never close together; only windows without one need another. Of the same texts
there are fewer fingerprints than by their hashes alone, and two fifths as many passages with changed words are missed.

Guarantee: two articles that share a run of at least `window + SHINGLE - 1` words (in scripts without spaces
`window + SHINGLE_ALONE - 1` characters) share a fingerprint in it, at the same place of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel import Prints
from lineage.overlap.shingles import NO_SHINGLE, SHINGLE, SHINGLE_ALONE, shingles
from lineage.text import unicode
from lineage.text.tokens import SEED, recomposed, tokenize_encoded

COMPACT, DEFAULT, THOROUGH = 12, 8, 4  # windows, in shingles
_ZERO = np.uint64(0)  # no rank: of windows that choose nothing
_OPEN = np.uint64(1)


def fingerprints(
    words: NDArray[np.uint64],
    first: NDArray[np.int64],
    alone: NDArray[np.bool_] | None = None,
    window: int = DEFAULT,
    room: kernel.Room | None = None,
) -> Prints:
    """The fingerprints of articles: hash uint64[m], word int32[m] in its article, context uint32[m], and how many each
    article has.

    Article i has the words `first[i]:first[i + 1]`, hashed; `alone` marks those that are one character. A context is a
    byte of each of the two words before the shingle and the two behind it, 0 where there is none.
    """
    library = kernel.library()
    if library is not None:
        return kernel.fingerprints(library, words, alone, first, window, room or kernel.Room())
    values = shingles(words, first, alone)
    chosen = winnow(ranks(values, words), first, window)
    counts = np.diff(np.searchsorted(chosen, first))
    places = (chosen - np.repeat(first[:-1], counts)).astype(np.int32)
    return values[chosen], places, _contexts(words, first, alone, chosen, counts), counts


def sketch(
    data: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    text: Callable[[int], str],
    window: int = DEFAULT,
    room: kernel.Room | None = None,
    *,
    seed: int = SEED,
    sizes: NDArray[np.int64] | None = None,
    narrow: kernel.Narrow = None,
) -> Prints:
    """The fingerprints of texts that lie in a buffer as UTF-8, as `fingerprints` gives them for their words.

    Text i is `data[bounds[i]:bounds[i + 1]]`, with 64 bytes behind the last, and also what `text(i)` returns; those
    that are `narrow` have one byte a character (`lineage.text.tokens.laid`), which only the kernel reads. The kernel
    keeps the words of one text at a time, and where they are is not asked for: that takes half the time. How many words
    each text has goes to `sizes`, if that is given.
    """
    library, room = kernel.library(), room or kernel.Room()
    if library is None:
        batch = tokenize_encoded(data, bounds, seed=seed)
        prints, counted = fingerprints(batch.hashes, batch.first, batch.alone, window), np.diff(batch.first)
    else:
        prints, counted, said = kernel.sketch(
            library, data, bounds, unicode.columns(), seed, window, room, unicode.fill, narrow
        )
        for index, batch in recomposed(said, text, seed):
            prints = _replaced(prints, index, fingerprints(batch.hashes, batch.first, batch.alone, window))
            counted[index] = len(batch.hashes)
    if sizes is not None:
        sizes[:] = counted
    return prints


def _replaced(prints: Prints, article: int, other: Prints) -> Prints:
    """Fingerprints with those of one article exchanged."""
    counts = prints[3]
    low = int(counts[:article].sum())
    high = low + int(counts[article])
    counts[article] = other[3][0]

    def spliced(column: NDArray[Any], own: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([column[:low], own, column[high:]])

    return spliced(prints[0], other[0]), spliced(prints[1], other[1]), spliced(prints[2], other[2]), counts


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


def ranks(values: NDArray[np.uint64], words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """By what shingles are chosen, uint64[n]: open ones have 1, others their hash. `words` are the hashes of the words
    with which they begin.
    """
    made = values.copy()
    if len(words) >= SHINGLE:
        least = _sliding(words, SHINGLE, np.minimum)
        first = made[: len(least)]
        first[(words[SHINGLE // 2 :][: len(least)] == least) & (first != NO_SHINGLE)] = _OPEN
    return made


@cache
def density(window: int) -> float:
    """The share of a long text's shingles that are fingerprints, of random words (measured on 65,536)."""
    words = np.random.default_rng(0).integers(0, 2**64 - 1, 1 << 16, np.uint64)
    first = np.array([0, len(words)])
    return len(winnow(ranks(shingles(words, first), words), first, window)) / len(words)


def winnow(values: NDArray[np.uint64], first: NDArray[np.int64], window: int = DEFAULT) -> NDArray[np.int64]:
    """Which shingles are fingerprints: ascending indices into `values`, int64[m].

    `values` are the ranks of the shingles of articles one after another, article i at `first[i]:first[i + 1]`. A
    shingle is kept if it is the least of some window that lies within its article; an article with fewer shingles than
    a window keeps its least. Equal least shingles are all kept, so that the choice does not depend on direction.
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
