"""The second round: clocks are believed as far as the texts bear them out, and what relatives claim is heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from corpus.newsroom import GeneratedStory, generate
from lineage.descent.family import SECOND, Family
from lineage.tracing import Measured, measured

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def clocked(story: GeneratedStory, sign: int) -> tuple[Measured, Family]:
    """A story whose articles appear in the order of descent, or the other way; the first round knows the truth."""
    depth: dict[str, int] = {article.id: 0 for article in story.articles}
    for _ in depth:
        for edge in story.truth.edges:
            depth[edge.child] = max(depth[edge.child], depth[edge.parent] + 1)
    times = {id: START + sign * timedelta(hours=level) for id, level in depth.items()}
    found = measured([replace(a, published=times[a.id].isoformat()) for a in story.articles])
    ids = [witness.article.id for witness in found.story.witnesses]
    edges = {(edge.parent, edge.child) for edge in story.truth.edges}
    first = {(p, c): 3.0 if (ids[p], ids[c]) in edges else -3.0 for (p, c), _ in found.story.copies}
    return found, Family(found.story, first, dict.fromkeys(first, -3.0), [])


def told(found: Measured, family: Family) -> dict[tuple[int, int], dict[str, float]]:
    """The second round's features of every pair, by name."""
    rows = zip(found.story.copies, family.cases.tolist(), strict=True)
    return {pair: dict(zip(SECOND, row, strict=True)) for (pair, _), row in rows}


def test_trust_follows_the_texts() -> None:
    story = generate(5, "easy", size=(8, 12))
    assert len(story.truth.edges) > 2
    for sign in (1, -1):
        found, family = clocked(story, sign)
        assert max(sign * trust for trust in family.trust) > 0.5
        for row in told(found, family).values():
            assert row["clock.told"] * sign * row["clock.lag"] >= 0 or row["clock.told"] == 0


def test_a_rival_is_heard() -> None:
    story = generate(5, "easy", size=(8, 12))
    found, family = clocked(story, 1)
    rows = told(found, family)
    parent, child = max(family.first, key=lambda pair: (family.first[pair], pair))
    others = [pair for pair in rows if pair[1] == child and pair[0] != parent]
    assert others
    for pair in others:
        assert rows[pair]["story.rival"] == 3.0
    mine = rows[parent, child]
    assert (mine["story.claim"], mine["story.rival"]) == (3.0, -3.0)
