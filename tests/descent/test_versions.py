"""Versions of one owner's text: exact ledgers, no order of the input, and what must be told of simple families."""

from __future__ import annotations

import json
import math
import random
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_trees import plain

from benchmarks import histories
from corpus.newsroom.bureau import generate
from lineage import Article, Lineage, trace
from lineage.descent.revisions import FEATURES, Change, Version
from lineage.descent.succession import NEARNESS, Succession
from lineage.descent.versions import FILE, Compared, trees, weigh

HISTORIES = Path(__file__).parents[3] / "shared" / "data" / "revision-histories"
STORY = max((generate(seed, "easy", clocks="none") for seed in range(8, 12)), key=lambda story: len(story.articles))
OWN = [article.text for article in STORY.articles if not trace([article]).sources]  # they name no wire
PARAGRAPHS = max(OWN, key=len).split("\n\n")


def article(id: str, paragraphs: list[str], published: datetime | None = None) -> Article:
    return Article(id, "\n\n".join(paragraphs), "The Lantern Post", published)


def chain(result: Lineage) -> dict[str, str]:
    return {claim.child: claim.parent for claim in result.derivations}


class TestTrace:
    """What `trace` tells of one outlet's versions."""

    def test_identical_versions_are_not_put_in_an_order(self) -> None:
        found = trace([article("one", PARAGRAPHS), article("two", PARAGRAPHS)])
        assert not found.derivations
        (question,) = found.unresolved
        assert question.a_from_b == pytest.approx(question.b_from_a)

    def test_a_clock_orders_versions_that_only_shrink(self) -> None:
        count = len(PARAGRAPHS)
        versions = [
            article(f"v{k}", PARAGRAPHS[: count - k], datetime(2031, 5, 2, 8 + k, tzinfo=UTC)) for k in range(3)
        ]
        now = datetime(2031, 6, 1, tzinfo=UTC)
        assert chain(trace(versions, now=now)) == {"v1": "v0", "v2": "v1"}

    def test_a_correction_is_the_newer(self) -> None:
        told = "Correction: An earlier version of this article gave a wrong date."
        found = trace([article("new", [*PARAGRAPHS, told]), article("old", PARAGRAPHS)])
        assert chain(found) == {"new": "old"}
        assert {"said", "growth"} <= {row.kind for row in found.derivations[0].reasons}

    def test_five_versions_that_grow_are_a_chain(self) -> None:
        first = len(PARAGRAPHS) - 8
        versions = [article(f"v{k}", PARAGRAPHS[: first + 2 * k]) for k in range(5)]
        random.Random(1).shuffle(versions)
        assert chain(trace(versions)) == {f"v{k}": f"v{k - 1}" for k in range(1, 5)}

    def test_a_version_that_joins_two_has_both_as_parents(self) -> None:
        third = len(PARAGRAPHS) // 3
        base, left, right = (PARAGRAPHS[k * third : (k + 1) * third] for k in range(3))
        found = trace([
            article("base", base), article("left", base + left), article("right", right + base),
            article("both", right + base + left),
        ])  # fmt: skip
        assert set(found.parents("both")) == {"left", "right"}
        assert found.parents("left") == found.parents("right") == ("base",)

    def test_a_later_year_is_the_newer(self) -> None:
        old = article("old", [*PARAGRAPHS, "The rules hold from 3 March 2029."])
        new = article("new", [*PARAGRAPHS, "The rules hold from 5 May 2030."])
        found = trace([old, new])
        assert chain(found) == {"new": "old"}
        assert max(found.derivations[0].reasons, key=lambda row: row.weight).kind == "dates"

    def test_ledgers_sum_to_what_is_shown(self) -> None:
        first = len(PARAGRAPHS) - 6
        found = trace([article(f"v{k}", PARAGRAPHS[: first + 2 * k]) for k in range(3)])
        assert found.derivations
        for claim in found.derivations:
            odds = math.fsum(row.weight for row in claim.reasons)
            assert 1 / (1 + math.exp(-odds)) == pytest.approx(claim.probability, abs=1e-9)


def test_the_file_has_the_features_of_the_code() -> None:
    assert trees("newer").names == tuple(FEATURES)
    assert trees("near").names == NEARNESS


