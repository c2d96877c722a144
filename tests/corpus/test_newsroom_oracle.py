"""The oracle counts the truth's edges and knows more of them than a guess; its likelihood speaks for what was done."""

from __future__ import annotations

import random

import pytest

from benchmarks.scoring import f1
from corpus.newsroom import generate
from corpus.newsroom.oracle import best_tree, oracle
from corpus.newsroom.stories import drafted


@pytest.mark.parametrize(("level", "least"), [("easy", 0.75), ("medium", 0.75), ("hard", 0.7)])
def test_the_oracle_knows_more_than_a_guess(level: str, least: float) -> None:
    counts = [oracle(seed, level, "train") for seed in range(8)]  # type: ignore[arg-type]
    assert all(right <= min(said, true) for right, said, true in counts)
    found = f1(counts)
    assert found is not None
    assert found > least
    edges = [len(generate(seed, level).truth.edges) for seed in range(8)]  # type: ignore[arg-type]
    assert [true for _, _, true in counts] == edges


def test_the_order_of_the_texts_says_nothing() -> None:
    event, drafts = drafted(random.Random("7 medium train"), "medium", "train")
    turned = drafts[::-1]
    last = len(drafts) - 1
    said = best_tree(event, drafts, "medium")
    assert said
    assert {(last - child, last - parent) for child, parent in best_tree(event, turned, "medium")} == said


def test_reports_of_their_own_are_nobodys_copies() -> None:
    for seed in range(5):
        event, drafts = drafted(random.Random(f"{seed} easy train"), "easy", "train", (6, 6), alone=True)
        assert best_tree(event, drafts, "easy") == set()
