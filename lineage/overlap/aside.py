"""Overlaps without what is set aside: where furniture stands in a text, and what is left without it.

A fingerprint at the edge of a passage of furniture depends on the words around it, so it is held by few and is not seen
to recur; from it a chain runs through the whole passage. Such a passage is told by where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.model import Overlap, Span
from lineage.overlap.chains import Stock
from lineage.overlap.recurrence import STANDING
from lineage.text.tokens import Tokens

_ARTICLE = 32  # bits to the left of a character, where the number of its article stands


@dataclass(frozen=True, slots=True)
class Aside:
    """The stretches of a stock's articles that are furniture: `starts` and `ends` int64[s], ascending and disjoint, in
    characters with the article's number in the upper bits; `before` int64[s + 1] characters in those before each.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    before: NDArray[np.int64]

    @classmethod
    def of(cls, stock: Stock, articles: NDArray[np.int64], first: NDArray[np.int64]) -> Aside:
        """`STANDING` words from each word `first[i]` of article `articles[i]` on, those that are here; sorted by
        article and word.
        """
        lows, highs, _ = stock.bounds()
        last = np.minimum(first + STANDING, highs[articles])
        first = np.maximum(first, lows[articles])
        here = np.flatnonzero(first < last)
        articles, base = articles[here], stock.base[articles[here]]
        starts = articles << _ARTICLE | stock.starts[base + first[here]]
        ends = articles << _ARTICLE | stock.ends[base + last[here] - 1]
        opens = np.ones(len(starts), bool)
        opens[1:] = starts[1:] > ends[:-1] + 1
        at = np.flatnonzero(opens)
        starts, ends = starts[at], ends[np.append(at[1:], len(ends)) - 1] if len(at) else ends
        return cls(starts, ends, np.concatenate([[0], np.cumsum(ends - starts)]))

    def cover(
        self, articles: NDArray[np.int64], starts: NDArray[np.int32], ends: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Whether most of each stretch `starts[i]` to `ends[i]` of an article is to be set aside; as `stands`."""
        covered = self._covered(articles << _ARTICLE | ends) - self._covered(articles << _ARTICLE | starts)
        return 2 * covered > ends - starts

    def _covered(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many characters before each place are to be set aside."""
        at = np.searchsorted(self.starts, places, "right")
        beyond = np.append(self.ends, 0)[at - 1] - places  # of the last that begins before it
        return self.before[at] - np.where(at > 0, np.maximum(beyond, 0), 0)


def standing_spans(words: Tokens, first: Iterable[int]) -> tuple[Span, ...]:
    """The stretches of a text that are furniture: `STANDING` words from each of some, ascending."""
    found: list[Span] = []
    for word in first:
        last = min(word + STANDING, len(words)) - 1
        start, end = int(words.starts[word]), int(words.ends[last])
        if found and start <= found[-1].end + 1:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return tuple(found)


def stands(span: Span, spans: Sequence[Span]) -> bool:
    """Whether most of a span lies in stretches to be set aside."""
    covered = sum(max(0, min(span.end, other.end) - max(span.start, other.start)) for other in spans)
    return 2 * covered > span.end - span.start


def outside(overlap: Overlap, aside: Mapping[str, Sequence[Span]]) -> Overlap | None:
    """An overlap without the passages that lie mostly in stretches to be set aside; None if none is left."""
    ours, theirs = aside.get(overlap.a, ()), aside.get(overlap.b, ())
    if not ours and not theirs:
        return overlap
    kept = tuple(p for p in overlap.passages if not stands(p.a, ours) and not stands(p.b, theirs))
    if len(kept) == len(overlap.passages):
        return overlap
    words, before = sum(p.words for p in kept), sum(p.words for p in overlap.passages)
    quoted = round(sum(p.words * p.quoted for p in kept))
    share = words / max(before, 1)
    shares = overlap.a_in_b * share, overlap.b_in_a * share
    return Overlap(overlap.a, overlap.b, kept, *shares, words - quoted, quoted) if kept else None
