"""`python -m benchmarks train -o FILE`: the ledger's trees, from stories of the generator's training half.

Two sets of boosted trees (LightGBM), under the monotone constraints of `lineage.descent.features`: `edge` for "the
child took from the parent", `kin` for "both took from an unseen text". The stories' clocks are of all kinds, so that
no model learns to trust them. The same command gives the same file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.newsroom import generate
from lineage.descent.features import FEATURES
from lineage.tracing import measured_pairs

LEVELS = ("easy", "medium", "hard")
SIZES = ((2, 5), (4, 14))  # articles: a reporter's handful, and what a wire story brings
SETTINGS = {
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 15, "min_data_in_leaf": 60, "feature_fraction": 0.7,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "verbose": -1, "num_threads": 1, "seed": 1,
    "deterministic": True, "force_row_wise": True,
}  # fmt: skip
ROUNDS = {"edge": 220, "kin": 120}


def examples(seed: int) -> tuple[list[list[float]], list[int], list[int]]:
    """The features of all linked pairs of the stories with one seed, and whether each is an edge, and kin."""
    rows: list[list[float]] = []
    edge: list[int] = []
    kin: list[int] = []
    for level in LEVELS:
        size = SIZES[seed % len(SIZES)]
        story = generate(seed, level, clocks="mixed", split="train", size=size)  # type: ignore[arg-type]
        edges = {(e.parent, e.child) for e in story.truth.edges}
        sources = [set(node.children) for node in story.truth.unseen]
        for parent, child, features in measured_pairs(story.articles):
            rows.append(features)
            edge.append((parent, child) in edges)
            kin.append(any({parent, child} <= children for children in sources))
    return rows, edge, kin


def gathered(seeds: range, workers: int) -> tuple[NDArray[np.float64], dict[str, NDArray[np.int64]]]:
    """The examples of all seeds."""
    with ProcessPoolExecutor(workers) as pool:
        parts = list(pool.map(examples, seeds, chunksize=8))
    rows = np.array([row for part in parts for row in part[0]], float)
    return rows, {"edge": np.array([y for p in parts for y in p[1]]), "kin": np.array([y for p in parts for y in p[2]])}


def trained(rows: NDArray[np.float64], labels: NDArray[np.int64], name: str) -> dict[str, Any]:
    """Trees as plain values (see `lineage.descent.trees`)."""
    import lightgbm

    constraints = list(FEATURES.values()) if name == "edge" else [0] * len(FEATURES)
    data = lightgbm.Dataset(rows, labels, feature_name=[f.replace(".", "_") for f in FEATURES])
    made = lightgbm.train({**SETTINGS, "monotone_constraints": constraints}, data, ROUNDS[name])
    trees = [_node(tree["tree_structure"])[0] for tree in made.dump_model()["tree_info"]]
    return {"features": list(FEATURES), "trees": trees}


def _node(node: dict[str, Any]) -> tuple[Any, int]:
    """A node as plain values, with its number of cases; a node's value is the mean of its leaves'."""
    if "leaf_value" in node:
        return round(node["leaf_value"], 5), node.get("leaf_count", 1)
    left, mine = _node(node["left_child"])
    right, theirs = _node(node["right_child"])
    mean = (_value(left) * mine + _value(right) * theirs) / (mine + theirs)
    threshold = float(f"{node['threshold']:.7g}")
    return [node["split_feature"], threshold, int(node["default_left"]), round(mean, 5), left, right], mine + theirs


def _value(node: Any) -> float:
    return float(node if isinstance(node, int | float) else node[3])


def main(argv: Sequence[str]) -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks train", description=__doc__)
    parser.add_argument("--seeds", type=int, default=500, help="three stories each: easy, medium and hard")
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", "-o", type=Path, required=True)
    options = parser.parse_args(argv)
    rows, labels = gathered(range(options.first, options.first + options.seeds), options.workers)
    print(f"{3 * options.seeds} stories, {len(rows)} ordered pairs, {labels['edge'].sum()} edges", file=sys.stderr)
    content: dict[str, Any] = {
        "made": f"python -m benchmarks train --seeds {options.seeds} --first {options.first}",
        "from": "stories of corpus.newsroom, half `train`, all levels, clocks of all kinds",
        "pairs": len(rows),
    }
    content |= {name: trained(rows, own, name) for name, own in labels.items()}
    text = json.dumps(content, separators=(",", ":")).replace("],[[", "],\n[[").replace(',"kin"', ',\n"kin"')
    options.output.write_text(text + "\n", encoding="utf-8")
    return 0
