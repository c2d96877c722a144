"""The features of all pairs at once, against the plain formulas a pair at a time."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_rows import PlainFamily, PlainStory

from corpus.newsroom import bureau, generate
from lineage.descent.family import SECOND, Family, rounded
from lineage.descent.features import FEATURES
from lineage.descent.sides import triangles
from lineage.model import Article
from lineage.tracing import Measured, measured


def same_outlets(articles: list[Article]) -> list[Article]:
    """Some articles as versions of one outlet."""
    return [replace(a, outlet=articles[0].outlet) if number % 5 == 0 else a for number, a in enumerate(articles)]


def unspaced(articles: list[Article]) -> list[Article]:
    """The articles in a script whose characters count as three fifths of a word, beside the words in brackets."""
    rng = random.Random(1)
    characters = [chr(0x4E00 + number) for number in range(3000)]
    words = {word: "".join(rng.choices(characters, k=2)) for a in articles for word in sorted(set(a.text.split()))}
    return [replace(a, text=" ".join(w if "(" in w else words[w] for w in a.text.split())) for a in articles]


STORIES = {
    "newsroom": lambda: list(generate(7, "hard", size=(12, 16), clocks="good").articles),
    "bureau": lambda: list(bureau.generate(3, "medium", size=(12, 16), clocks="mixed").articles),
    "wire": lambda: list(bureau.generate(4, "easy", size=(8, 12)).articles),
    "versions": lambda: same_outlets(list(generate(2, "easy", size=(14, 16), clocks="day only").articles)),
    "unspaced": lambda: unspaced(list(generate(5, "medium", size=(8, 12)).articles)),
    "two": lambda: list(generate(5, "easy", size=(8, 12)).articles)[:2],
    "one": lambda: list(generate(5, "easy", size=(8, 12)).articles)[:1],
}


@pytest.fixture(scope="module", params=STORIES)
def story(request: pytest.FixtureRequest) -> Measured:
    return measured(STORIES[request.param]())


def test_the_first_round(story: Measured) -> None:
    plain = PlainStory(story.story)
    rows = np.array([plain.row(*pair, found) for pair, found in story.story.copies], float).reshape(-1, len(FEATURES))
    cases = story.story.cases
    for number, name in enumerate(FEATURES):
        exact = 2e-6 if name.startswith("told.") else 1e-12  # shares are rounded, so that no order of sums is seen
        np.testing.assert_allclose(cases[:, number], rows[:, number], rtol=1e-12, atol=exact, err_msg=name)


def test_the_second_round(story: Measured) -> None:
    rng = random.Random(3)
    first = {pair: rng.choice((round(rng.gauss(-2, 4), 4), -3.00005)) for pair, _ in story.story.pairs}
    kin = {}
    for (one, other), _ in story.story.copies:
        kin[one, other] = kin[other, one] = (round(rng.gauss(0, 3), 4) + round(rng.gauss(0, 3), 4)) / 2
    count = len(story.story.witnesses)
    sources = [{number: rng.gauss(-1, 6) for number in range(count) if rng.random() < 0.4} for _ in range(4)]
    family = Family(story.story, first, kin, sources)
    plain = PlainFamily(family)
    told = zip(story.story.copies, story.story.cases.tolist(), strict=True)
    rows = np.array([plain.row(*pair, row) for (pair, _), row in told], float).reshape(-1, len(SECOND))
    for number, name in enumerate(SECOND):
        np.testing.assert_allclose(family.cases[:, number], rows[:, number], rtol=1e-12, atol=1e-12, err_msg=name)


@given(st.floats(-20, 20) | st.integers(-400_000, 400_000).map(lambda number: number / 20_000))
def test_rounding(value: float) -> None:
    assert rounded(np.array([value])).tolist() == [round(value, 4)]


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=40))
def test_triangles(pairs: set[tuple[int, int]]) -> None:
    links = [pair for pair in sorted(pairs) if pair[0] < pair[1] or pair[::-1] not in pairs]
    joined = {frozenset(pair) for pair in links}
    expected = {
        frozenset(three)
        for three in combinations(range(10), 3)
        if all(frozenset(pair) in joined for pair in combinations(three, 2))
    }
    found = np.array(triangles(10, np.array(links, np.int64).reshape(-1, 2)), np.int64).T.tolist()
    assert all(set(links[one]) & set(links[two]) for one, two, _ in found)
    nodes = [frozenset(node for link in own for node in links[link]) for own in found]
    assert len(nodes) == len(set(nodes))
    assert set(nodes) == expected
