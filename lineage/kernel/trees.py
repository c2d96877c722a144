"""Boosted trees in C, where it was compiled; `lineage/descent/trees.py` has the twin in numpy."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address

NODE = np.dtype(
    [("threshold", "f8"), ("value", "f8"), ("left", "i4"), ("right", "i4"), ("feature", "i4"), ("unknown", "i4")]
)


def added(
    cases: NDArray[np.float64], nodes: NDArray[Any], roots: NDArray[np.int64], group: NDArray[np.int64], groups: int
) -> NDArray[np.float64] | None:
    """What each group of features adds for each case, float64[cases, groups]; None without the kernel.

    `nodes` are of the type `NODE`, `group` int64[features] is the group of each feature.
    """
    library = kernel.library()
    function = library and _function(library)
    if not function:
        return None
    cases = np.ascontiguousarray(cases, np.float64)
    result, room = np.empty((len(cases), groups)), np.empty(len(roots), np.int64)
    level = np.empty(groups)
    columns = (nodes, roots, group, room, level, result)
    at = list(map(address, columns))
    shape = cases.shape
    function(address(cases), *shape, at[0], at[1], len(roots), at[2], groups, *at[3:])
    return result


@cache
def _function(library: ctypes.CDLL) -> Any:
    """The library's function, or None if the library is of an earlier build."""
    function = getattr(library, "lineage_trees", None)
    if function is not None:
        number, pointer = ctypes.c_int64, ctypes.c_void_p
        function.argtypes = [pointer, number, number, pointer, pointer, number, pointer, number, *[pointer] * 3]
        function.restype = None
    return function
