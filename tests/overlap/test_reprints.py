"""Reprints are a star: as few pairs as articles, the same tree as with all pairs, in any order."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pytest

from corpus.newsroom import generate
from corpus.stories import load_stories
from lineage import Article, Lineage, find_overlaps, trace
from lineage.overlap import reprints as module
from lineage.overlap.candidates import Postings, group
from lineage.overlap.reprints import Families, folded, in_order, reprints

STORIES = load_stories()
ORIGINAL = max((article for story in STORIES for article in story.articles), key=lambda article: len(article.text))
WORDS = sorted({word for story in STORIES for article in story.articles for word in article.text.split()})


def edited(text: str, rng: random.Random, words: int) -> str:
    """The text with some words replaced and a line above and below."""
    lines = text.split("\n")
    places = [(at, k) for at, line in enumerate(lines) for k, _ in enumerate(line.split())]
    for at, k in rng.sample(places, words):
        own = lines[at].split()
        own[k] = rng.choice(WORDS)
        lines[at] = " ".join(own)
    return "\n".join([" ".join(rng.sample(WORDS, 4)), *lines, " ".join(rng.sample(WORDS, 4))])


def copies(count: int, rng: random.Random, *, clocks: bool = True, original: Article = ORIGINAL) -> list[Article]:
    """A text and copies of it, each with two words changed."""
    made = [replace(original, id="origin", outlet="Outlet 0", published="2024-05-01T00:00:00Z")]
    for number in range(1, count):
        moment = f"2024-05-01T{number // 60:02}:{number % 60:02}:00Z"
        text = edited(original.text, rng, 2)
        made.append(Article(f"c{rng.random()}", text, f"Outlet {number}", published=moment))
    return made if clocks else [replace(article, published=None) for article in made]


def edges(found: Lineage) -> set[tuple[str, str]]:
    return {(claim.child, claim.parent) for claim in found.derivations}


def declared(found: Lineage, but: Collection[str]) -> list[tuple[str, ...]]:
    children = (source.children for source in found.sources if source.kind == "declared")
    return sorted(tuple(child for child in own if child not in but) for own in children)


def ranked(articles: Sequence[Article]) -> tuple[list[Article], Families]:
    first = reprints([article.text for article in articles], np.zeros(len(articles), np.int64))
    order, families = in_order(first, [])
    return [articles[place] for place in order.tolist()], families


def test_of_one_text_the_unchanged_one_stands_for_its_copies() -> None:
    rng = random.Random(1)
    articles = [*copies(60, rng), *STORIES[0].articles]
    rng.shuffle(articles)
    texts = [article.text for article in articles]
    origin = next(place for place, article in enumerate(articles) if article.id == "origin")
    first = reprints(texts, np.zeros(len(texts), np.int64))
    alike = [place for place, article in enumerate(articles) if article.id[0] == "c" or place == origin]
    others = [place for place in range(len(texts)) if place not in alike]
    assert set(first[alike].tolist()) == {origin}
    assert first[others].tolist() == others
    ranks = np.ones(len(texts), np.int64)
    ranks[alike[5]] = 0
    assert set(reprints(texts, ranks)[alike].tolist()) == {alike[5]}


def test_few_or_unlike_texts_are_no_family() -> None:
    rng = random.Random(2)
    few = [article.text for article in copies(module.FEWEST - 1, rng)]
    assert reprints(few, np.zeros(len(few), np.int64)).tolist() == list(range(len(few)))
    halves = [edited(ORIGINAL.text, rng, len(ORIGINAL.text.split()) // 8) for _ in range(40)]
    assert reprints(halves, np.zeros(40, np.int64)).tolist() == list(range(40))
    assert reprints([], np.zeros(0, np.int64)).tolist() == []


def test_as_few_pairs_as_articles() -> None:
    articles, families = ranked(copies(300, random.Random(3)))
    pairs = [(overlap.a, overlap.b) for overlap in find_overlaps(articles, families=families)]
    assert {("origin", article.id) for article in articles[1:]} <= set(pairs)
    assert len(pairs) == len(set(pairs)) <= 1.1 * len(articles)


def test_what_copies_share_beyond_the_first_is_found() -> None:
    rng = random.Random(4)
    made = copies(40, rng)
    inserted = " ".join(rng.sample(WORDS, 40))
    for place in (7, 23):
        made[place] = replace(made[place], text=made[place].text + "\n" + inserted)
    articles, families = ranked(made)
    shared = {(o.a, o.b): sum(p.words for p in o.passages) for o in find_overlaps(articles, families=families)}
    pair = next(words for ids, words in shared.items() if set(ids) == {made[7].id, made[23].id})
    assert pair >= 40


def test_those_apart_are_compared_with_everything() -> None:
    made = copies(30, random.Random(5))
    first = reprints([article.text for article in made], np.zeros(30, np.int64))
    order, families = in_order(first, [9])
    assert order.tolist() == [0, 9, *range(1, 9), *range(10, 30)]
    assert (families.stands, families.first.tolist()) == (2, [0] * 30)
    found = find_overlaps([made[place] for place in order.tolist()], families=families)
    pairs = {frozenset((overlap.a, overlap.b)) for overlap in found}
    assert {frozenset((made[9].id, other.id)) for other in made if other is not made[9]} <= pairs


@pytest.mark.parametrize("seed", range(20))
def test_folding_equals_its_slow_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 60
    first = np.where(rng.random(count) < 0.7, rng.integers(0, 4, count), np.arange(count))
    first[:4] = np.arange(4)
    stands = int(rng.integers(4, 7))
    articles = np.sort(rng.integers(0, count, 400)).astype(np.int32)
    hashes = rng.integers(0, 25, 400).astype(np.uint64) << np.uint64(40)
    postings = Postings(hashes, articles, np.arange(400, dtype=np.int32), np.zeros(400, np.uint32))
    held = folded(postings, group(postings), Families(first, stands))
    found = set()
    for entry in range(len(held.postings)):
        star = held.stars is not None and held.stars[entry]
        for other in range(entry + 1, int(held.ends[entry])):
            if not star or entry == held.starts[entry]:
                found.add((int(held.postings[entry]), int(held.postings[other])))
    slow = set()
    for one in range(400):
        for other in range(one + 1, 400):
            if hashes[one] != hashes[other] or articles[one] == articles[other]:
                continue
            holders = articles[hashes == hashes[one]]
            a, b = (int(articles[k]) for k in (one, other))
            leads = [a < stands or a == holders[first[holders] == first[a]].min()]
            leads += [b < stands or b == holders[first[holders] == first[b]].min()]
            if all(leads) or (first[a] == first[b] and any(leads)):
                slow.add((one, other))
    assert {(a, b) for a, b in found if articles[a] != articles[b]} == slow
    assert (np.diff(held.postings[held.order]) >= 0).all()


@pytest.mark.parametrize(("seed", "clocks"), [(0, True), (2, False), (3, True), (5, False)])
def test_the_tree_is_that_of_all_pairs(seed: int, clocks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    made_up = generate(seed, "easy", size=(10, 14))
    related = {id for edge in made_up.truth.edges for id in (edge.child, edge.parent)}
    related |= {id for node in made_up.truth.unseen for id in node.children}
    story = [*made_up.articles, *STORIES[seed].articles]
    root = max((a for a in made_up.articles if a.id not in related), key=lambda article: len(article.text))
    made = copies(25, rng, clocks=clocks, original=root)
    rest = [article for article in story if article is not root]
    articles = [*made, *(rest if clocks else [replace(article, published=None) for article in rest])]
    rng.shuffle(articles)
    star = trace(articles)
    rng.shuffle(articles)
    assert edges(trace(articles)) == edges(star)
    monkeypatch.setattr(reprints, "__kwdefaults__", {"fewest": 10**9})
    whole = trace(articles)
    ids = {article.id for article in made}
    assert declared(whole, ids) == declared(star, ids)  # one that nobody declares shows only where all pairs are seen
    among, twin = ({edge for edge in edges(found) if edge[0] in ids} for found in (star, whole))
    assert twin <= among  # between 25 equal rivals more directions stay open
    assert among <= {(id, "origin") for id in ids}
    assert among or any(set(source.children) > ids for source in star.sources)
