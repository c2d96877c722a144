"""What recurs in unrelated articles says nothing of two of them; it is set aside, named and counted."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import Article, find_overlaps
from lineage.finding import OverlapStream, in_words
from lineage.overlap.candidates import Postings, group
from lineage.overlap.formulas import BESIDE, BRIEF, LEAST_HOLDERS, Formulas
from lineage.overlap.recurrence import WHOLE
from lineage.overlap.shingles import SHINGLE

PHRASE = 14  # words: more than the fingerprints need, fewer than `BRIEF`


def fresh(rng: random.Random, count: int) -> list[str]:
    return [f"w{rng.randrange(10**9)}" for _ in range(count)]


def found_in(texts: list[list[str]]) -> tuple[set[tuple[str, str]], OverlapStream]:
    stream = find_overlaps([Article(str(number), " ".join(words)) for number, words in enumerate(texts)])
    return {(overlap.a, overlap.b) for overlap in stream}, stream


def around(rng: random.Random, phrase: list[str]) -> list[str]:
    return [*fresh(rng, 60), *phrase, *fresh(rng, 60)]


@pytest.mark.parametrize("seed", range(5))
def test_a_phrase_of_many_unrelated_articles_is_set_aside(seed: int) -> None:
    rng = random.Random(seed)
    phrase = fresh(rng, PHRASE)
    pairs, stream = found_in([around(rng, phrase) for _ in range(LEAST_HOLDERS)])
    assert pairs == set()
    assert stream.formulas == Counter({" ".join(phrase): LEAST_HOLDERS * (LEAST_HOLDERS - 1) // 2})
    assert any(" ".join(phrase) in noted.reason for noted in in_words(stream.aside[0]))


@pytest.mark.parametrize("seed", range(5))
def test_one_of_fewer_articles_is_not(seed: int) -> None:
    rng = random.Random(seed)
    phrase = fresh(rng, PHRASE)
    pairs, stream = found_in([around(rng, phrase) for _ in range(LEAST_HOLDERS - 1)])
    assert len(pairs) == (LEAST_HOLDERS - 1) * (LEAST_HOLDERS - 2) // 2
    assert not stream.formulas


@pytest.mark.parametrize("seed", range(5))
def test_two_that_share_more_than_the_phrase_stay_a_pair(seed: int) -> None:
    rng = random.Random(seed)
    phrase, copied = fresh(rng, PHRASE), fresh(rng, BRIEF)
    texts = [around(rng, phrase) for _ in range(LEAST_HOLDERS)]
    texts[2] += copied
    texts[5] = copied + texts[5]
    assert found_in(texts)[0] == {("2", "5")}


@pytest.mark.parametrize("seed", range(5))
def test_what_is_copied_as_a_whole_is_no_formula(seed: int) -> None:
    rng = random.Random(seed)
    wire = fresh(rng, 150)
    parts = [around(rng, wire[:PHRASE]), around(rng, wire[:PHRASE])]
    pairs, _ = found_in([*([*fresh(rng, 9), *wire, *fresh(rng, 9)] for _ in range(2 * LEAST_HOLDERS)), *parts])
    assert (str(2 * LEAST_HOLDERS), str(2 * LEAST_HOLDERS + 1)) in pairs


@pytest.mark.parametrize(("capitals", "aside"), [(PHRASE, True), (8, True), (7, False), (0, False)])
def test_a_phrase_of_names_is_set_aside_however_few_have_it(capitals: int, aside: bool) -> None:
    rng = random.Random(1)
    phrase = [word.capitalize() if n < capitals else word for n, word in enumerate(fresh(rng, PHRASE))]
    pairs, stream = found_in([around(rng, phrase), around(rng, phrase)])
    assert pairs == (set() if aside else {("0", "1")})
    assert stream.formulas == Counter([" ".join(phrase)] if aside else [])
    quoted = [f"“{phrase[0]}", *phrase[1:-1], f"{phrase[-1]}”"]
    assert found_in([around(rng, quoted), around(rng, quoted)])[0] == {("0", "1")}
    copied = [*phrase, *fresh(rng, BRIEF - PHRASE)]
    assert found_in([around(rng, copied), around(rng, copied)])[0] == {("0", "1")}


@pytest.mark.parametrize("seed", range(5))
def test_what_many_quote_is_no_formula(seed: int) -> None:
    rng = random.Random(seed)
    phrase = fresh(rng, PHRASE)
    quoted = [f"“{phrase[0]}", *phrase[1:-1], f"{phrase[-1]}”"]
    pairs, stream = found_in([around(rng, quoted) for _ in range(LEAST_HOLDERS)])
    assert len(pairs) == LEAST_HOLDERS * (LEAST_HOLDERS - 1) // 2
    assert not stream.formulas


def plain_places(articles: list[list[int]]) -> list[tuple[int, int]]:
    """Articles and words at which a fingerprint recurs; article i has the fingerprints `articles[i]`, one a word."""
    holders = {value: {k for k, own in enumerate(articles) if value in own} for own in articles for value in own}
    crowded = {value for value, own in holders.items() if len(own) >= LEAST_HOLDERS}
    share = [sum(value in crowded for value in own) / max(1, len(own)) for own in articles]
    entries = {value: [k for k, own in enumerate(articles) for each in own if each == value] for value in crowded}
    found = {value for value, own in entries.items() if sum(share[k] for k in own) / len(own) < WHOLE}
    return [(k, word) for k, own in enumerate(articles) for word, value in enumerate(own) if value in found]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), max_size=14), min_size=1, max_size=14), st.data())
def test_the_same_as_plainly(articles: list[list[int]], data: st.DataObject) -> None:
    counts = np.array(list(map(len, articles)))
    owner = np.repeat(np.arange(len(articles)), counts).astype(np.int32)
    words = np.concatenate([np.arange(count) for count in counts.tolist()]).astype(np.int32)
    values = np.array([value for own in articles for value in own], np.uint64) << np.uint64(40)
    postings = Postings(values, owner, words, np.zeros(len(words), np.uint32))
    formulas = Formulas.of(postings, group(postings), counts)
    places = plain_places(articles)
    assert formulas.places.tolist() == [article << 32 | word for article, word in places]
    numbers = data.draw(st.lists(st.sampled_from(range(len(articles))), min_size=1, max_size=4))
    stretches = [
        (data.draw(st.integers(0, len(numbers) - 1)), low, low + data.draw(st.integers(1, 20)))
        for low in data.draw(st.lists(st.integers(0, 12), max_size=5))
    ]
    asked = np.array(stretches, np.int64).reshape(-1, 3).T
    own = formulas.among(numbers).own(asked[0], asked[1], asked[2])
    for (local, low, high), count in zip(stretches, own.tolist(), strict=True):
        near = [w for article, w in places if article == numbers[local] and low < w + SHINGLE and w < high]
        assert count == sum(all(not w - BESIDE <= k < w + SHINGLE + BESIDE for w in near) for k in range(low, high))
