"""Which pairs of a large story are looked at closely: for each article those with which it shares the most.

A thousand copies of one text are half a million pairs, and a parent is among the few that share the most with its
child. In a story of up to `NEAREST` + 1 articles every pair is looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.descent.witness import Witness
from lineage.model import Overlap

NEAREST = 20  # links kept per article: those that share the most (of 1,000 reprints each needs a few only)
LEAST = 5  # the same in the largest stories
CLOSELY = 20_000  # articles times links up to which each has `NEAREST`: a pair takes a millisecond and 20 KB


@dataclass(frozen=True, slots=True)
class Looked:
    """The overlaps to be looked at closely, those with too little narration to matter to a large story, and how many
    others there are. `most` is how many each article has at most on its own account.
    """

    near: list[Overlap]
    slight: list[Overlap]
    left_out: int
    most: int


def nearest(overlaps: Iterable[Overlap], witnesses: Sequence[Witness], least_words: int) -> Looked:
    """Of the overlaps those that are among the nearest of one of their two articles; no order of them matters.

    Those of `least_words` of narration or more compete; of equals, the one with the earlier article is nearer.
    """
    most = min(NEAREST, max(LEAST, CLOSELY // max(1, len(witnesses))))
    if len(witnesses) <= most + 1:
        return Looked(list(overlaps), [], 0, most)
    ordered = sorted(witnesses, key=lambda w: (str(w.article.published or "~"), w.article.id))
    ranks = {witness.article.id: rank for rank, witness in enumerate(ordered)}
    heaps: dict[str, list[tuple[int, int]]] = {}
    held: dict[tuple[int, int], Overlap] = {}
    slight: list[Overlap] = []
    left_out = 0
    for overlap in overlaps:
        pair = ranks[overlap.a], ranks[overlap.b]
        wanted = False
        for mine, other in (pair, pair[::-1]):
            heap = heaps.setdefault(ordered[mine].article.id, [])
            entry = (overlap.narrated, -other)
            if len(heap) < most:
                heapq.heappush(heap, entry)
                wanted = True
            elif entry > heap[0]:
                gone = -heapq.heapreplace(heap, entry)[1]
                wanted = True
                left_out += _let_go(held, slight, heaps, ordered, (mine, gone), least_words)
        if wanted:
            held[min(pair), max(pair)] = overlap
        elif overlap.narrated < least_words:
            slight.append(overlap)
        else:
            left_out += 1
    return Looked(list(held.values()), slight, left_out, most)


def _let_go(
    held: dict[tuple[int, int], Overlap],
    slight: list[Overlap],
    heaps: dict[str, list[tuple[int, int]]],
    ordered: Sequence[Witness],
    pair: tuple[int, int],
    least_words: int,
) -> bool:
    """Take out an overlap that is no longer among the nearest of one article, unless it is of the other; whether it
    is left out altogether.
    """
    mine, other = pair
    if any(-rank == mine for _, rank in heaps.get(ordered[other].article.id, ())):
        return False
    overlap = held.pop((min(pair), max(pair)))
    if overlap.narrated < least_words:
        slight.append(overlap)
        return False
    return True
