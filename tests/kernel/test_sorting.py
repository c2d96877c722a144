"""Sorting of so many keys that they are parted first."""

from __future__ import annotations

import numpy as np
import pytest

from lineage import kernel

MANY = 1 << 24  # keys, as in sorting.c


@pytest.mark.parametrize("same", [0, MANY // 2])
def test_many_keys_are_sorted(same: int) -> None:
    library = kernel.library()
    if library is None:
        pytest.skip("the kernel was not compiled here")
    keys = np.random.default_rng(same).integers(0, 2**64 - 1, MANY + 5, dtype=np.uint64)
    keys[:same] >>= np.uint64(8)  # half of them in one part
    total, most = int(keys.sum(dtype=np.uint64)), keys.max()
    kernel.sort(library, keys)
    assert (keys[1:] >= keys[:-1]).all()
    assert (keys[-1], int(keys.sum(dtype=np.uint64))) == (most, total)
