"""Fingerprints looked up in segments, in C where it was compiled; the twin is in `lineage/archive/looking.py`."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address, functions

Integers = NDArray[np.int64]
Groups = tuple[list[NDArray[Any]], Integers, Integers, Integers]

_HITS = 2 * 256 * 4  # bytes that a segment's hits take
_MOST = 1 << 18  # postings that are gathered in one call: 5 MB, which the caches hold
_BLOCKS = 1 << 12  # blocks that are compared with their checksums after one call: 64 MB
_COLUMNS = 6  # of postings, as in segments.h


def holders(
    segments: Sequence[NDArray[np.int64]],
    keys: NDArray[np.uint64],
    only: Integers,
    fresh: Sequence[NDArray[Any]],
    starts: Integers,
    least: int,
    check: Callable[[list[int]], None],
    room: kernel.Room,
) -> Iterator[Groups] | None:
    """The groups of `least` postings or more with each of some ascending keys, in one part or more: their postings as
    columns, first the fresh ones and then those of the segments; and which key each group has, how many of it are
    fresh, and how many there are. None without the kernel.

    Segments are as `lineage.kernel.postings.told` tells of them. The fresh postings are columns, too; those of
    `keys[i]` are `starts[i]:starts[i + 1]`. Of the others of a key with `only[i]` not negative those of that article
    count. `check` is called with the blocks that were read and that nobody has compared with their checksums yet:
    segment << 32 | block.
    """
    found = _functions(kernel.library())
    return _parts(found["holders"], segments, (keys, starts, only), fresh, least, check, room) if found else None


def _parts(
    call: Callable[..., int],
    segments: Sequence[NDArray[np.int64]],
    wanted: Sequence[NDArray[Any]],
    fresh: Sequence[NDArray[Any]],
    least: int,
    check: Callable[[list[int]], None],
    room: kernel.Room,
) -> Iterator[Groups]:
    """The parts, one call each; `wanted` are the keys, and `starts` and `only`."""
    table, given, size = np.concatenate([np.empty(0, np.int64), *segments]), _places(fresh), len(wanted[0])
    known = tuple(map(address, (table, *wanted, given)))
    hits, unseen = room.array("hits", _HITS * max(1, len(segments)), np.uint8), room.array("unseen", _BLOCKS, np.int64)
    groups = [room.array(f"gathered groups {number}", size, np.int64) for number in range(3)]
    most, reached = _MOST, np.zeros(4, np.int64)  # the next key, postings made, those that key needs, blocks to check
    while True:
        most = max(most, int(reached[2]))
        made = [room.array(f"gathered {number}", most, column.dtype.type) for number, column in enumerate(fresh)]
        to = _places(made)
        places = tuple(map(address, (hits, to, *groups, unseen, reached)))
        count = call(len(segments), size, least, most, _BLOCKS, *known, *places)
        check(unseen[: reached[3]].tolist())
        which, of_fresh, sizes = (column[:count].copy() for column in groups)
        yield [column[: reached[1]].copy() for column in made], which, of_fresh, sizes
        if reached[0] == size:
            return


def _places(columns: Sequence[NDArray[Any]]) -> Integers:
    """Where columns of postings lie; 0 for those that are not there."""
    return np.array([*map(address, columns), *[0] * (_COLUMNS - len(columns))], np.int64)


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    return functions(library, {"holders": [*[ctypes.c_int64] * 5, *[ctypes.c_void_p] * 12]})
