"""Which groups of texts may hold many near copies of one, in C where it was compiled; `lineage/archive/reprints.py` has
the twin.
"""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address, functions

VALUES = 32  # bytes of a signature that the kernel counts on


def many(
    values: NDArray[np.uint8], texts: NDArray[np.int64], edges: NDArray[np.int64], least: int
) -> NDArray[np.bool_] | None:
    """Whether `least` of the texts `texts[edges[g]:edges[g + 1]]` have one value in one place of their signatures, for
    each group g: bool[g]; None without the kernel. `values` are the signatures uint8[n, VALUES], 0 where there is none.
    """
    place, number = ctypes.c_void_p, ctypes.c_int64
    found = functions(kernel.library(), {"many": [place, place, place, number, number, place]})
    if not found or values.shape[1] != VALUES:
        return None
    made = np.empty(len(edges) - 1, np.bool_)
    given = [np.ascontiguousarray(column) for column in (values, texts, edges)]
    found["many"](*map(address, given), len(made), least, address(made))
    return made
