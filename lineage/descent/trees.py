"""Boosted trees from a file, evaluated in numpy, with the log odds laid out by groups of features.

On its way down a tree a case moves from the mean of all cases to the value of its leaf. Each step is credited to the
feature that was asked (Saabas 2014), so that a base and the groups' contributions sum exactly to the log odds.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.kernel import trees as kernel

FILE = Path(__file__).with_name("ledger.json")
SETS = ("edge", "kin", "source", "again", "beside")  # of trees; what each says is told at `shipped`
CASES = 4096  # taken down the trees at once: with 300 trees some 40 MB


@dataclass(frozen=True)
class Trees:
    """Trees one after another, as columns over their nodes.

    `feature` is -1 at a leaf; a case goes to `left` if its value is at most `threshold`, or unknown where `unknown`
    says so, else to `right`; `value` is the mean log odds of the cases that come by. `roots` are the first nodes. On
    the left of a node is the next one.
    """

    names: tuple[str, ...]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    unknown: NDArray[np.bool_]
    value: NDArray[np.float64]
    roots: NDArray[np.int64]

    @classmethod
    def of(cls, content: dict[str, Any]) -> Trees:
        """From the plain values of the file: `trees` are the numbers of nodes of each tree. Its nodes follow one
        another from the root, each before those on its left and these before those on its right. All have a `feature`
        (-1: a leaf) and a `value`; those that ask have a `threshold`, and `right`, how many nodes further the one on
        the right stands; `unknown` are the nodes (by number) from which unknown values go to the right.
        """
        feature, value = np.array(content["feature"], np.int64), np.array(content["value"], float)
        asking = np.flatnonzero(feature >= 0)
        threshold, unknown = np.zeros(len(feature)), feature >= 0
        left, right = np.zeros(len(feature), np.int64), np.zeros(len(feature), np.int64)
        threshold[asking] = np.array(content["threshold"], float)
        unknown[np.array(content["unknown"], np.int64)] = False
        left[asking] = asking + 1
        right[asking] = asking + np.array(content["right"], np.int64)
        sizes = np.array(content["trees"], np.int64)
        roots = np.cumsum(sizes) - sizes
        return cls(tuple(content["features"]), feature, threshold, left, right, unknown, value, roots)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of features, in the order in which they first occur."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.names))

    def contributions(self, cases: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The base, and what each group adds for each case, float64[cases, groups], in nats."""
        groups = len(self.groups)
        added = kernel.added(cases, self._nodes, self.roots, groups, self._levels)
        if added is None:
            parts = (cases[first : first + CASES] for first in range(0, len(cases), CASES))
            added = np.concatenate([np.zeros((0, groups)), *(self._added(part, self._group, groups) for part in parts)])
        return self._base, added

    @cached_property
    def _base(self) -> float:
        return float(self.value[self.roots].sum())

    @cached_property
    def _group(self) -> NDArray[np.int64]:
        """The number of each feature's group."""
        numbers = {group: number for number, group in enumerate(self.groups)}
        return np.array([numbers[name.partition(".")[0]] for name in self.names], np.int64)

    @cached_property
    def _nodes(self) -> NDArray[Any]:
        """The nodes as rows, for the kernel."""
        rows = np.zeros(len(self.feature), kernel.NODE)
        asking = np.flatnonzero(self.feature >= 0)
        rows["threshold"], rows["feature"], rows["unknown"] = self.threshold, self.feature, self.unknown
        rows["right"][asking] = self.right[asking] - asking
        rows["group"][asking] = self._group[self.feature[asking]]
        for below in (self.left[asking], self.right[asking]):
            rows["step"][below] = self.value[below] - self.value[asking]
        return rows

    @cached_property
    def _levels(self) -> int:
        """The most steps from a root to a leaf."""
        count, node = 0, self.roots
        while (node := node[self.feature[node] >= 0]).size:
            count, node = count + 1, np.concatenate([self.left[node], self.right[node]])
        return count

    def _added(self, cases: NDArray[np.float64], group: NDArray[np.int64], groups: int) -> NDArray[np.float64]:
        """What each group adds, all trees at once, a level at a time."""
        total = np.zeros(len(cases) * groups)
        case = np.repeat(np.arange(len(cases)), len(self.roots))
        node = np.tile(self.roots, len(cases))
        while True:
            going = self.feature[node] >= 0
            case, node = case[going], node[going]
            if not node.size:
                return total.reshape(-1, groups)
            asked = self.feature[node]
            values = cases[case, asked]
            leftward = np.where(np.isnan(values), self.unknown[node], values <= self.threshold[node])
            there = np.where(leftward, self.left[node], self.right[node])
            step = self.value[there] - self.value[node]
            total += np.bincount(case * groups + group[asked], step, len(total))
            node = there


@cache
def content() -> dict[str, Any]:
    """The ledger's file as plain values."""
    held: dict[str, Any] = orjson.loads(FILE.read_bytes())
    return held


def use(path: Path) -> None:
    """Take another file than the shipped one from now on: one that is being made."""
    global FILE
    FILE = path
    content.cache_clear()
    shipped.cache_clear()


@cache
def shipped(name: str) -> Trees:
    """The trees that come with the package: `edge` (child took from parent), `kin` (both took from an unseen text),
    `source` (an unseen text stands behind an article), `again` and `beside` (edge and source, once the whole story's
    claims are known).
    """
    return Trees.of(content()[name])
