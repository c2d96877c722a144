"""Fingerprints looked up in segments, in C where it was compiled; the twins are in `lineage/archive/joining.py` and
`segments.py`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address, functions
from lineage.kernel.postings import Columns, as_told

Integers = NDArray[np.int64]
Groups = tuple[Columns, Integers, Integers, NDArray[np.uint64]]

_HITS = 2 * 256 * 4  # bytes that a segment's hits take
_MOST = 1 << 18  # postings that are gathered in one call: 5 MB, which the caches hold
_COLUMNS: Mapping[str, type[Any]] = {
    "keys": np.uint64,
    "articles": np.uint32,
    "words": np.uint32,
    "contexts": np.uint32,
}
_GROUPS: Mapping[str, type[Any]] = {"groups": np.uint64, "fresh": np.int64, "sizes": np.int64}


def find(
    values: NDArray[np.uint32], index: NDArray[np.uint32], keys: NDArray[np.uint64]
) -> tuple[Integers, Integers, Integers] | None:
    """Which of some keys of 48 bits have postings, and from and to where: int64[h] each; None without the kernel.

    Those with the upper bits b are `index[b]:index[b + 1]`, sorted by the lower 32 bits, which are `values`.
    """
    found = _functions(kernel.library())
    if not found:
        return None
    made = [np.empty(len(keys), np.int64) for _ in range(3)]
    count = found["find"](address(values), address(index), address(keys), len(keys), *map(address, made))
    return made[0][:count], made[1][:count], made[2][:count]


def holders(
    segments: Sequence[Sequence[NDArray[Any]]],
    keys: NDArray[np.uint64],
    starts: Integers,
    only: Integers,
    fresh: Columns,
    room: kernel.Room,
) -> list[Groups] | None:
    """The groups of two postings or more with each of some ascending keys, in one part or more: their postings as
    columns, first the fresh ones and then those of the segments; and of each group how many there are, how many of them
    are fresh, and the key. None without the kernel.

    The fresh ones of `keys[i]` are `starts[i]:starts[i + 1]` among the columns of `fresh`; of the others of a key with
    `only[i]` not negative those of that article count. Segments are as in `lineage.kernel.postings.merged`.
    """
    found = _functions(kernel.library())
    if not found:
        return None
    table, hits = as_told(segments), room.array("hits", _HITS * max(1, len(segments)), np.uint8)
    given = address(table), len(segments), address(keys), address(starts), address(only)
    most, reached = (
        _MOST,
        np.zeros(3, np.int64),
    )  # which key comes next, how many postings were made, the next one needs
    parts: list[Groups] = []
    while not parts or reached[0] < len(keys):
        most, left = max(most, int(reached[2])), len(keys) - int(reached[0])
        made = [room.array(f"gathered {name}", most, kind) for name, kind in _COLUMNS.items()]
        told = [room.array(f"gathered {name}", left, kind) for name, kind in _GROUPS.items()]
        own, places = map(address, fresh[1:]), map(address, (*made, *told, reached))
        groups = found["holders"](*given, int(reached[0]), len(keys), *own, address(hits), most, *places)
        made_keys, articles, words, contexts = (column[: reached[1]].copy() for column in made)
        group_keys, of_fresh, sizes = (column[:groups].copy() for column in told)
        parts.append(((made_keys, articles, words, contexts), sizes, of_fresh, group_keys))
    return parts


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library."""
    place, number = ctypes.c_void_p, ctypes.c_int64
    given = {
        "find": [*[place] * 3, number, *[place] * 3],
        "holders": [place, number, *[place] * 3, number, number, *[place] * 4, number, *[place] * 8],
    }
    return functions(library, given)
