"""Scores of lineages: a perfect answer is perfect, wrong ones cost what they should, evidence can be taken away."""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.lineage import GENERATORS, main
from benchmarks.scoring import (
    MEASURES,
    Answer,
    at_coverage,
    calibration_error,
    difference,
    least_error,
    measured,
    tally,
    weighted_f1,
)
from benchmarks.systems import muted, system
from lineage import Article
from lineage.descent.trees import SETS, shipped

STORY = (
    "The river rose by two metres in the night and cut off the lower town, where the fire brigade brought forty people "
    "from their houses in boats. The mayor asked everybody to stay away from the bridges until engineers had looked "
    "at them. Trains on the valley line stop at the junction, and buses run from there every half hour."
)
MORE = (
    " A farmer on the left bank lost sixty sheep that stood in the meadow when the dam gave way. The water board says "
    "that the dam was inspected in spring and found sound, and that it will publish the report."
)
ROWS = np.full((3, len(shipped("edge").names)), 1.0)


def story(edges: list[tuple[str, str]], unseen: list[tuple[str, ...]], ids: str = "abcde") -> Any:
    """A story with this truth and no texts."""
    articles = [SimpleNamespace(id=id) for id in ids]
    truth = SimpleNamespace(
        edges=[SimpleNamespace(child=child, parent=parent) for child, parent in edges],
        unseen=[SimpleNamespace(children=children) for children in unseen],
        classes=dict.fromkeys(ids, "partly"),
        origins=1,
        unrelated=set(),
    )
    return SimpleNamespace(articles=articles, truth=truth)


def perfect(made: Any) -> Answer:
    truth = made.truth
    edges = {(edge.child, edge.parent) for edge in truth.edges}
    certain = dict.fromkeys(edges, 1.0)
    sources = [frozenset(node.children) for node in truth.unseen]
    return Answer(edges, sources, certain, certain, dict(truth.classes), (truth.origins,) * 3)


@pytest.mark.parametrize("generator", list(GENERATORS))
@pytest.mark.parametrize("level", ["easy", "hard"])
def test_a_perfect_answer_has_perfect_scores(generator: str, level: str) -> None:
    made = [GENERATORS[generator](seed, level, clocks="none", split="held") for seed in range(12)]
    for name, found in measured([tally(one, perfect(one)) for one in made]).items():
        worst = name in ("calibration error", "error if calibrated", "false edges per 10,000")
        for end in ("value", "low", "high"):
            assert found[end] is None or found[end] == pytest.approx(0.0 if worst else 1.0), name


def test_wrong_edges_roots_leaves_and_ancestors_are_counted() -> None:
    made = story([("b", "a"), ("c", "b")], [])
    row = tally(made, Answer({("b", "a"), ("c", "a"), ("d", "a")}))
    assert row.found["edge"] == (1, 3, 2)
    assert row.found["ancestry"] == (2, 3, 3)
    assert row.found["leaf"] == (1, 3, 1)
    assert row.found["root"] == (2, 2, 3)
    assert row.directions == [(0.0, 0.5), (0.0, 0.5)]


def test_a_source_is_right_by_most_of_its_children() -> None:
    made = story([], [("a", "b", "c")])
    assert tally(made, Answer(set(), [frozenset("ab")])).found["unseen node"] == (1, 1, 1)
    assert tally(made, Answer(set(), [frozenset("ade")])).found["unseen node"] == (0, 1, 1)
    assert tally(made, Answer(set(), [frozenset("ab")])).found["unseen pair"] == (1, 1, 3)


def test_a_second_parent_is_right_by_its_lineage() -> None:
    # d took from c and from a; b is a copy of a and holds the same block
    made = story([("b", "a"), ("d", "a"), ("d", "c")], [])
    assert tally(made, Answer({("d", "c"), ("d", "b")})).found["second parent"] == (1, 1, 1)
    assert tally(made, Answer({("d", "a"), ("d", "b")})).found["second parent"] == (0, 0, 1)
    assert tally(made, Answer({("d", "c"), ("d", "e")})).found["second parent"] == (0, 1, 1)
    assert tally(made, Answer({("a", "d"), ("a", "c")})).found["second parent"] == (0, 1, 1)


def test_a_second_parent_may_be_a_source() -> None:
    made = story([("c", "d")], [("a", "b", "c")])
    assert tally(made, Answer({("c", "d")}, [frozenset("abc")])).found["second parent"] == (1, 1, 1)
    assert tally(made, Answer({("c", "d")}, [frozenset("ce")])).found["second parent"] == (0, 1, 1)


def test_coverage_takes_the_most_confident_first() -> None:
    entries = [(0.9, 1.0), (0.8, 1.0), (0.1, 0.0), (0.0, 0.5)]
    assert at_coverage(entries, 0.5) == 1.0
    assert at_coverage(entries, 1.0) == pytest.approx(2.5 / 4)
    assert at_coverage([(1.0, 1.0), (1.0, 0.0), (0.0, 0.5), (0.0, 0.5)], 0.25) == 0.5
    assert at_coverage([], 0.5) is None


