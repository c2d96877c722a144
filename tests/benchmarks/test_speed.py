"""The benchmarks' corpora are what they say, and every contender finds a planted reprint."""

from __future__ import annotations

import pytest

from benchmarks.contenders import CONTENDERS
from benchmarks.corpora import Planted, synthetic
from benchmarks.speed import markdown, measure
from lineage import Article, find_overlaps


def test_corpora_are_deterministic_and_truthful() -> None:
    truth: list[Planted] = []
    texts = list(synthetic(300, seed=5, truth=truth))
    assert texts == list(synthetic(300, seed=5))
    assert texts != list(synthetic(300, seed=6))
    assert 0.1 < len(truth) / 300 < 0.3
    for planted in truth:
        if planted.changed == 0:
            words = texts[planted.parent].split()
            windows = {" ".join(words[at : at + 20]) for at in range(len(words) - 19)}
            child = texts[planted.child].split()
            assert windows & {" ".join(child[at : at + 20]) for at in range(len(child) - 19)}


def test_floors_that_no_machine_changes() -> None:
    truth: list[Planted] = []
    articles = [Article(str(n), text) for n, text in enumerate(synthetic(1500, seed=7, truth=truth))]
    found = {(overlap.a, overlap.b) for overlap in find_overlaps(articles)}
    by_rate: dict[float, list[bool]] = {}
    for planted in truth:
        by_rate.setdefault(planted.changed, []).append((str(planted.parent), str(planted.child)) in found)
    assert all(by_rate[0.0])
    assert all(by_rate[0.03])
    assert sum(by_rate[0.08]) >= 0.98 * len(by_rate[0.08])
    true = {(str(planted.parent), str(planted.child)) for planted in truth}
    for a, b in sorted(found - true):  # a passage planted again from an article that holds it: no false pair
        runs = [texts_runs(articles[int(id)].text) for id in (a, b)]
        assert runs[0] & runs[1]


def texts_runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


@pytest.mark.parametrize("name", CONTENDERS)
def test_every_contender_finds_a_reprint(name: str) -> None:
    if name == "rensa":
        pytest.importorskip("rensa")
    texts = list(synthetic(60, seed=8))
    texts.append(texts[3])
    assert CONTENDERS[name]([Article(str(n), text) for n, text in enumerate(texts)]) >= 1


def test_a_measurement_has_its_facts() -> None:
    row = measure("lineage, sketch and sort", 50, None, 1)
    assert row["articles"] == 50
    assert row["seconds"] > 0
    table = markdown({"machine": {"processor": "p"}, "data": "d", "repeats": 1, "rows": []})
    assert table.startswith("d, p, one core")