def test_exchanging_two_versions_turns_the_evidence_round() -> None:
    texts = ["\n\n".join(PARAGRAPHS[:k]) for k in (3, 5, 6)]
    pairs = list(combinations(range(3), 2))
    weighed = weigh(Compared.of(texts, pairs))
    for i, j in pairs:
        assert list(weighed.groups[i, j]) == [-weight for weight in weighed.groups[j, i]]
        assert weighed.older[i, j] == -weighed.older[j, i]


def test_the_order_of_the_input_changes_nothing() -> None:
    texts = ["\n\n".join(PARAGRAPHS[:k]) for k in (9, 3, 6, 4)]
    versions = [Article(f"v{k}", text, "The Lantern Post") for k, text in enumerate(texts)]
    first, second = trace(versions).derivations, trace(versions[::-1]).derivations
    assert first == second
    assert len(first) == 3


def test_the_trees_contributions_are_those_of_a_walk_down_the_file() -> None:
    pairs = list(combinations(range(4), 2))
    compared = Compared.of(["\n\n".join(PARAGRAPHS[k : k + 6]) for k in range(4)], pairs)
    rows = compared.features()[0]
    base, added = trees("newer").contributions(np.array(rows, float))
    content = json.loads(FILE.read_text(encoding="utf-8"))["newer"]
    for row, own in zip(rows, added, strict=True):
        assert base + math.fsum(own) == pytest.approx(plain(content, row), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 7), st.randoms(use_true_random=False))
def test_the_root_is_weighed_as_if_every_root_were_tried(count: int, rng: random.Random) -> None:
    pairs = list(combinations(range(count), 2))
    distances = {pair: rng.randint(1, 30) for pair in pairs}
    lean = {pair: rng.uniform(-3, 3) for pair in pairs}
    found = Succession.of(count, distances, lean)
    worth = []
    for root in range(count):
        above = ancestors(found.tree, root)
        signs = {(i, j): (i in above[j]) - (j in above[i]) for i, j in pairs}
        worth.append(sum(signs[pair] * lean[pair] for pair in pairs) / count)
    chance = np.exp(np.array(worth) - max(worth))
    assert found.root == pytest.approx(chance / chance.sum())
    assert sum(distances[pair] for pair in found.tree) == least_tree(count, distances)


def ancestors(tree: frozenset[tuple[int, int]], root: int) -> dict[int, set[int]]:
    above: dict[int, set[int]] = {root: set()}
    while len(above) < len(tree) + 1:
        for one, other in tree:
            for parent, child in ((one, other), (other, one)):
                if parent in above and child not in above:
                    above[child] = above[parent] | {parent}
    return above


def least_tree(count: int, distances: dict[tuple[int, int], int]) -> int:
    graph = networkx.Graph()
    graph.add_weighted_edges_from((i, j, apart) for (i, j), apart in distances.items())
    return int(networkx.minimum_spanning_tree(graph).size("weight"))


@pytest.mark.slow
@pytest.mark.skipif(not HISTORIES.exists(), reason="the revision histories are not here")
def test_direction_stays_above_the_floor_on_held_histories() -> None:
    held = histories.read(HISTORIES, largest=9)[1]
    rows = [histories.tally(family, histories.ours(family)) for family in held]
    base = [histories.tally(family, histories.longer(family)) for family in held]
    half, whole = histories.covered(rows, 0.5), histories.covered(rows, 1.0)
    assert half is not None
    assert whole is not None
    assert half >= 0.85
    assert whole >= 0.74
    assert whole > (histories.covered(base, 1.0) or 0) + 0.05


def test_the_steps_lead_from_one_version_to_the_other() -> None:
    rng = random.Random(2)
    words = "a b c d e f".split()
    for _ in range(200):
        old, new = (Version(" ".join(rng.choices(words, k=rng.randint(0, 12)))) for _ in range(2))
        made, at = list[str](), 0
        for step in Change.between(old, new).steps:
            made += old.tokens[at : step.at]
            assert len(made) == step.to
            made += step.put
            at = step.at + len(step.out)
            assert list(step.out) == old.tokens[step.at : at]
        assert made + old.tokens[at:] == new.tokens
