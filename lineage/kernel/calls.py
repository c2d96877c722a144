"""How the compiled functions are reached: where an array lies, and a library's functions with their types."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def address(array: NDArray[np.generic]) -> int:
    """Where an array's values begin. The caller holds the array."""
    assert array.flags.c_contiguous
    found: int = array.__array_interface__["data"][0]
    return found


def functions(library: ctypes.CDLL | None, given: Mapping[str, list[Any]]) -> dict[str, Any]:
    """A library's functions by name, which return a number, `given` the types of their arguments; none if there is no
    library, or one of an earlier build.
    """
    if library is None or not all(hasattr(library, f"lineage_{name}") for name in given):
        return {}
    found = {name: library[f"lineage_{name}"] for name in given}
    for name, function in found.items():
        function.argtypes, function.restype = given[name], ctypes.c_int64
    return found
