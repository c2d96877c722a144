"""From seeds to chains in C, where it was compiled; `lineage/overlap/candidates.py`, `chains.py` and `passages.py` have
the twins in numpy.
"""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from lineage.kernel.calls import address as _at

Columns = tuple[NDArray[np.int64], ...]
_STRETCH = 20  # bytes of a stretch in seeds.c
_GAP, _RUN, _PIECE, _STRETCHES = 12, 3, 6, 4  # as in links.c: words in a gap; numbers in a run, a piece, a stretch


def segments(
    kernel: ctypes.CDLL,
    postings: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint32]],
    held: NDArray[np.int32],
    order: NDArray[np.int32],
    partners: NDArray[np.int32],
    most: int,
    gap: int,
) -> Columns:
    """Segments (left, right, shift, first, last), sorted, from the entries `order` of fingerprints' holders, each with
    so many `partners` behind it: `most` are those of one article at most. `held` are the entries' postings, of which
    `postings` tells articles, words and contexts.
    """
    made = tuple(np.empty(int(partners.sum()), np.int64) for _ in range(5))
    keys, stretches = np.empty(2 * most, np.uint64), np.empty(3 * most * _STRETCH, np.uint8)
    given = (*map(_at, postings), _at(held), _at(order), _at(partners), len(order), gap, most)
    count = kernel.lineage_segments(*given, _at(keys), _at(stretches), *map(_at, made))
    return tuple(column[:count] for column in made)


def grow(
    kernel: ctypes.CDLL,
    words: NDArray[np.uint64],
    base: NDArray[np.int64],
    bounds: Columns,
    segments: Columns,
) -> Columns:
    """Segments (left, right, shift, first, last), sorted, grown at both ends; those that then meet are one.

    Word k of article i is at `base[i] + k`, from `bounds[0][i]` to `bounds[1][i]`, and `bounds[2][i]` by how many a
    segment of it may grow; what comes out counts the words of all.
    """
    grown = tuple(column.copy() for column in segments)
    count = kernel.lineage_grow(_at(words), _at(base), *map(_at, bounds), len(grown[0]), *map(_at, grown))
    return tuple(column[:count] for column in grown)


def pieces(
    kernel: ctypes.CDLL,
    words: NDArray[np.uint64],
    shift: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> Columns:
    """Equal words in a row on diagonals: diagonal, word, length, and number of the part of the diagonal."""
    most = int((last - first).sum()) // 2 + len(first)
    made = tuple(np.empty(most, np.int64) for _ in range(4))
    columns = (_at(words), _at(shift), _at(first), _at(last), len(first), *map(_at, made))
    count = kernel.lineage_pieces(*columns)
    return tuple(column[:count] for column in made)


def link(
    kernel: ctypes.CDLL,
    words: NDArray[np.uint64],
    runs: Columns,
    alone: NDArray[np.int64] | None,
    less: float,
    least_words: int,
    least_identity: float,
) -> Columns:
    """Chains (left, right, a, b, length, number) of equal runs, whose last column numbers the pieces of diagonals:
    those that hold `least_words`, a word in `alone` counting `less`, and `least_identity` of the longer side.
    """
    count = len(runs[0])
    made = tuple(np.empty(_GAP * count, np.int64) for _ in range(6))
    pieces, room = np.empty(_PIECE * count, np.int64), np.empty(_STRETCHES * _GAP * count, np.int64)
    keys, order = np.empty(2 * count, np.uint64), np.empty(count, np.int64)
    chain = np.empty(_RUN * _GAP * count, np.int64)
    rule = (None, 0) if alone is None else (_at(alone), len(alone))
    given = (_at(words), *map(_at, runs), count, *rule, less, least_words, least_identity)
    scratch = (pieces, keys, order, chain, room)
    found = kernel.lineage_link(*given, *map(_at, scratch), *map(_at, made))
    return tuple(column[:found] for column in made)


def claim(
    kernel: ctypes.CDLL, bounds: NDArray[np.int64], sizes: NDArray[np.int64], runs: Columns, least_words: int
) -> tuple[Columns, NDArray[np.int64]]:
    """Of runs (a, b, length, chain) of pairs, sorted by chain, the pieces of which no longer chain has a word; and how
    many each pair has. Pair i has the runs `bounds[i]:bounds[i + 1]`, and `sizes[i]` words, int64[pairs, 2].
    """
    made = tuple(np.empty(int(runs[2].sum()), np.int64) for _ in range(4))
    found = np.empty(len(sizes), np.int64)
    taken, order = np.empty(int(sizes.sum(axis=1).max()), np.uint8), np.empty(2 * len(runs[0]), np.int64)
    given = (_at(bounds), len(sizes), _at(sizes), *map(_at, runs), least_words)
    kernel.lineage_claim(*given, _at(taken), _at(order), *map(_at, made), _at(found))
    return tuple(column[: found.sum()] for column in made), found


def both(
    kernel: ctypes.CDLL,
    marked: NDArray[np.uint8],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    length: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How many words of each run, `length[k]` from `a[k]` and from `b[k]` on, are marked on both sides."""
    counts = np.empty(len(a), np.int64)
    kernel.lineage_both(_at(marked), _at(a), _at(b), _at(length), len(a), _at(counts))
    return counts
