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
    [("threshold", "f8"), ("step", "f8"), ("right", "i4"), ("feature", "i2"), ("group", "u1"), ("unknown", "u1")]
)
CASES = 16  # that are taken down the trees together: as in trees.c


def added(
    cases: NDArray[np.float64], nodes: NDArray[Any], roots: NDArray[np.int64], groups: int, levels: int
) -> NDArray[np.float64] | None:
    """What each group of features adds for each case, float64[cases, groups]; None without the kernel.

    `nodes` are of the type `NODE`, as trees.c has it; `levels` are the most steps from a root to a leaf.
    """
    library = kernel.library()
    function = library and _function(library)
    if not function:
        return None
    cases = np.ascontiguousarray(cases, np.float64)
    result, sums = np.empty((len(cases), groups)), np.empty(CASES * levels * groups)
    shape = len(roots), groups, levels
    function(address(cases), *cases.shape, address(nodes), address(roots), *shape, address(sums), address(result))
    return result


@cache
def _function(library: ctypes.CDLL) -> Any:
    """The library's function, or None if the library is of an earlier build."""
    function = getattr(library, "lineage_trees", None)
    if function is not None:
        number, pointer = ctypes.c_int64, ctypes.c_void_p
        function.argtypes = [pointer, number, number, pointer, pointer, *[number] * 3, pointer, pointer]
        function.restype = None
    return function
