"""`python -m benchmarks train_versions --data FOLDER -o FILE`: the trees that tell versions of one text apart.

Two sets of boosted trees (LightGBM): `newer`, which of two versions is, under the monotone constraints of
`lineage.descent.revisions`; and `near`, whether one of two was made from the other. They are learnt from the tuned
half of the revision histories in FOLDER (see `benchmarks.histories`; thresholds of numbers only, no texts) and from
updates in stories of the generator's training half. A family counts as one. The same command gives the same file.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.histories import History, read
from benchmarks.train import LEVELS, SETTINGS
from benchmarks.tree_files import laid_out, write
from corpus.newsroom.bureau import generate
from lineage.descent.groups import Groups
from lineage.descent.revisions import FEATURES
from lineage.descent.succession import NEARNESS, Succession
from lineage.descent.versions import Compared

ROUNDS = {"newer": 250, "near": 80}
SHAPES = {"newer": {"num_leaves": 8, "lambda_l2": 5.0}, "near": {"num_leaves": 8, "lambda_l2": 5.0}}
STEP = 3.0  # how much more a step counts than a pair that several steps join
GENERATED = 0.05  # how much a generated family counts: they are many, all grow, and one hand wrote them
THINNED = 3  # families with some versions only that are made of each, for outlets keep few of their versions

Examples = tuple[list[list[float]], list[int], list[float]]


def generated(stories: int) -> Iterator[History]:
    """Families of updates: the articles of one outlet in a story that steps join."""
    for seed in range(stories):
        for level in LEVELS:
            story = generate(seed, level, clocks="none", split="train")  # type: ignore[arg-type]
            texts = {article.id: article.text for article in story.articles}
            updates = [(edge.parent, edge.child) for edge in story.truth.edges if edge.kind == "update"]
            groups = Groups(updates)
            for ids in groups.of(sorted({id for pair in updates for id in pair})):
                ids.sort(key=texts.__getitem__)
                steps = frozenset((ids.index(a), ids.index(b)) for a, b in updates if a in ids)
                yield History(f"{level} {seed}", tuple(texts[id] for id in ids), steps, tuple(range(len(ids))))


def examples(families: Sequence[tuple[History, float]]) -> dict[str, Examples]:
    """Rows, labels and weights for both sets of trees."""
    made: dict[str, Examples] = {"newer": ([], [], []), "near": ([], [], [])}
    rng = random.Random(1)
    for family, worth in families:
        pairs = list(combinations(range(len(family.texts)), 2))
        compared = Compared.of(family.texts, pairs)
        ahead, back = compared.features()
        above = family.ancestry()
        known = [k for k, (i, j) in enumerate(pairs) if (i, j) in above or (j, i) in above]
        weights = np.array([STEP if _is_step(family, pairs[k]) else 1.0 for k in known])
        weights *= worth / weights.sum()
        for k, weight in zip(known, weights.tolist(), strict=True):
            older = int(pairs[k] in above)
            _put(made["newer"], ahead[k], older, weight)
            _put(made["newer"], back[k], 1 - older, weight)
        _near(made["near"], family, compared, worth)
        for _ in range(THINNED if len(family.texts) > 2 else 0):
            kept = sorted(rng.sample(range(len(family.texts)), rng.randint(2, len(family.texts) - 1)))
            _near(made["near"], family.thinned(kept), compared.only(kept), worth / THINNED)
    return made


def _near(into: Examples, family: History, compared: Compared, worth: float) -> None:
    count, pairs = len(family.texts), list(compared.distances)
    order = Succession.of(count, compared.distances, dict.fromkeys(pairs, 0.0))
    for pair, row in zip(pairs, compared.nearness(order.tree), strict=True):
        _put(into, row, int(_is_step(family, pair)), worth / len(pairs))


def _is_step(family: History, pair: tuple[int, int]) -> bool:
    return pair in family.steps or pair[::-1] in family.steps


def _put(into: Examples, row: list[float], label: int, weight: float) -> None:
    into[0].append(row)
    into[1].append(label)
    into[2].append(weight)


def trained(name: str, made: Examples, features: Mapping[str, int]) -> dict[str, Any]:
    """Trees as columns (see `lineage.descent.trees`)."""
    import lightgbm

    rows, labels, weights = (np.array(part, float) for part in made)
    names = [feature.replace(".", "_") for feature in features]
    data = lightgbm.Dataset(rows, labels, weight=weights / weights.mean(), feature_name=names)
    settings = {**SETTINGS, **SHAPES[name], "learning_rate": 0.05, "monotone_constraints": list(features.values())}
    found = lightgbm.train(settings, data, ROUNDS[name]).dump_model()["tree_info"]
    return laid_out(list(features), [tree["tree_structure"] for tree in found])


def main(argv: Sequence[str]) -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks train_versions", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the revision histories")
    parser.add_argument("--stories", type=int, default=150, help="generated ones of each level")
    parser.add_argument("--output", "-o", type=Path, required=True)
    options = parser.parse_args(argv)
    families = [(family, 1.0) for family in read(options.data)[0]]
    updates = [(family, GENERATED) for family in generated(options.stories)]
    made = examples([*families, *updates])
    print(
        f"{len(families)} histories, {len(updates)} generated families, {len(made['near'][0])} pairs", file=sys.stderr
    )
    content: dict[str, Any] = {
        "made": f"python -m benchmarks train_versions --data FOLDER --stories {options.stories}",
        "from": "the tuned half of the revision histories, families of up to 40 versions, and updates in stories of "
        "corpus.newsroom.bureau, half `train`; no text of either is in here",
        "families": {"histories": len(families), "generated": len(updates)},
        "newer": trained("newer", made["newer"], FEATURES),
        "near": trained("near", made["near"], dict.fromkeys(NEARNESS, 0)),
    }
    write(content, options.output)
    return 0
