"""Postings put in the order of their fingerprints, in C, where it was compiled; the twin is `Rows.sorted`."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address, functions

Columns = tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16]]


def arranged(
    hashes: NDArray[np.uint64],
    words: NDArray[np.int32],
    contexts: NDArray[np.uint16],
    counts: NDArray[np.int64],
    room: kernel.Room,
) -> Columns | None:
    """Key uint64[m] (the 48 uppermost bits of a hash), article uint32[m], word uint32[m] and context uint16[m] of
    postings, by key; those with one key stay in their order. None without the kernel.

    `hashes`, `words` and `contexts` are theirs, article by article: of article i `counts[i]`.
    """
    found = _functions(kernel.library())
    if not found:
        return None
    size = len(hashes)
    numbers, places = np.empty(size, np.uint32), np.empty(size, np.uint32)
    made = np.empty(size, np.uint64), numbers, places, np.empty(size, np.uint16)
    spare = room.array("postings", 4 * size, np.uint64)  # twice as many, of 16 bytes
    given = address(hashes), address(words), address(contexts), address(counts), len(counts), size
    found["arrange"](*given, address(spare), *(address(column) for column in made))
    return made


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    place, number = ctypes.c_void_p, ctypes.c_int64
    return functions(library, {"arrange": [*[place] * 4, number, number, *[place] * 5]})
