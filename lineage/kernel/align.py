"""The aligner's inner loop in C, where it was compiled; `lineage/overlap/refine.py` has its twin in numpy."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.dataclass import dataclass
from lineage.kernel.calls import address, functions

_Shape, _Ask, _Found = ctypes.c_int64 * 5, ctypes.c_int64 * 7, ctypes.c_int64 * 3
EXPECTED = 64  # pairs of sentences of two texts for which place is made at first
_Columns, _Sizes = ctypes.c_void_p * 6, ctypes.c_int64 * 7


@dataclass(frozen=True, slots=True)
class Bag:
    """The words of one text: `numbers` int32[n] are those of the stems that both texts have (`size` for the others),
    `levels` int32[n] how often each is expected in a word of either text, in steps of an octave; `edges` uint8[n + 1]
    marks the words before which a sentence or a line ends, and the end.
    """

    numbers: NDArray[np.int32]
    levels: NDArray[np.int32]
    edges: NDArray[np.uint8]
    size: int
    addresses: tuple[int, int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        addresses = address(self.numbers), address(self.levels), address(self.edges)
        object.__setattr__(self, "addresses", addresses)

    def __len__(self) -> int:
        return len(self.numbers)


class Tables:
    """What words count, all in `nat` parts of a nat: int64[levels] by how often they are expected, int64[shares,
    levels] if they have a partner, int64[shares] if they have none, and what an end with a sentence adds.
    """

    def __init__(
        self, spare: NDArray[np.int64], partner: NDArray[np.int64], lone: NDArray[np.int64], nat: int, bonus: int
    ) -> None:
        self.held = spare, partner, lone
        self.addresses = tuple(map(address, self.held))
        self.shape = len(spare), len(lone), nat, bonus


def segment(
    a: Bag, b: Bag, tables: Tables, ask: tuple[int, int, int, int, int, int, int]
) -> tuple[int, int, int] | None:
    """The best stretch of words of a: first, past-the-last, and their sum; None without the kernel.

    What is asked for is said in align.c; no stretch of it may be empty.
    """
    function = _functions(kernel.library()).get("segment")
    if not function:
        return None
    found = _Found()
    shape = _Shape(a.size, *tables.shape)
    if not function(*a.addresses, b.addresses[0], *tables.addresses, shape, _Ask(*ask), found):
        return None
    return found[0], found[1], found[2]


def clusters(
    rows: NDArray[np.int64], columns: NDArray[np.int64], cosine: NDArray[np.float32], shape: tuple[int, int, int]
) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """Clusters of seeds, at least one: what speaks for each float64[c], and its first and last unit in a and in b,
    int64[4, c]; None without the kernel. `shape` are the gaps in a and in b, and the most passes.
    """
    function = _functions(kernel.library()).get("clusters")
    if not function:
        return None
    count = len(rows)
    label, score, extent = np.empty(count, np.int64), np.empty(count), np.empty((4, count), np.int64)
    given = [address(np.ascontiguousarray(array)) for array in (rows, columns, cosine)]
    made = [address(array) for array in (label, score, extent)]
    found = function(*given, (ctypes.c_int64 * 4)(count, *shape), *made)
    return None if found < 0 else (score[:found], extent[:, :found])


def alike(
    a: Sequence[NDArray[Any]], b: Sequence[NDArray[Any]], scale: float, least: float, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]] | None:
    """Pairs of sentences whose cosine exceeds `least`: sentence of a, of b, cosine. None without the kernel, or if
    there are more than `most`.

    A text's columns are those of `lineage.overlap.alike.Vectors`; weights are in whole numbers of `scale`.
    """
    function = _functions(kernel.library()).get("alike")
    if not function:
        return None
    place = min(most, int(a[-1].sum()) * int(b[-1].sum()))
    rows, columns, cosine = np.empty(place, np.int64), np.empty(place, np.int64), np.empty(place, np.float32)
    given = [_Columns(*map(address, own)) for own in (a, b)]
    sizes = _Sizes(*(len(own[column]) for own in (a, b) for column in (0, 2, 5)), place)
    found = function(*given, sizes, scale, least, address(rows), address(columns), address(cosine))
    return None if found < 0 else (rows[:found], columns[:found], cosine[:found])


def alike_pairs(
    texts: Sequence[tuple[NDArray[Any], ...]],
    sizes: NDArray[np.int64],
    pairs: NDArray[np.int64],
    free: Sequence[NDArray[np.bool_]],
    tables: Sequence[NDArray[np.float64]],
    limits: tuple[float, float, int],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]] | None:
    """The same of many pairs of texts, by pair: how many of each int64[pairs], then as `alike`. None without the
    kernel, or if a pair has more than the last of `limits`, which are `scale`, `least` and `most`.

    `texts` are columns and `sizes` int64[texts, 3] their stems, cells and sentences, as alike.c says; `pairs`
    int64[pairs, 2] numbers of texts; `free` of the pairs' two texts one after another, `tables` one a pair.
    """
    function = _functions(kernel.library()).get("alike_pairs")
    if not function:
        return None
    scale, least, most = limits
    columns = [address(column) for text in texts for column in text]
    looked, rarities = list(map(address, free)), list(map(address, tables))
    given = [(ctypes.c_void_p * len(own))(*own) for own in (columns, looked, rarities)]
    counts, place = np.zeros(len(pairs), np.int64), EXPECTED * len(pairs)
    while True:
        rows, others, cosine = np.empty(place, np.int64), np.empty(place, np.int64), np.empty(place, np.float32)
        into = address(counts), address(rows), address(others), address(cosine)
        shape = address(sizes), address(pairs), len(pairs)
        found = function(given[0], *shape, *given[1:], scale, least, most, *into, place)
        if found <= place:
            return None if found < 0 else (counts, rows[:found], others[:found], cosine[:found])
        place = found


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    numbers, place = ctypes.POINTER(ctypes.c_int64), ctypes.c_void_p
    given: dict[str, list[Any]] = {
        "segment": [*[place] * 7, *[numbers] * 3],
        "clusters": [*[place] * 3, numbers, *[place] * 3],
        "alike": [*[ctypes.POINTER(place)] * 2, numbers, ctypes.c_double, ctypes.c_float, *[place] * 3],
        "alike_pairs": [
            ctypes.POINTER(place),
            place,
            place,
            ctypes.c_int64,
            *[ctypes.POINTER(place)] * 2,
            ctypes.c_double,
            ctypes.c_float,
            ctypes.c_int64,
            *[place] * 4,
            ctypes.c_int64,
        ],
    }
    return functions(library, given)
