"""Of a large story's pairs those that share the most: in any order, against sorting them all."""

from __future__ import annotations

import random

import numpy as np
import pytest

from lineage.descent.nearest import NEAREST, Looked, Nearest
from lineage.model import Article, Overlap


def articles(count: int) -> list[Article]:
    return [Article(f"a{number}", "some words", published=f"2031-05-{1 + number % 9:02}") for number in range(count)]


def found_by_batches(some: list[Article], pairs: list[Overlap], batch: int) -> Looked:
    """What is nearest, where those that cannot be are told before they are made."""
    nearest = Nearest(some, 25)
    place = {article.id: number for number, article in enumerate(some)}
    for first in range(0, len(pairs), batch):
        part = pairs[first : first + batch]
        columns = [[place[o.a] for o in part], [place[o.b] for o in part], [o.narrated for o in part]]
        wanted = nearest.wanted(*(np.array(column, np.int64) for column in columns))
        for overlap, kept in zip(part, wanted.tolist(), strict=True):
            if kept:
                nearest.add(overlap)
    return nearest.looked()


@pytest.mark.parametrize("count", [5, NEAREST + 1, 40, 60])
def test_the_nearest_of_either_article(count: int) -> None:
    rng = random.Random(count)
    some = articles(count)
    ids = [article.id for article in some]
    rank = {article.id: (str(article.published), article.id) for article in some}
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
        nearest = Nearest(some, 25)
        for overlap in pairs:
            nearest.add(overlap)
        for found in (nearest.looked(), found_by_batches(some, pairs, 1), found_by_batches(some, pairs, 150)):
            assert {(o.a, o.b) for o in found.near} == wanted
            assert all(o.narrated < 25 for o in found.slight)
            assert {(o.a, o.b) for o in (*found.near, *found.slight)} >= {(o.a, o.b) for o in pairs if o.narrated < 25}
            assert len(found.near) + len(found.slight) + found.left_out == len(pairs)
