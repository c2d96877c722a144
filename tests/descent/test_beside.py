"""The second round of what may stand behind articles: against the plain formulas, an article at a time."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from corpus.newsroom import bureau, generate
from lineage.descent.beside import BESIDE, STANDING, Beside
from lineage.descent.claims import behind, kinship
from lineage.descent.features import Story
from lineage.descent.unseen import BEHIND, LOW, Proposal, propose
from lineage.tracing import Measured, measured

STORIES = {
    "newsroom": lambda: generate(7, "easy", size=(8, 12)).articles,
    "bureau": lambda: bureau.generate(4, "easy", size=(8, 12)).articles,
    "two": lambda: generate(5, "easy", size=(8, 12)).articles[:2],
}


def chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


class Plain:
    """The rows by their definitions."""

    def __init__(
        self,
        story: Story,
        proposals: list[Proposal],
        odds: list[dict[int, float]],
        second: dict[tuple[int, int], float],
    ) -> None:
        self.story, self.proposals, self.odds, self.second = story, proposals, odds, second

    def parent(self, child: int, among: list[int]) -> float:
        return max((self.second[other, child] for other in among), default=LOW)

    def spared(self, number: int, child: int) -> float:
        best = self.parent(child, list(self.story.near[child]))
        return max(0.0, self.odds[number][child] - max(STANDING, best))

    def explained(self, number: int) -> float:
        members = [child for child, odds in self.odds[number].items() if odds > STANDING]
        own = sorted(chance(self.parent(c, [o for o in members if o in self.story.near[c]])) for c in members)
        return sum(own[1:]) / (len(own) - 1) if len(own) > 1 else 0.0

    def row(self, number: int, child: int) -> list[float]:
        story, own = self.story, self.odds[number]
        near = [other for other in self.proposals[number].members if other != child and other in story.near[child]]
        linked = list(story.near[child])
        parent = self.parent(child, linked)
        ids = story.witnesses
        best = max(linked, key=lambda o: (self.second[o, child], ids[o].article.id), default=None)
        rest = [other for other in own if other != child]
        shares = [story.sentences.share(child, other)[1] for other in near]
        return [
            own[child],
            parent,
            self.parent(child, near),
            own[child] - max(STANDING, parent),
            max((self.second[child, other] for other in near), default=LOW),
            max((odds[child] for n, odds in enumerate(self.odds) if n != number and child in odds), default=LOW),
            LOW if best is None else own.get(best, LOW),
            max((own[other] for other in rest), default=LOW),
            sum(chance(own[other]) for other in rest),
            sum(self.spared(number, other) for other in rest),
            len(own),
            self.explained(number),
            sum(shares),
            max(shares, default=0.0),
            sum(shares) - max(shares, default=0.0),
        ]


@pytest.fixture(params=STORIES)
def found(request: pytest.FixtureRequest) -> Measured:
    return measured(STORIES[request.param]())


def test_the_second_round(found: Measured) -> None:
    rng, story = random.Random(2), found.story
    second = {pair: round(rng.gauss(-1, 3), 4) for pair, _ in story.pairs}
    kin = kinship(story, np.array([rng.gauss(1, 2) for _ in story.copies]))
    proposals = propose(story, found.groups, kin)
    places, rows = behind(story, proposals, second, kin)
    odds: list[dict[int, float]] = [{} for _ in proposals]
    for number, child in places:
        odds[number][child] = round(rng.gauss(0, 2), 4)
    plain = Plain(story, proposals, odds, second)
    expected = np.array([plain.row(*place) for place in places], float)
    cases = Beside(story, proposals, odds, second).rows(places, rows)
    assert cases.shape == (len(places), len(BESIDE))
    np.testing.assert_array_equal(cases[:, : len(BEHIND)], rows)
    for column, name in enumerate([name for name in BESIDE if name not in BEHIND]):
        own = cases[:, len(BEHIND) + column]
        np.testing.assert_allclose(own, expected[:, column], atol=6e-5, err_msg=name)
