"""Of a large story's pairs those that share the most: in any order, against sorting them all."""

from __future__ import annotations

import random

import pytest

from lineage.descent.nearest import NEAREST, nearest
from lineage.descent.witness import Witness
from lineage.model import Article, Overlap
from lineage.text.tokens import tokenize


def witnesses(count: int) -> list[Witness]:
    made = [Article(f"a{number}", "some words", published=f"2031-05-{1 + number % 9:02}") for number in range(count)]
    return [
        Witness.of(article, tokenize(article.text), quotes=(), furniture=(), credits=(), outlet=None)
        for article in made
    ]


@pytest.mark.parametrize("count", [5, NEAREST + 1, 40, 60])
def test_the_nearest_of_either_article(count: int) -> None:
    rng = random.Random(count)
    some = witnesses(count)
    ids = [witness.article.id for witness in some]
    rank = {w.article.id: (str(w.article.published), w.article.id) for w in some}
    pairs = [
        Overlap(a, b, (), 0.1, 0.1, rng.randrange(20, 90), 0)
        for place, a in enumerate(ids)
        for b in ids[place + 1 :]
        if rng.random() < 0.9
    ]
    wanted = set()
    for id in ids:
        own = [(-o.narrated, rank[o.b if o.a == id else o.a], (o.a, o.b)) for o in pairs if id in (o.a, o.b)]
        wanted |= {pair for _, _, pair in sorted(own)[:NEAREST]}
    for _ in range(3):
        rng.shuffle(pairs)
        found = nearest(pairs, some, 25)
        assert {(o.a, o.b) for o in found.near} == wanted
        assert all(o.narrated < 25 for o in found.slight)
        assert len(found.near) + len(found.slight) + found.left_out == len(pairs)
