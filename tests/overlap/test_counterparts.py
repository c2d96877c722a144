"""Sentences that tell the same: each the most alike to the other."""

from __future__ import annotations

import random
from unittest import mock

import numpy as np
import pytest

from corpus.newsroom import bureau
from lineage import kernel
from lineage.kernel import align
from lineage.overlap.alike import Vectors, seeds, seeds_of_pairs
from lineage.overlap.collection import parse
from lineage.overlap.counterparts import LEAST, counterparts
from lineage.text.tokens import tokenize

HARBOUR = "The harbour of Norvik was closed on Tuesday after a ferry struck the northern pier."
FERRY = "After a ferry had struck its northern pier, Norvik closed the harbour."
WEATHER = "Forecasters expect heavy snow in the mountains until the weekend."
PRICES = "Bread has become dearer by a tenth since the spring, bakers say."


def found(texts: list[str], pairs: list[tuple[int, int]]) -> list[tuple[int, str, str, float]]:
    """The pairs' sentences in words, with how alike they are."""
    words = [tokenize(text) for text in texts]
    begins, *columns = counterparts(texts, words, pairs)

    def sentence(number: int, place: int) -> str:
        first, last = begins[number][place : place + 2].tolist()
        return texts[number][words[number].starts[first] : words[number].ends[last - 1]]

    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        (pair, sentence(pairs[pair][0], one), sentence(pairs[pair][1], two), value) for pair, one, two, value in rows
    ]


def test_a_reworded_sentence_is_found_and_what_nobody_else_tells_is_not() -> None:
    rows = found([f"{WEATHER} {HARBOUR}", f"{FERRY} {PRICES}"], [(0, 1)])
    assert [(one, other) for _, one, other, _ in rows] == [(HARBOUR[:-1], FERRY[:-1])]
    assert LEAST < rows[0][3] < 1


def test_the_same_sentence_twice_has_one_counterpart_each() -> None:
    rows = found([f"{HARBOUR} {WEATHER}", f"{WEATHER} {FERRY} {HARBOUR}"], [(0, 1)])
    assert [(one, other) for _, one, other, _ in rows] == [(HARBOUR[:-1], HARBOUR[:-1]), (WEATHER[:-1], WEATHER[:-1])]


def test_the_pairs_do_not_depend_on_each_other_nor_on_their_order() -> None:
    texts = [article.text for article in bureau.generate(3, "hard", size=(6, 8)).articles]
    pairs = [(a, b) for a in range(len(texts)) for b in range(a)]
    together = found(texts, pairs)
    for number, pair in enumerate(pairs):
        alone = [row[1:] for row in found(texts, [pair])]
        assert alone == [row[1:] for row in together if row[0] == number]
        back = sorted((other, one, value) for _, one, other, value in found(texts, [pair[::-1]]))
        assert back == sorted(alone)


def test_against_the_plain_rule() -> None:
    rng = random.Random(1)
    texts = [article.text for article in rng.sample(bureau.generate(5, "medium", size=(8, 8)).articles, 4)]
    parsed = [parse(text) for text in texts]
    pairs = [(0, 1), (1, 2), (3, 0)]
    free = [np.ones(len(text.units) - 1, bool) for text in parsed]
    expected = []
    for number, (a, b) in enumerate(pairs):
        some = seeds(*Vectors.of_pair(parsed[a], parsed[b], (free[a], free[b])), LEAST)
        rows = list(zip(some.a.tolist(), some.b.tolist(), some.cosine.tolist(), strict=True))
        for one, other, value in rows:
            rivals = [v for o, t, v in rows if o == one or t == other]
            if value == max(rivals):
                expected.append((number, one, other, value))
    begins, *columns = counterparts(texts, [tokenize(text) for text in texts], pairs)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected
    assert [own.tolist() for own in begins] == [text.units.tolist() for text in parsed]


def test_no_pairs() -> None:
    begins, *columns = counterparts([HARBOUR], [tokenize(HARBOUR)], [])
    assert [own.tolist() for own in begins] == [[]]
    assert not any(len(column) for column in columns)


@pytest.mark.parametrize("expected", [0, 1, 64])
def test_many_pairs_at_once_as_each_alone(expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(align, "EXPECTED", expected)  # pairs of sentences, for which place is made at first
    rng = random.Random(2)
    texts = [parse(article.text) for article in bureau.generate(6, "hard", size=(6, 8)).articles] + [parse("")]
    pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts)) if a != b]
    free = [tuple(np.array([rng.random() < 0.7 for _ in texts[n].units[1:]], bool) for n in pair) for pair in pairs]
    counts, found = seeds_of_pairs(texts, pairs, free, LEAST)  # type: ignore[arg-type]
    rows = iter(zip(found.a.tolist(), found.b.tolist(), found.cosine.tolist(), strict=True))
    for (a, b), own, count in zip(pairs, free, counts.tolist(), strict=True):
        some = seeds(*Vectors.of_pair(texts[a], texts[b], own), LEAST)  # type: ignore[arg-type]
        expected_rows = list(zip(some.a.tolist(), some.b.tolist(), some.cosine.tolist(), strict=True))
        assert [next(rows) for _ in range(count)] == expected_rows
    assert not list(rows)
    with mock.patch.object(kernel, "library", return_value=None):
        again, twin = seeds_of_pairs(texts, pairs, free, LEAST)  # type: ignore[arg-type]
    assert counts.tolist() == again.tolist()
    for one, other in zip((found.a, found.b, found.cosine), (twin.a, twin.b, twin.cosine), strict=True):
        assert one.tobytes() == other.tobytes()


def test_of_a_pair_that_says_too_much_the_most_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [parse(" ".join([HARBOUR, WEATHER] * 4)), parse(" ".join([FERRY, WEATHER] * 3))]
    free = [tuple(np.ones(len(text.units) - 1, bool) for text in texts)]
    monkeypatch.setattr("lineage.overlap.alike.MOST_SEEDS", 5)
    counts, found = seeds_of_pairs(texts, [(0, 1)], free, LEAST)  # type: ignore[arg-type]
    assert counts.tolist() == [5]
    assert found.cosine.min() > 0.9
