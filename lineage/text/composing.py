"""Text read in normal form C: a letter and the marks behind it are one character, wherever Unicode has one for them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.text import unicode

Offsets = NDArray[np.int64]


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
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32)
    places = np.arange(len(codes), dtype=np.int64)
    later = unicode.known(codes).kinds[codes] & unicode.MARK > 0
    later |= (codes >= unicode.LATER_JAMO[0]) & (codes < unicode.LATER_JAMO[1])
    later[:1] = False
    heads = np.flatnonzero(later[1:] > later[:-1])
    ends = np.flatnonzero(np.append(later[:-1] > later[1:], later[-1:])) + 1
    clusters = [text[first:last] for first, last in zip(heads.tolist(), ends.tolist(), strict=True)]
    made = [unicodedata.normalize("NFC", cluster) for cluster in clusters]
    changed = np.array([own != other for own, other in zip(clusters, made, strict=True)], bool)
    if not changed.any():
        return Composed(codes, places, places + 1, False)
    heads, ends = heads[changed], ends[changed]
    made = [cluster for cluster, other in zip(made, changed.tolist(), strict=True) if other]
    sizes = np.fromiter(map(len, made), np.int64, len(made))
    counts = np.ones(len(codes), np.int64)  # code points that stand for each character of the text
    for first, last, size in zip(heads.tolist(), ends.tolist(), sizes.tolist(), strict=True):
        counts[first:last] = 0
        counts[first] = size
    own = np.zeros(len(codes), bool)
    own[heads] = True
    here = np.repeat(own, counts)
    values, starts = np.repeat(codes, counts), np.repeat(places, counts)
    values[here] = np.frombuffer("".join(made).encode("utf-32-le", "surrogatepass"), "<u4")
    ends_of = starts + 1
    ends_of[here] = np.repeat(ends, sizes)
    same = np.repeat(sizes == ends - heads, sizes)  # as many as they were: one stands for one
    at = np.flatnonzero(here)[same]
    starts[at] += (np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes))[same]
    ends_of[at] = starts[at] + 1
    return Composed(values, starts, ends_of, True)
