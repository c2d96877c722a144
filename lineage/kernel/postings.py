"""Postings put in order and merged, by fingerprint, in C where it was compiled; the twin is `Rows.sorted`."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address, functions

Columns = tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]


def arranged(
    hashes: NDArray[np.uint64],
    words: NDArray[np.int32],
    contexts: NDArray[np.uint32],
    counts: NDArray[np.int64],
    room: kernel.Room,
) -> Columns | None:
    """Key uint64[m] (the 48 uppermost bits of a hash), article uint32[m], word uint32[m] and context uint32[m] of
    postings, by key; those with one key stay in their order. None without the kernel.

    `hashes`, `words` and `contexts` are theirs, article by article: of article i `counts[i]`.
    """
    found = _functions(kernel.library())
    if not found:
        return None
    size = len(hashes)
    numbers, places = np.empty(size, np.uint32), np.empty(size, np.uint32)
    made = np.empty(size, np.uint64), numbers, places, np.empty(size, np.uint32)
    spare = room.array("postings", 6 * size, np.uint64)  # twice as many, of 24 bytes
    given = address(hashes), address(words), address(contexts), address(counts), len(counts), size
    found["arrange"](*given, address(spare), *_places(made))
    return made


def merged(
    segments: Sequence[Sequence[NDArray[Any]]], first: int, last: int, size: int, room: kernel.Room
) -> Columns | None:
    """The same columns of the postings of some segments with the 16 upper bits `first` to `last`, of which there are
    `size`; those with one key are in the order of the segments. They hold until the room is used again. None without
    the kernel.

    A segment is where the postings of each upper bits begin, uint32[2^16 + 1]; and of each posting the lower bits
    uint32[m], article uint32[m], word uint16[m] or uint32[m] and context uint32[m].
    """
    found = _functions(kernel.library())
    if not found:
        return None
    told = np.array([[*_places(own), own[3].itemsize == 4] for own in segments], np.int64)
    made = (
        room.array("keys", size, np.uint64),
        room.array("articles", size, np.uint32),
        room.array("words", size, np.uint32),
        room.array("contexts", size, np.uint32),
    )
    done = found["merge"](address(told), len(segments), first, last, *_places(made))
    return made if done == size else None


def _places(columns: Iterable[NDArray[Any]]) -> list[int]:
    return [address(column) for column in columns]


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    place, number = ctypes.c_void_p, ctypes.c_int64
    return functions(
        library,
        {"arrange": [*[place] * 4, number, number, *[place] * 5], "merge": [place, *[number] * 3, *[place] * 4]},
    )
