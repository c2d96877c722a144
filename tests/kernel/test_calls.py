"""How the compiled functions are reached."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lineage.kernel import calls
from lineage.kernel.calls import address

WHOLE = np.arange(12, dtype=np.uint32)
KEPT = np.frombuffer(b"read only", np.uint8)


@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize("array", [WHOLE, WHOLE[5:], WHOLE[:0], WHOLE.reshape(3, 4)[1:], KEPT, np.zeros(2, "f8,i4")])
def test_where_an_array_lies(array: NDArray[np.generic], read: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_READ", read and calls._READ)
    assert address(array) == array.ctypes.data
