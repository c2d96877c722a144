"""Texts made ready for the aligner in C, where it was compiled; `lineage/overlap/collection.py` has the twins."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address, functions

Integers = NDArray[np.int64]

IS_ODD, HAS_MARKS = 1, 2  # what `stems` says of a text


def _rows(block: Integers) -> range:
    """Where the rows of a block begin."""
    first = address(block)
    return range(first, first + block.nbytes, block.strides[0])


def _shape(*numbers: int) -> Any:
    return (ctypes.c_int64 * len(numbers))(*numbers)


def stems(
    codes: NDArray[np.uint32],
    tables: tuple[NDArray[np.uint8], NDArray[np.uint32]],
    fill: Callable[[int], None],
    words: tuple[Integers, Integers],
    letters: int,
    spread: int,
) -> tuple[NDArray[np.uint64], int] | None:
    """The first folded letters of each word, packed: uint64[n]; and whether a character folds to none or several
    (`IS_ODD`) or is a mark (`HAS_MARKS`). None without the kernel.

    `words` are the first and past-the-last characters; `fill` is called with a page of code points the tables lack.
    """
    function = _functions(kernel.library()).get("stems")
    if not function:
        return None
    found = np.empty(len(words[0]), np.uint64)
    given = [address(array) for array in (codes, *tables, *words)]
    shape = _shape(len(codes), len(found), letters)
    while (said := function(*given, shape, spread, address(found))) < 0:
        fill(-1 - said)
    return found, said


def cut(
    codes: NDArray[np.uint32],
    stops: NDArray[np.bool_],
    words: tuple[Integers, Integers, NDArray[np.bool_], NDArray[np.uint64]],
    limits: tuple[int, int, int],
) -> tuple[NDArray[Any], ...] | None:
    """A text's stems and sentences, as the last nine columns of `Parsed` have them; None without the kernel.
    `words`: first and past-the-last character, whether alone, stem.
    """
    function = _functions(kernel.library()).get("cut")
    if not function:
        return None
    count = len(words[0])
    types, edges = np.empty(count, np.uint64), np.empty(count + 1, np.uint8)
    block = np.empty((7, count + 2), np.int64)
    counts, sentences, place, cell_unit, cell_type, cell_count, units = block
    given = [address(array) for array in (codes, stops, *words)]
    found = _shape(0, 0, 0)
    shape = _shape(len(codes), count, len(stops), *limits)
    if not function(*given, shape, address(types), address(edges), *_rows(block), found):
        return None
    kinds, sizes, cells = found
    cells_of = (column[:cells] for column in (cell_unit, cell_type, cell_count))
    return types[:kinds], counts[:kinds], sentences[:kinds], place[:count], edges, units[: sizes + 1], *cells_of


class Numbers:
    """A number for each stem, in the order in which they come: a table of 64-bit keys by open addressing."""

    def __init__(self, functions: dict[str, Any]) -> None:
        self._functions, self._size = functions, 0
        self._keys, self._numbers = np.zeros(1024, np.uint64), np.full(1024, -1, np.int64)

    def number(self, stems: NDArray[np.uint64], columns: tuple[Integers, ...]) -> tuple[Integers, ...]:
        """A text's stems, different ones, as numbers, and its columns (counts, sentences, place, cells' units, types
        and counts) as they are when the stems stand in the order of their numbers.
        """
        self._make_room(len(stems))
        kinds, words, cells = len(stems), len(columns[2]), len(columns[3])
        shape = _shape(len(self._keys) - 1, self._size, kinds, words, cells)
        block = np.empty((6, words + 1), np.int64)  # no text has more stems or cells than words
        given = map(address, (stems, *columns))
        size = self._functions["number"](address(self._keys), address(self._numbers), shape, *given, *_rows(block))
        if size < 0:
            raise MemoryError("no memory to number a text's words")
        self._size = size
        types, counts, sentences, place, cell_type, cell_count = block
        own = types[:kinds], counts[:kinds], sentences[:kinds], place[:words]
        return (*own, columns[3], cell_type[:cells], cell_count[:cells])

    def _make_room(self, more: int) -> None:
        """Keep half of the table free."""
        slots = len(self._keys)
        while slots < 2 * (self._size + more):
            slots *= 2
        if slots > len(self._keys):
            keys, numbers = np.zeros(slots, np.uint64), np.full(slots, -1, np.int64)
            old = address(self._keys), address(self._numbers)
            self._functions["rehash"](*old, _shape(len(self._keys) - 1, slots - 1), address(keys), address(numbers))
            self._keys, self._numbers = keys, numbers


def numbers() -> Numbers | None:
    """An empty table; None without the kernel."""
    found = _functions(kernel.library())
    return Numbers(found) if found else None


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    shape, place = ctypes.POINTER(ctypes.c_int64), ctypes.c_void_p
    given: dict[str, list[Any]] = {
        "stems": [*[place] * 5, shape, ctypes.c_uint64, place],
        "cut": [*[place] * 6, shape, *[place] * 9, shape],
        "number": [*[place] * 2, shape, *[place] * 13],
        "rehash": [*[place] * 2, shape, *[place] * 2],
    }
    return functions(library, given)
