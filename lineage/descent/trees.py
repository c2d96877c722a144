"""Boosted trees from a file, evaluated in numpy, with the log odds laid out by groups of features.

On its way down a tree a case moves from the mean of all cases to the value of its leaf. Each step is credited to the
feature that was asked (Saabas 2014), so that a base and the groups' contributions sum exactly to the log odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lineage.kernel import trees as kernel

FILE = Path(__file__).with_name("ledger.json")
CASES = 4096  # taken down the trees at once: with 300 trees some 40 MB


@dataclass(frozen=True)
class Trees:
    """Trees one after another, as columns over their nodes.

    `feature` is -1 at a leaf; a case goes to `left` if its value is at most `threshold`, or unknown where `unknown`
    says so, else to `right`; `value` is the mean log odds of the cases that come by. `roots` are the first nodes.
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
        """From the plain values of the file: nested nodes `[feature, threshold, unknown, value, left, right]`, or a
        leaf's value alone.
        """
        roots: list[int] = []
        asked: list[tuple[int, float, int]] = []
        inner: list[int] = []  # where the nodes stand that ask, and the one on the right of each
        right: list[int] = []
        value: list[float] = []
        for tree in content["trees"]:
            roots.append(len(value))
            waiting: list[tuple[Any, int]] = [(tree, -1)]
            while waiting:
                node, above = waiting.pop()
                if above >= 0:
                    right[above] = len(value)
                while isinstance(node, list):  # down to the leaf on the left; a node's left one is the next
                    waiting.append((node[5], len(inner)))
                    inner.append(len(value))
                    right.append(0)
                    asked.append((node[0], node[1], node[2]))
                    value.append(node[3])
                    node = node[4]
                value.append(node)
        at = np.array(inner, np.int64)
        questions = np.array(asked, float).reshape(-1, 3).T
        columns = [np.full(len(value), -1), np.zeros(len(value)), *(np.zeros(len(value), np.int64) for _ in range(3))]
        for column, own in zip(columns, (*questions, at + 1, right), strict=True):
            column[at] = own
        feature, threshold, unknown, lefts, rights = columns
        names, values = tuple(content["features"]), np.array(value, float)
        return cls(names, feature, threshold, lefts, rights, unknown > 0, values, np.array(roots, np.int64))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of features, in the order in which they first occur."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.names))

    def contributions(self, cases: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The base, and what each group adds for each case, float64[cases, groups], in nats."""
        groups = len(self.groups)
        added = kernel.added(cases, self._nodes, self.roots, self._group, groups)
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
        for name in kernel.NODE.names or ():
            rows[name] = getattr(self, name)
        return rows

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
