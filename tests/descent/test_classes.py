"""How far an article is derived, from what, with which credit: by hand, and on stories whose lineage is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from benchmarks.lineage import GENERATORS
from benchmarks.scoring import weighted_f1
from lineage import Article, Settings, trace, tracing
from lineage.descent.classes import Ancestry
from lineage.model import Derivation, Share, Source

RIVER = (
    "The river rose by two metres in the night and cut off the lower town, where the fire brigade brought forty people "
    "from their houses in boats. Engineers looked at both bridges in the morning and closed the older one to lorries. "
    "Trains on the valley line stop at the junction, from where buses run every half hour until the track is dry."
)
SHEEP = (
    "A farmer on the left bank lost sixty sheep that stood in the meadow when the dam gave way before dawn. The water "
    "board says that the dam was inspected in spring and found sound, and that it will publish the whole report."
)
SCHOOL = (
    "Pupils of the school by the market have lessons in the town hall for now, since the cellar with the heating is "
    "flooded to the ceiling. Parents had asked for a pump years ago, a letter shows that the council did not answer."
)


def ancestry(articles: list[Article], edges: list[tuple[str, str]], sources: Sequence[Source] = ()) -> Ancestry:
    """What stands above the articles, with these edges (child, parent) and sources given."""
    (looked,) = tracing._looked([tracing._input((articles, {}))], Settings(), datetime(2026, 1, 1, tzinfo=UTC), {})
    claims = [Derivation(child, parent, "copy", 0.9, 0.0, False, (), ()) for child, parent in edges]
    return Ancestry(looked.witnesses, looked.overlaps, claims, sources)


def unseen(name: str | None, *children: str) -> Source:
    return Source("source-1", name, "inferred", children, dict.fromkeys(children, 0.8), dict.fromkeys(children, ()))


def share(found: Ancestry, article: str, source: str) -> Share:
    (one,) = [share for share in found.shares() if (share.article, share.source) == (article, source)]
    return one


def test_a_copy_is_wholly_derived_and_half_a_copy_partly() -> None:
    made = [
        Article("first", RIVER + "\n\n" + SHEEP, "Valley Post"),
        Article("copy", RIVER, "Harbour News"),
        Article("half", RIVER + "\n\n" + SCHOOL, "Market Mirror"),
    ]
    found = ancestry(made, [("copy", "first"), ("half", "first")])
    assert found.classes() == {"first": "not", "copy": "wholly", "half": "partly"}
    copy, half = share(found, "copy", "first"), share(found, "half", "first")
    assert copy.narration == pytest.approx(1.0, abs=0.02)
    river, sheep, school = (len(text.split()) for text in (RIVER, SHEEP, SCHOOL))
    assert copy.used == pytest.approx(river / (river + sheep), abs=0.02)
    assert half.narration == pytest.approx(river / (river + school), abs=0.02)
    assert half.words == pytest.approx(river, abs=1)


def test_a_merge_has_a_share_of_either_parent() -> None:
    made = [Article("a", RIVER, "Valley Post"), Article("b", SHEEP, "Dam Herald"), Article("c", RIVER + " " + SHEEP)]
    found = ancestry(made, [("c", "a"), ("c", "b")])
    parts = [share(found, "c", id).narration or 0.0 for id in "ab"]
    assert sum(parts) == pytest.approx(1.0, abs=0.03)
    assert found.classes()["c"] == "wholly"


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("", "absent"),
        ("\n\n(With inputs from The Valley Post)", "present"),
        ("\n\n(With inputs from Reuters)", "elsewhere"),
    ],
)
def test_a_credit_is_there_or_names_another_party(line: str, state: str) -> None:
    made = [Article("first", RIVER + "\n\n" + SHEEP, "The Valley Post"), Article("copy", RIVER + line, "Harbour News")]
    assert share(ancestry(made, [("copy", "first")]), "copy", "first").credit == state


def test_a_credit_that_came_with_the_text_is_kept_or_stripped() -> None:
    wire = RIVER + "\n\n(With inputs from Reuters)"
    made = [
        Article("first", wire, "Valley Post"),
        Article("kept", wire, "Harbour News"),
        Article("bare", RIVER, "Mirror"),
    ]
    found = ancestry(made, [("kept", "first"), ("bare", "first")])
    assert share(found, "kept", "first").credit == "present"  # it names the text behind
    assert share(found, "bare", "first").credit == "stripped"
    assert share(found, "bare", "first").words == share(found, "kept", "first").words


def test_an_unseen_text_is_judged_by_its_children() -> None:
    made = [
        Article("one", RIVER + "\n\n(Reuters)", "Valley Post"),
        Article("two", RIVER + "\n\n" + SCHOOL, "Market Mirror"),
        Article("three", RIVER + "\n\nSource: Reuters", "Harbour News"),
    ]
    found = ancestry(made, [], [unseen("Reuters", "one", "two", "three")])
    assert found.classes() == {"one": "wholly", "two": "partly", "three": "wholly"}
    assert [share(found, id, "source-1").credit for id in ("one", "two", "three")] == ["present", "stripped", "present"]
    assert share(found, "two", "source-1").used is None


def test_of_a_source_that_nobody_else_has_nothing_is_known() -> None:
    found = ancestry([Article("one", RIVER + "\n\n(Reuters)", "Valley Post")], [], [unseen("Reuters", "one")])
    alone = share(found, "one", "source-1")
    assert (alone.words, alone.narration, alone.used, alone.credit) == (None, None, None, "present")
    assert found.classes() == {"one": "wholly"}


@pytest.mark.parametrize("generator", list(GENERATORS))
def test_with_the_true_lineage_given_the_classes_are_mostly_right(generator: str) -> None:
    pairs = []
    for seed in range(700, 712):
        story = GENERATORS[generator](seed, "easy", clocks="none")
        sources = [unseen(node.name, *node.children) for node in story.truth.unseen]
        edges = [(edge.child, edge.parent) for edge in story.truth.edges]
        found = ancestry(list(story.articles), edges, sources).classes()
        pairs += [(found[id], story.truth.classes[id]) for id in found]
    score = weighted_f1(pairs)
    assert score is not None
    assert score > 0.78  # .86 and .94 on other stories


def test_shares_of_a_trace_speak_of_what_it_found() -> None:
    story = GENERATORS["newsroom"](11, "medium", clocks="none")
    found = trace(story.articles)
    above = {(d.child, d.parent) for d in found.derivations}
    above |= {(child, source.id) for source in found.sources for child in source.children}
    assert {(share.article, share.source) for share in found.shares} == above
    for one in found.shares:
        assert one.narration is None or 0 <= one.narration <= 1
        assert one.used is None or 0 <= one.used <= 1
    assert {id for id, kind in found.classes.items() if kind != "not"} == {article for article, _ in above}
