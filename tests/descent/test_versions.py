"""Versions of one owner's text: exact ledgers, no order of the input, and what must be told of simple families."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from itertools import combinations

import pytest

from corpus.newsroom.bureau import generate
from lineage import Article, Lineage, trace
from lineage.descent.revisions import FEATURES, Change, Version
from lineage.descent.succession import NEARNESS
from lineage.descent.versions import Compared, trees, weigh

STORY = max((generate(seed, "easy", clocks="none") for seed in range(4)), key=lambda story: len(story.articles))
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
