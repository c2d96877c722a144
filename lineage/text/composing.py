"""Text read in normal form C: a letter and the marks behind it are one character, wherever Unicode has one for them."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.text import unicode

Offsets = NDArray[np.int64]
Places = NDArray[np.signedinteger[Any]]
_FIRST = 0x300  # the lowest code point of a mark
_JAMO = unicode.LATER_JAMO


@dataclass(frozen=True, slots=True)
class Composed:
    """A text in normal form C, and which characters of the text as it was each of its characters stands for. A
    character that is written in two ways (the Ångström sign) stays: it is folded to the other with the rest.

    From character `points[k]` to the next point, character i stands for those from `steps[k] * i + heads[k]` to
    `steps[k] * i + ends[k]`, half-open: int64[n] each. A step is 1 where one stands for one, and else 0.
    """

    text: str
    points: Offsets
    steps: Offsets
    heads: Offsets
    ends: Offsets

    @property
    def differs(self) -> bool:
        """Whether it was not in normal form C."""
        return len(self.points) > 1

    def starts(self, places: Places) -> Offsets:
        """The first character that each of those at `places` stands for."""
        at = np.searchsorted(self.points, places, "right") - 1
        return self.steps[at] * places + self.heads[at]

    def past(self, places: Places) -> Offsets:
        """The end of the characters that each of those at `places` stands for."""
        at = np.searchsorted(self.points, places, "right") - 1
        return self.steps[at] * places + self.ends[at]


def composed(text: str) -> Composed:
    """The text in normal form C."""
    parts: list[str] = []
    rows = [(0, 1, 0, 1)]
    done = size = 0
    for head, end in _clusters(text):
        own = text[head:end]
        if (made := unicodedata.normalize("NFC", own)) == own:
            continue
        parts += text[done:head], made
        size += head - done
        rows.append((size, 0, head, end) if len(made) != len(own) else (size, 1, head - size, head - size + 1))
        size += len(made)
        rows.append((size, 1, end - size, end - size + 1))
        done = end
    return Composed("".join([*parts, text[done:]]), *np.array(rows, np.int64).T.copy())


def _clusters(text: str) -> list[tuple[int, int]]:
    """The characters that may compose, a head and what comes behind it: first and past the last of each."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    at = np.flatnonzero(codes >= _FIRST)
    found = codes[at]
    later = unicode.known(found).kinds[found] & unicode.MARK
    later |= found - np.uint32(_JAMO[0]) < np.uint32(_JAMO[1] - _JAMO[0])
    at = at[(later > 0) & (at > 0)]
    apart = np.diff(at) > 1
    heads, ends = at[np.append(True, apart)[: len(at)]] - 1, at[np.append(apart, True)[: len(at)]] + 1
    return list(zip(heads.tolist(), ends.tolist(), strict=True))
