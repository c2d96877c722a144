"""The order of the versions of one text: their tree, and where its root is.

Versions that differ least are neighbours: the least spanning tree over their distances has most of the steps. Which of
its nodes is the root is one question for the whole tree, so all pairs are asked: each, if the root lies beyond its one
end, says how well that end goes as the older. On the whole tree the choice is left open, as a probability per root.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.descent.groups import Groups

Pair = tuple[int, int]

# What is known of whether one of two versions was made from the other: how near they are, and what lies between.
NEARNESS: tuple[str, ...] = (
    "between.least", "between.most", "between.rank", "between.rank_most", "between.tree", "between.detour",
    "between.inside", "between.change", "between.count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Succession:
    """Versions numbered from 0. `tree` are the pairs of the least spanning tree, `older[i, j]` (of pairs that were
    compared) the log odds that i stands above j rather than the reverse, `root` how probable each is as the first of
    all, float64[n].
    """

    tree: frozenset[Pair]
    root: NDArray[np.float64]
    older: Mapping[Pair, float]

    @classmethod
    def of(cls, count: int, distances: Mapping[Pair, int], lean: Mapping[Pair, float]) -> Succession:
        """From the distances of pairs (i < j; together they must join all versions) and the log odds `lean` of each
        pair by itself that i is the older. Ties go to the lower numbers.
        """
        groups = Groups[int]()
        ranked = sorted(distances, key=lambda pair: (distances[pair], pair))
        tree = [pair for pair in ranked if groups.join(*pair)]
        walk = _Walk.along(count, tree)
        sides = {pair: (walk.beyond(*pair), walk.beyond(*pair[::-1])) for pair in distances}
        worth = np.zeros(count)
        for pair, (mine, theirs) in sides.items():
            # a version is compared with count - 1 others, which repeat each other: together they count as one pair
            worth += (mine.astype(float) - theirs) * lean[pair] / count
        chance = np.exp(worth - worth.max())
        chance /= chance.sum()
        older: dict[Pair, float] = {}
        for (one, other), (mine, theirs) in sides.items():
            first, second = float(chance[mine].sum()), float(chance[theirs].sum())
            rest = max(0.0, 1 - first - second)  # the root lies between: cousins, of whom only the pair itself tells
            own = 1 / (1 + math.exp(-lean[one, other]))
            odds = math.log((first + rest * own + 1e-9) / (second + rest * (1 - own) + 1e-9))
            older[one, other], older[other, one] = odds, -odds
        return cls(frozenset(tree), chance, older)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A tree walked from version 0: when each version is entered and left, and its children by entry."""

    order: NDArray[np.int64]
    entered: Sequence[int]
    left: Sequence[int]
    children: Sequence[Sequence[int]]

    @classmethod
    def along(cls, count: int, tree: Sequence[Pair]) -> _Walk:
        """Of a tree among `count` nodes, from the first one on."""
        near: list[list[int]] = [[] for _ in range(count)]
        for one, other in tree:
            near[one].append(other)
            near[other].append(one)
        entered, left = [-1] * count, [0] * count
        children: list[list[int]] = [[] for _ in range(count)]
        clock, stack = 0, [(0, False)]
        while stack:
            node, done = stack.pop()
            if done:
                left[node] = clock
                continue
            entered[node] = clock
            clock += 1
            stack.append((node, True))
            children[node] = [other for other in near[node] if entered[other] < 0]
            stack += [(other, False) for other in reversed(children[node])]
        return cls(np.array(entered, np.int64), entered, left, children)

    def beyond(self, one: int, other: int) -> NDArray[np.bool_]:
        """The versions from which the way to `other` leads through `one`, bool[n]."""
        if not self.entered[one] <= self.entered[other] < self.left[one]:
            return (self.order >= self.entered[one]) & (self.order < self.left[one])
        starts = [self.entered[child] for child in self.children[one]]
        child = self.children[one][bisect_left(starts, self.entered[other] + 1) - 1]
        return (self.order < self.entered[child]) | (self.order >= self.left[child])


def nearness(
    count: int, distances: Mapping[Pair, int], sizes: Sequence[int], tree: frozenset[Pair]
) -> list[list[float]]:
    """The features of each pair of `distances`, in the order of `NEARNESS`; both directions have the same."""
    near: list[dict[int, int]] = [{} for _ in range(count)]
    for (one, other), apart in distances.items():
        near[one][other] = near[other][one] = apart
    ranked = [sorted(own.values()) for own in near]
    rows: list[list[float]] = []
    for (one, other), apart in distances.items():
        ratios = sorted(math.log((apart + 1) / (ranked[k][0] + 1)) for k in (one, other))
        ranks = sorted(bisect_left(ranked[k], apart) for k in (one, other))
        ways = [(near[one][k], near[other][k]) for k in near[one].keys() & near[other].keys()]
        detour = min(((a + b + 1) / (apart + 1) for a, b in ways), default=math.nan)
        inside = sum(max(way) < apart for way in ways)
        change = math.log1p(apart) - math.log1p(max(sizes[one], sizes[other]))
        rows.append([*ratios, *ranks, float((one, other) in tree), detour, inside, change, count])
    return rows
