"""Shingles: a hash of every few words in a row.

A shingle is `SHINGLE` words; where it begins with a character of a script without spaces, it is
`SHINGLE_ALONE` words (characters), which carry about as much.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage import kernel

SHINGLE = 5  # words: 4 join unrelated news, 6 lose edited passages (Broder 1997 took 10 for pages, passim takes 5)
SHINGLE_ALONE = 8  # characters: a Chinese word has about 1.6

NO_SHINGLE = np.uint64(2**64 - 1)  # stands where an article has too few words left for a shingle
_K = np.uint64(0x9FB21C651E98DF25)  # an odd multiplier (Evensen, rrmxmx)
_K2 = np.uint64(int(_K) ** 2 % 2**64)
_K3 = np.uint64(int(_K) ** 3 % 2**64)
_MIX = np.uint64(0xD6E8FEB86659FD93)  # likewise, for the last spreading of bits


def shingles(
    words: NDArray[np.uint64], first: NDArray[np.int64], alone: NDArray[np.bool_] | None = None
) -> NDArray[np.uint64]:
    """The shingle hash that begins at each word, uint64[n], of articles that lie one after another.

    Article i has the words `first[i]:first[i + 1]`; a shingle that would cross its end is `NO_SHINGLE`. The hash
    is a polynomial in the word hashes (Karp and Rabin 1987), computed by doubling.
    """
    library = kernel.library()
    if library is not None and int(first[-1]) == len(words) and first[0] == 0:
        return kernel.shingles(library, words, alone, first)
    count = len(words)
    values = np.full(count, NO_SHINGLE)
    if count < SHINGLE:
        return values
    twos = words[:-1] * _K
    twos += words[1:]
    fives = twos[:-3] * _K2
    fives += twos[2:-1]
    fives *= _K
    fives += words[4:]
    fives ^= fives >> np.uint64(32)
    fives *= _MIX
    values[: len(fives)] = fives
    length = SHINGLE
    if alone is not None and alone.any():
        length = SHINGLE_ALONE
        wide = alone[: max(count - 7, 0)]
        eights = fives[:-3][: len(wide)] * _K3
        eights += fives[3:][: len(wide)]
        eights ^= eights >> np.uint64(32)
        eights *= _MIX
        np.copyto(values[: len(wide)], eights, where=wide)
        values[len(wide) :][alone[len(wide) :]] = NO_SHINGLE
    _blank_ends(values, first, alone, length)
    return values


def _blank_ends(
    values: NDArray[np.uint64], first: NDArray[np.int64], alone: NDArray[np.bool_] | None, length: int
) -> None:
    """Take out the shingles that would cross an article's end."""
    back = np.arange(1, length)
    at = first[1:, None] - back
    keep = at >= first[:-1, None]
    if length > SHINGLE and alone is not None:
        keep &= (back < SHINGLE) | alone[np.maximum(at, 0)]
    values[at[keep]] = NO_SHINGLE
