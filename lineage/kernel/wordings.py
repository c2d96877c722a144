"""Many wordings or words looked for in a text at once, in C, where it was compiled; for the twins see
`lineage/text/phrases.py`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.calls import address, functions

LEAST = 3  # bytes of a wording
CHAINS = 4096  # of words that may begin alike


class Wordings:
    """Wordings of `LEAST` bytes or more, ready to be looked for in UTF-8."""

    def __init__(self, wordings: Sequence[bytes]) -> None:
        if min(map(len, wordings), default=LEAST) < LEAST:
            raise ValueError(f"a wording has fewer than {LEAST} bytes")
        self._bytes, self._bounds = _laid(wordings)
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


class Pieces:
    """A text in UTF-8 cut where words may begin, for any vocabulary to be looked for in it."""

    def __init__(self, text: bytes) -> None:
        at, chain = np.empty(len(text), np.int32), np.empty(len(text), np.uint16)
        given = text, len(text), address(at), address(chain)
        self.given = *given, _functions(kernel.library())["cut_up"](*given)
        self._held = at, chain

    @classmethod
    def of(cls, text: bytes) -> Pieces | None:
        """The pieces of a text; None without the kernel."""
        return cls(text) if _functions(kernel.library()) else None


class Vocabulary:
    """Words, ready to be looked for in UTF-8."""

    def __init__(self, words: Sequence[bytes]) -> None:
        self._bytes, self._bounds = _laid(words)
        self._first, self._next = np.full(CHAINS, -1, np.int32), np.empty(len(words), np.int32)
        self._given: tuple[Any, ...] = ()

    def standing(self, text: Pieces) -> list[int]:
        """The numbers of those that stand in a text, and maybe of some with which a longer word begins."""
        found = _functions(kernel.library())
        if not self._given:
            given = self._bytes, address(self._bounds)
            chains = address(self._first), address(self._next)
            found["chained"](*given, len(self._next), *chains)
            self._given = *given, *chains
        seen = np.zeros(len(self._next), np.uint8)
        if not found["standing"](*text.given, *self._given, address(seen)):
            return []
        return seen.nonzero()[0].tolist()


def _laid(wordings: Sequence[bytes]) -> tuple[bytes, NDArray[np.int64]]:
    """Wordings one after another, and where each begins, with the end behind the last."""
    return b"".join(wordings), np.array([0, *accumulate(map(len, wordings))], np.int64)


@cache
def _functions(library: ctypes.CDLL | None) -> dict[str, Any]:
    """The library's functions; none if there is no library, or one of an earlier build."""
    text, place, number = ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int64
    wordings: list[Any] = [text, place, number, place]
    given = {
        "openings": wordings, "stands": [text, number, *wordings],
        "chained": [text, place, number, place, place], "cut_up": [text, number, place, place],
        "standing": [text, number, place, place, number, text, *[place] * 4],
    }  # fmt: skip
    return functions(library, given)
