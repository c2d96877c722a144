"""Many wordings looked for in a text at once, in C, where it was compiled; the twin is Python's `in`."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np

from lineage import kernel
from lineage.kernel.calls import address, functions

LEAST = 3  # bytes of a wording


class Wordings:
    """Wordings of `LEAST` bytes or more, ready to be looked for in UTF-8."""

    def __init__(self, wordings: Sequence[bytes]) -> None:
        if min(map(len, wordings), default=LEAST) < LEAST:
            raise ValueError(f"a wording has fewer than {LEAST} bytes")
        self._bytes, self._bounds = b"".join(wordings), np.array([0, *accumulate(map(len, wordings))], np.int64)
        self._count, self._marked = len(wordings), np.zeros(1 << 13, np.uint8)
        self._given: tuple[Any, ...] = ()

    def stand_in(self, text: bytes) -> bool | None:
        """Whether one of them stands in a text; None without the kernel."""
        found = _functions(kernel.library())
        if not found:
            return None
        if not self._given:
            given = self._bytes, address(self._bounds), self._count, address(self._marked)
            found["openings"](*given)
            self._given = given
        return bool(found["stands"](text, len(text), *self._given))


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    text, place, number = ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int64
    wordings: list[Any] = [text, place, number, place]
    return functions(library, {"openings": wordings, "stands": [text, number, *wordings]})
