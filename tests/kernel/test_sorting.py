"""Sorting and joining of so many keys that they are parted first."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lineage import kernel

MANY = 1 << 24  # keys, as in sorting.c


def many(same: int) -> NDArray[np.uint64]:
    """Random keys, `same` of which are in one part. Skips where there is no kernel."""
    if kernel.library() is None:
        pytest.skip("the kernel was not compiled here")
    keys = np.random.default_rng(same).integers(0, 2**64 - 1, MANY + 5, dtype=np.uint64)
    keys[:same] >>= np.uint64(8)
    return keys


@pytest.mark.parametrize("same", [0, MANY // 2])
def test_many_keys_are_sorted(same: int) -> None:
    keys, library = many(same), kernel.library()
    assert library is not None
    total, most = int(keys.sum(dtype=np.uint64)), keys.max()
    kernel.sort(library, keys)
    assert (keys[1:] >= keys[:-1]).all()
    assert (keys[-1], int(keys.sum(dtype=np.uint64))) == (most, total)


@pytest.mark.parametrize("same", [0, MANY // 2])
def test_many_hashes_are_joined(same: int) -> None:
    hashes, library = many(same), kernel.library()
    assert library is not None
    hashes[-1000:] = hashes[:500].repeat(2)
    low = (1 << 25) - 1
    members, opens = kernel.join(library, hashes.copy(), low)
    upper = np.sort(hashes & ~np.uint64(low))
    equal = upper[1:] == upper[:-1]
    assert len(members) == (np.append(equal, False) | np.append(False, equal)).sum()
    assert len(opens) == 1 + (equal & ~np.append(False, equal[:-1])).sum()
    found = hashes[members] & ~np.uint64(low)
    own = np.repeat(np.arange(len(opens) - 1), np.diff(opens))
    assert ((found[1:] == found[:-1]) == (own[1:] == own[:-1])).all()
    assert (found[1:] >= found[:-1]).all()
    assert (members[1:] > members[:-1])[own[1:] == own[:-1]].all()
