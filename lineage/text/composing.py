"""Text read in normal form C: a letter and the marks behind it are one character, wherever Unicode has one for them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.text import unicode

Offsets = NDArray[np.int64]
_JAMO = unicode.LATER_JAMO


@dataclass(frozen=True, slots=True)
class Composed:
    """Code points uint32[n] of a text in normal form C, and the characters of the text that each stands for, half-open
    int64[n]; whether they are others than the text's own. A character that is written in two ways (the Ångström sign)
    stays: it is folded to the other with the rest.
    """

    codes: NDArray[np.uint32]
    starts: Offsets
    ends: Offsets
    differs: bool


def composed(text: str) -> Composed:
    """The text in normal form C."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    heads, ends = _clusters(codes)
    clusters = [text[first:last] for first, last in zip(heads.tolist(), ends.tolist(), strict=True)]
    made = [unicodedata.normalize("NFC", cluster) for cluster in clusters]
    changed = np.array([own != other for own, other in zip(clusters, made, strict=True)], bool)
    if not changed.any():
        return Composed(codes, places := np.arange(len(codes)), places + 1, False)
    heads, ends = heads[changed], ends[changed]
    made = [cluster for cluster, other in zip(made, changed.tolist(), strict=True) if other]
    sizes = np.fromiter(map(len, made), np.int64, len(made))
    within = np.zeros(len(codes) + 1, np.int64)
    within[heads] = 1
    within[ends] -= 1  # where one ends the next may begin
    counts = 1 - np.cumsum(within[:-1])  # code points that stand for each character of the text
    counts[heads] = sizes
    own = np.zeros(len(codes), bool)
    own[heads] = True
    here = np.repeat(own, counts)
    values, starts = np.repeat(codes, counts), np.repeat(np.arange(len(codes)), counts)
    values[here] = np.frombuffer("".join(made).encode("utf-32-le", "surrogatepass"), "<u4")
    past = starts + 1
    past[here] = np.repeat(ends, sizes)
    same = np.repeat(sizes == ends - heads, sizes)  # as many as they were: one stands for one
    at = np.flatnonzero(here)[same]
    starts[at] += (np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes))[same]
    past[at] = starts[at] + 1
    return Composed(values, starts, past, True)


def _clusters(codes: NDArray[np.uint32]) -> tuple[Offsets, Offsets]:
    """The characters that may compose, a head and what comes behind it: first and past the last of each."""
    later = unicode.known(codes).kinds.take(codes) & unicode.MARK
    later |= codes - np.uint32(_JAMO[0]) < np.uint32(_JAMO[1] - _JAMO[0])
    at = np.flatnonzero(later)
    at = at[at > 0]
    if not at.size:
        return at, at
    apart = np.diff(at) > 1
    return at[np.append(True, apart)] - 1, at[np.append(apart, True)] + 1
