"""Which pairs of a large story are looked at closely: for each article those with which it shares the most.

A thousand copies of one text are half a million pairs, and a parent is among the few that share the most with its
child. In a story of up to `NEAREST` + 1 articles every pair is looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.model import Article, Overlap

NEAREST = 20  # links kept per article: those that share the most (of 1,000 reprints each needs a few only)
LEAST = 5  # the same in the largest stories
CLOSELY = 20_000  # articles times links up to which each has `NEAREST`: a pair takes a millisecond and 20 KB

Integers = NDArray[np.int64]
Entry = tuple[int, int]  # words of narration, and less the rank of the other article


@dataclass(frozen=True, slots=True)
class Looked:
    """The overlaps to be looked at closely, those with too little narration to matter to a large story, and how many
    others there are. `most` is how many each article has at most on its own account.
    """

    near: list[Overlap]
    slight: list[Overlap]
    left_out: int
    most: int


class Nearest:
    """Of the overlaps of some articles those that are among the nearest of one of their two articles; no order of them
    matters.

    Those of `least_words` of narration or more compete; of equals, the one with the earlier article is nearer.
    """

    def __init__(self, articles: Sequence[Article], least_words: int) -> None:
        self.most = min(NEAREST, max(LEAST, CLOSELY // max(1, len(articles))))
        self._all = len(articles) <= self.most + 1
        self._least_words = least_words
        order = sorted(range(len(articles)), key=lambda n: (str(articles[n].published or "~"), articles[n].id))
        self._rank = np.empty(len(articles), np.int64)
        self._rank[order] = np.arange(len(articles))
        self._ranks = {article.id: rank for article, rank in zip(articles, self._rank.tolist(), strict=True)}
        self._heaps: list[list[Entry]] = [[] for _ in articles]  # by rank
        self._held: dict[tuple[int, int], Overlap] = {}
        self._slight: list[Overlap] = []
        self._left_out = 0

    def wanted(self, one: Integers, other: Integers, narrated: Integers) -> NDArray[np.bool_]:
        """Which of some overlaps can be among the nearest or are slight, bool[n]; the others are counted as left out.

        They are given by their articles' places and the words of narration that they share; each must come once.
        """
        if self._all:
            return np.ones(len(one), bool)
        wanted = narrated < self._least_words
        for mine, theirs in ((self._rank[one], self._rank[other]), (self._rank[other], self._rank[one])):
            order = np.lexsort((theirs, -narrated, mine))
            first = np.searchsorted(mine[order], mine[order])
            best = np.empty(len(order), bool)
            best[order] = np.arange(len(order)) - first < self.most
            places = np.flatnonzero(best & ~wanted)
            entries = zip(mine[places].tolist(), narrated[places].tolist(), theirs[places].tolist(), strict=True)
            wanted[places] = [self._competes(rank, (words, -theirs)) for rank, words, theirs in entries]
        self._left_out += int(np.count_nonzero(~wanted))
        return wanted

    def _competes(self, rank: int, entry: Entry) -> bool:
        heap = self._heaps[rank]
        return len(heap) < self.most or entry > heap[0]

    def add(self, overlap: Overlap) -> None:
        """Take an overlap, or leave it out."""
        pair = self._ranks[overlap.a], self._ranks[overlap.b]
        wanted = False
        for mine, other in (pair, pair[::-1]):
            heap, entry = self._heaps[mine], (overlap.narrated, -other)
            if self._all or len(heap) < self.most:
                heapq.heappush(heap, entry)
                wanted = True
            elif entry > heap[0]:
                gone = -heapq.heapreplace(heap, entry)[1]
                wanted = True
                self._let_go(mine, gone)
        if wanted:
            self._held[min(pair), max(pair)] = overlap
        else:
            self._leave(overlap)

    def _let_go(self, mine: int, other: int) -> None:
        """Take out an overlap that is no longer among the nearest of one article, unless it is of the other."""
        if all(-rank != mine for _, rank in self._heaps[other]):
            self._leave(self._held.pop((min(mine, other), max(mine, other))))

    def _leave(self, overlap: Overlap) -> None:
        if overlap.narrated < self._least_words:
            self._slight.append(overlap)
        else:
            self._left_out += 1

    def looked(self) -> Looked:
        """What has come so far."""
        return Looked(list(self._held.values()), self._slight, self._left_out, self.most)
