"""The shipped trees: contributions that sum exactly, a plain twin, constraints that hold, and no order of the input."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plain_trees import plain

from benchmarks.tree_files import laid_out, write
from corpus.newsroom import generate
from lineage.descent.beside import BESIDE
from lineage.descent.family import SECOND
from lineage.descent.features import FEATURES
from lineage.descent.ledger import calibrated, calibration, kind_of
from lineage.descent.trees import FILE, Trees, shipped
from lineage.descent.unseen import BEHIND
from lineage.model import Reason
from lineage.tracing import measured

CONTENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


SETS = {"edge": FEATURES, "kin": FEATURES, "source": BEHIND, "again": SECOND, "beside": BESIDE}


def cases(name: str, count: int = 60) -> list[list[float]]:
    """What a set of trees may be asked about: features of pairs, with plausible values where there are more."""
    pairs = [row for seed in range(6) for row in measured(generate(seed, clocks="mixed").articles).story.cases.tolist()]
    rng, names = random.Random(1), list(SETS[name])
    if names == list(FEATURES):
        return pairs[:count]
    return [[rng.choice([-3.0, -1.0, 0.0, 0.4, 1.0, 5.0, math.nan]) for _ in names] for _ in range(count)]


@pytest.mark.parametrize("name", SETS)
def test_contributions_sum_to_what_the_trees_say(name: str) -> None:
    rows = cases(name)
    base, added = shipped(name).contributions(np.array(rows))
    for row, own in zip(rows, added, strict=True):
        assert base + math.fsum(own) == pytest.approx(plain(CONTENT[name], row), abs=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_the_file_has_the_features_of_the_code(name: str) -> None:
    assert tuple(CONTENT[name]["features"]) == tuple(SETS[name]) == shipped(name).names
    assert len(cases("edge", 1)[0]) == len(FEATURES)


@pytest.mark.parametrize("name", ["edge", "source", "again", "beside"])
def test_the_constraints_hold(name: str) -> None:
    trees, random_ = shipped(name), random.Random(1)
    rows = cases(name, 40)
    for place, (feature, sign) in enumerate(SETS[name].items()):
        if not sign:
            continue
        for row in random_.sample(rows, 12):
            if math.isnan(row[place]):
                continue
            more = [*row[:place], row[place] + random_.choice([1, 5, 50]), *row[place + 1 :]]
            base, added = trees.contributions(np.array([row, more]))
            before, after = (base + math.fsum(own) for own in added)
            assert sign * (after - before) >= -0.03, feature  # values of the file are rounded


def test_each_kind_of_claim_is_calibrated_by_what_claims_of_its_kind_were_worth() -> None:
    clock, growth = Reason("version", 5.0, "later"), Reason("growth", 1.0, "longer")
    assert kind_of("update", False, [clock, growth]) == "dated update"
    assert kind_of("update", False, [growth]) == "update"
    assert kind_of("copy", True, [growth]) == "credited copy"
    tables = [calibration(kind) for kind in ("dated update", "update", "credited copy", "copy", "inferred source")]
    assert all(table is not None for table in tables)
    assert len({table[1].tobytes() for table in tables if table is not None}) == len(tables)
    assert calibration("further update") is not None  # as an update


@pytest.mark.parametrize("kind", ["copy", "source", "update", "dated update"])
def test_what_is_shown_rises_with_the_marginal(kind: str) -> None:
    shown = [calibrated(kind, marginal) for marginal in np.linspace(0.001, 0.999, 200)]
    assert shown == sorted(shown)
    assert shown[0] < 0.3
    assert shown[-1] > 0.9


def test_features_do_not_depend_on_the_order_of_the_articles() -> None:
    articles = generate(11, "medium", clocks="good").articles
    there, back = measured(articles), measured(articles[::-1])
    held = [
        {
            (found.story.witnesses[parent].article.id, found.story.witnesses[child].article.id): row
            for ((parent, child), _), row in zip(found.story.copies, found.story.cases.tolist(), strict=True)
        }
        for found in (there, back)
    ]
    assert held[0].keys() == held[1].keys()
    for pair, row in held[0].items():
        assert row == pytest.approx(held[1][pair], nan_ok=True)


LEAF = {"leaf_value": 0.25, "leaf_count": 9}
BRANCH = {
    "split_feature": 0, "threshold": 1.0, "default_left": False, "left_child": {"leaf_value": 0.0, "leaf_count": 5},
    "right_child": {"leaf_value": 1.0, "leaf_count": 5},
}  # fmt: skip


def test_a_tree_of_one_leaf() -> None:
    trees = Trees.of(laid_out(["text.a"], [LEAF, BRANCH]))
    base, added = trees.contributions(np.array([[0.0], [2.0], [math.nan]]))
    assert base == 0.75
    assert added.tolist() == [[-0.5], [0.5], [0.5]]


def nested(depth: int) -> dict[str, Any]:
    """A tree as LightGBM gives it, its leaves numbered as they stand."""
    random_ = random.Random(depth)
    number = iter(range(1000))

    def node(left: int) -> dict[str, Any]:
        if left == 0 or random_.random() < 0.2:
            return {"leaf_value": float(next(number)), "leaf_count": random_.randint(1, 9)}
        asked = {"split_feature": random_.randrange(3), "threshold": random_.choice([-1.0, 0.5, 2.0])}
        return {
            **asked,
            "default_left": random_.random() < 0.5,
            "left_child": node(left - 1),
            "right_child": node(left - 1),
        }

    return node(depth)


def leaf(node: dict[str, Any], case: list[float]) -> float:
    """The value at which a case ends, by walking down what LightGBM gives."""
    while "leaf_value" not in node:
        value = case[node["split_feature"]]
        left = node["default_left"] if math.isnan(value) else value <= node["threshold"]
        node = node["left_child" if left else "right_child"]
    return float(node["leaf_value"])


@pytest.mark.parametrize("depth", range(6))
def test_what_is_written_is_what_was_grown(depth: int, tmp_path: Path) -> None:
    grown = [nested(depth), LEAF, nested(depth + 1)]
    write({"made": "here", "edge": laid_out(["a.x", "a.y", "b.z"], grown)}, tmp_path / "file.json")
    held = json.loads((tmp_path / "file.json").read_text("utf-8"))["edge"]
    rows = [[a, b, c] for a in (-2.0, 1.0, math.nan) for b in (0.5, 3.0, math.nan) for c in (0.0, math.nan)]
    base, added = Trees.of(held).contributions(np.array(rows))
    for row, own in zip(rows, added, strict=True):
        expected = sum(leaf(tree, row) for tree in grown)
        assert base + math.fsum(own) == pytest.approx(expected, abs=1e-9)
        assert plain(held, row) == pytest.approx(expected, abs=1e-9)
