"""The shipped trees: contributions that sum exactly, a plain twin, constraints that hold, and no order of the input."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import numpy as np
import pytest

from corpus.newsroom import generate
from lineage.descent.features import FEATURES
from lineage.descent.trees import FILE, Trees, shipped
from lineage.tracing import measured_pairs

CONTENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def plain(node: Any, case: list[float]) -> float:
    """A tree's value for one case, by walking down the file's own nesting."""
    while not isinstance(node, int | float):
        value = case[node[0]]
        left = bool(node[2]) if math.isnan(value) else value <= node[1]
        node = node[4] if left else node[5]
    return float(node)


def cases(count: int = 60) -> list[list[float]]:
    return [row for seed in range(6) for _, _, row in measured_pairs(generate(seed, clocks="mixed").articles)][:count]


@pytest.mark.parametrize("name", ["edge", "kin"])
def test_contributions_sum_to_what_the_trees_say(name: str) -> None:
    rows = cases()
    base, added = shipped(name).contributions(np.array(rows))
    for row, own in zip(rows, added, strict=True):
        assert base + math.fsum(own) == pytest.approx(
            sum(plain(tree, row) for tree in CONTENT[name]["trees"]), abs=1e-9
        )


@pytest.mark.parametrize("name", ["edge", "kin"])
def test_the_file_has_the_features_of_the_code(name: str) -> None:
    assert tuple(CONTENT[name]["features"]) == tuple(FEATURES) == shipped(name).names
    assert len(cases(1)[0]) == len(FEATURES)


def test_the_constraints_hold() -> None:
    trees, random_ = shipped("edge"), random.Random(1)
    rows = cases(40)
    for place, (name, sign) in enumerate(FEATURES.items()):
        if not sign:
            continue
        for row in random_.sample(rows, 12):
            if math.isnan(row[place]):
                continue
            more = [*row[:place], row[place] + random_.choice([1, 5, 50]), *row[place + 1 :]]
            base, added = trees.contributions(np.array([row, more]))
            before, after = (base + math.fsum(own) for own in added)
            assert sign * (after - before) >= -1e-3, name  # values of the file are rounded


def test_features_do_not_depend_on_the_order_of_the_articles() -> None:
    articles = generate(11, "medium", clocks="good").articles
    there = {(p, c): row for p, c, row in measured_pairs(articles)}
    back = {(p, c): row for p, c, row in measured_pairs(articles[::-1])}
    assert there.keys() == back.keys()
    for pair, row in there.items():
        assert row == pytest.approx(back[pair], nan_ok=True)


def test_a_tree_of_one_leaf() -> None:
    trees = Trees.of({"features": ["text.a"], "trees": [0.25, [0, 1.0, 0, 0.5, 0.0, 1.0]]})
    base, added = trees.contributions(np.array([[0.0], [2.0], [math.nan]]))
    assert base == 0.75
    assert added.tolist() == [[-0.5], [0.5], [0.5]]