def test_the_least_calibration_error_is_what_exact_probabilities_have() -> None:
    rng = random.Random(1)
    probable = [rng.random() for _ in range(300)]
    drawn = [calibration_error([(p, rng.random() < p) for p in probable]) or 0.0 for _ in range(200)]
    assert least_error([(p, True) for p in probable]) == pytest.approx(sum(drawn) / len(drawn), rel=0.1)
    assert least_error([(1.0, True)]) == 0.0
    assert least_error([]) is None


def test_calibration_error_and_weighted_f1_by_hand() -> None:
    assert calibration_error([(0.95, True), (0.95, False)]) == pytest.approx(0.45)
    pairs = [("wholly", "wholly"), ("partly", "wholly"), ("partly", "partly"), ("not", "not")]
    assert weighted_f1(pairs) == pytest.approx((2 * 2 / 3 + 2 / 3 + 1) / 4)
    assert weighted_f1([]) is None


def test_baselines_know_the_order_from_the_clock_alone() -> None:
    early = Article("late-by-name", STORY + MORE, published="2025-05-22T10:00:00+02:00")
    late = Article("a", STORY, published="2025-05-22T09:00:00+00:00")
    other = Article("b", "Quarterly figures of the port show more grain and fewer containers than a year ago.")
    for name in ("most similar earlier", "earliest star", "RNewsflow-like"):
        assert system(name)([late, other, early]).edges == {("a", "late-by-name")}, name
    assert system("containment + Edmonds")([late, other, early]).edges == {("a", "late-by-name")}
    undated = [Article(article.id, article.text) for article in (early, late, other)]
    assert system("hash order")([early, late, other]).edges == system("most similar earlier")(undated).edges


def test_every_group_of_evidence_can_be_taken_away() -> None:
    made = GENERATORS["newsroom"](3, "medium", clocks="good", split="held")
    whole = system("lineage")(made.articles)
    groups = shipped("edge").groups
    base = system("lineage without " + "+".join(groups))(made.articles)
    assert whole.edges != base.edges
    with muted(groups):
        assert not shipped("edge").contributions(ROWS)[1].any()
    assert shipped("edge").contributions(ROWS)[1].any()
    assert system("lineage")(made.articles).probability == whole.probability


def test_a_difference_is_of_the_same_stories() -> None:
    names, made = ["edge F1", "second-parent F1"], story([("b", "a"), ("c", "b")], [])
    right, half = tally(made, perfect(made)), tally(made, Answer({("b", "a"), ("c", "a")}))
    found = difference([right, half], [half, half], names)
    assert found["edge F1"]["value"] == pytest.approx(0.25)
    assert found["edge F1"]["low"] == 0.0
    assert found["edge F1"]["high"] == pytest.approx(0.5)
    assert found["second-parent F1"] == {"value": None, "low": None, "high": None}
    assert difference([half] * 5, [half] * 5, names)["edge F1"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_what_each_group_is_worth_is_said_for_both_generators(tmp_path: Path) -> None:
    options = ["--stories", "1", "--clocks", "good", "--workers", "1", "-o", str(tmp_path)]
    assert main([*options, "--without", "credit,told"]) == 0
    result = json.loads((tmp_path / "lineage.json").read_text(encoding="utf-8"))
    assert {(row["generator"], row["group"]) for row in result["worth"]} == {
        (name, "credit+told") for name in GENERATORS
    }
    assert "| credit+told | bureau | good |" in (tmp_path / "lineage.md").read_text(encoding="utf-8")
    assert {"clock", "story", "declared"} < {group for name in SETS for group in shipped(name).groups}


def test_the_command_scores_both_generators_and_independent_reports(tmp_path: Path) -> None:
    options = ["--stories", "2", "--clocks", "none,good", "--pairs", "60", "--workers", "1", "-o", str(tmp_path)]
    assert main([*options, "--systems", "lineage,hash order"]) == 0
    result = json.loads((tmp_path / "lineage.json").read_text(encoding="utf-8"))
    assert len(result["rows"]) == 2 * 2 * 2 * 3
    assert all(set(MEASURES) <= set(row) for row in result["rows"])
    assert {row["generator"] for row in result["independent"]} == set(GENERATORS)
    assert all(row["pairs"] >= 50 for row in result["independent"])
    table = (tmp_path / "lineage.md").read_text(encoding="utf-8")
    assert "## bureau, clocks: good" in table
    assert "## By clocks" in table


@pytest.mark.parametrize("wrong", [["--systems", "oracle"], ["--without", "colour"], ["--generator", "press"]])
def test_what_is_unknown_is_said(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(wrong)
    assert wrong[1] in capsys.readouterr().err
