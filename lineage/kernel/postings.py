"""Postings put in order and merged, by fingerprint, in C where it was compiled; the twin is `Rows.sorted`."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
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
    made: Columns = (np.empty(size, np.uint64), numbers, places, np.empty(size, np.uint32))
    spare = room.array("postings", 6 * size, np.uint64)  # twice as many, of 24 bytes
    given = address(hashes), address(words), address(contexts), address(counts), len(counts), size
    found["arrange"](*given, address(spare), *_places(made))
    return made


def merged(
    segments: Sequence[NDArray[np.int64]], first: int, last: int, size: int, room: kernel.Room
) -> Columns | None:
    """The same columns of the postings of some segments, of which `told` tells, with the 16 upper bits `first` to
    `last`, of which there are `size`; those with one key are in the order of the segments. They hold until the room is
    used again. None without the kernel.
    """
    found = _functions(kernel.library())
    if not found:
        return None
    made = (
        room.array("keys", size, np.uint64),
        room.array("articles", size, np.uint32),
        room.array("words", size, np.uint32),
        room.array("contexts", size, np.uint32),
    )
    table = np.concatenate(segments)
    done = found["merge"](address(table), len(segments), first, last, *_places(made))
    return made if done == size else None


def told(columns: Mapping[str, NDArray[Any]], begin: NDArray[np.uint8], seen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """What the kernel is told of a segment, which holds as long as its arrays do: where they lie, and whether words
    take 32 bits.

    The columns are the `index`, where the postings of each 16 upper bits begin, uint32[2^16 + 1]; and of each posting
    the lower bits (`rest`) uint32[m], `articles` uint32[m], `words` uint16[m] or uint32[m] and `contexts` uint32[m],
    and where text is not kept `starts` uint32[m] and `lengths` uint16[m]. `begin` is where the blocks under checksums
    begin, and `seen` tells of each whether it was compared with its own. The last number may be set to 0 when all were.
    """
    names = ("index", "rest", "articles", "words", "contexts", "starts", "lengths")
    places = [address(columns[name]) if name in columns else 0 for name in names]
    return np.array([*places, columns["words"].itemsize == 4, address(begin), address(seen)], np.int64)


def _places(columns: Columns) -> list[int]:
    return [address(column) for column in columns]


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    place, number = ctypes.c_void_p, ctypes.c_int64
    return functions(
        library,
        {"arrange": [*[place] * 4, number, number, *[place] * 5], "merge": [place, *[number] * 3, *[place] * 4]},
    )
