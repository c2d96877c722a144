"""Python's own objects in the kernel: strings read where they lie, and values made by column.

Both need what only Python's headers tell, so the kernel has them if those were there when it was built, and only for
that version of Python. They run with Python's lock held.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel import PAD, Room
from lineage.kernel.calls import address as _at

AT_ONCE = 16  # pairs: what is made and not yet taken is what the collector looks at; at 512 that takes half the time
_COLUMNS = "iiiiqqdd?qqqqqdd"  # their types, of runs, passages and pairs


def _functions() -> ctypes.PyDLL | None:
    """The functions that are called with Python's lock, or None where they are not for this Python."""
    return None if kernel.library() is None else _loaded()


@cache
def _loaded() -> ctypes.PyDLL | None:
    loaded = ctypes.PyDLL(str(Path(__file__).with_name(kernel.NAME)))
    if sys.implementation.name != "cpython" or loaded.lineage_python() != sys.hexversion >> 16:
        return None
    number, pointer, value = ctypes.c_int64, ctypes.c_void_p, ctypes.py_object
    loaded.lineage_bytes.argtypes, loaded.lineage_bytes.restype = [value], number
    loaded.lineage_strings.argtypes, loaded.lineage_strings.restype = [value, *[pointer] * 3], number
    loaded.lineage_gather.argtypes, loaded.lineage_gather.restype = [value, *[pointer] * 5], None
    loaded.lineage_overlaps.argtypes, loaded.lineage_overlaps.restype = [value, pointer, number, number], value
    return loaded


def strings(texts: list[str]) -> tuple[NDArray[np.uintp], NDArray[np.int64], NDArray[np.uint8]] | None:
    """Where the characters of strings lie, for as long as the list holds them; how many there are, and the bytes of
    each. None where strings cannot be read in place.
    """
    functions = _functions()
    if functions is None:
        return None
    count = len(texts)
    data, lengths, widths = np.empty(count, np.uintp), np.empty(count, np.int64), np.empty(count, np.uint8)
    if functions.lineage_strings(texts, _at(data), _at(lengths), _at(widths)) < 0:
        return None
    return data, lengths, widths


def gather(
    texts: Sequence[str], room: Room, tables: tuple[NDArray[Any], ...] | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8] | None] | None:
    """Texts in UTF-8 (surrogates included), one after another, in a room: their bytes with 64 more behind them, and the
    bounds of each. None where strings cannot be read in place.

    With the `tables` of kinds and foldings, a text of which nothing but separators and apostrophes is beyond Latin-1
    has one byte a character, if the same words come of it; which have, uint8[n], is told then.
    """
    functions, listed = _functions(), list(texts)
    if functions is None or (size := functions.lineage_bytes(listed)) < 0:
        return None
    data, bounds = room.array("texts", size + len(PAD), np.uint8), np.empty(len(listed) + 1, np.int64)
    narrow = None if tables is None else np.empty(len(listed), np.uint8)
    columns = (None, None, None) if tables is None or narrow is None else (_at(narrow), _at(tables[0]), _at(tables[1]))
    functions.lineage_gather(listed, _at(data), _at(bounds), *columns)
    return data[: bounds[-1] + len(PAD)], bounds, narrow


def overlaps(kinds: Sequence[object], columns: Sequence[NDArray[Any]]) -> Iterator[Any] | None:
    """An overlap for every pair; None where values are not made here. Twin: lineage/overlap/passages.py.

    `kinds`: the types of an overlap, a passage and a span; the names of the first two's fields; two grades, exact and
    edited; the articles' ids, a list. `columns` are, of runs: first and past-the-last character in a and in b,
    int32[r]; of passages: with which run they begin int64[p + 1], words int64[p], identity float64[p], quoted
    float64[p], whether exact bool[p]; of pairs: with which passage they begin int64[n + 1], numbers of a and b
    int64[n], narrated and quoted words int64[n], share of a in b and of b in a float64[n].
    """
    functions = _functions()
    return None if functions is None else _made(functions, tuple(kinds), columns)


def _made(functions: ctypes.PyDLL, kinds: tuple[object, ...], columns: Sequence[NDArray[Any]]) -> Iterator[Any]:
    held = [np.ascontiguousarray(column, code) for column, code in zip(columns, _COLUMNS, strict=True)]
    addresses, pairs = np.array([_at(column) for column in held], np.uintp), len(held[-1])
    for low in range(0, pairs, AT_ONCE):
        yield from functions.lineage_overlaps(kinds, _at(addresses), low, min(low + AT_ONCE, pairs))
