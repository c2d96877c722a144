"""Passages with many holders: a star about the article that has the most of them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lineage import Article, Settings, find_overlaps, trace
from lineage.overlap.candidates import Holders, Postings, centred, group

FEW = 3


def postings_of(articles: list[list[int]]) -> Postings:
    """Articles by their fingerprints' hashes."""
    hashes = np.array([value for own in articles for value in own], np.uint64) << np.uint64(32)
    owners = np.repeat(np.arange(len(articles), dtype=np.int32), list(map(len, articles)))
    words = np.array([word for own in articles for word in range(len(own))], np.int32)
    return Postings(hashes, owners, words, np.zeros(len(words), np.uint32))


def pairs(postings: Postings, holders: Holders) -> Counter[tuple[int, int]]:
    """The seeds, as pairs of postings, that the groups make."""
    found: Counter[tuple[int, int]] = Counter()
    for start in sorted(set(holders.starts.tolist())):
        members = holders.postings[start : int(holders.ends[start])].tolist()
        star = holders.stars is not None and bool(holders.stars[start])
        found.update((members[0], other) for other in members[1:]) if star else found.update(combinations(members, 2))
    return found


@given(st.lists(st.lists(st.integers(0, 7), max_size=6), min_size=2, max_size=9))
def test_a_crowded_passage_is_a_star(articles: list[list[int]]) -> None:
    made = postings_of(articles)
    whole = group(made)
    found = centred(made, whole, FEW)
    held = defaultdict(list)
    for posting, value in enumerate(made.hashes.tolist()):
        held[value].append(posting)
    owner = made.articles.tolist()
    crowded = [own for own in held.values() if len(own) > FEW]
    most = Counter(owner[posting] for own in crowded for posting in own)
    slow: Counter[tuple[int, int]] = Counter()
    for own in held.values():
        hub = max(own, key=lambda posting: (most[owner[posting]], -posting))
        if len(own) > FEW:
            slow.update((min(hub, other), max(hub, other)) for other in own if other != hub)
        else:
            slow.update(combinations(own, 2))
    assert pairs(made, found) == slow
    assert (np.diff(found.postings[found.order]) >= 0).all()


def test_of_many_copies_each_is_found_beside_their_source() -> None:
    """However much each has changed, so that none is a reprint, and wherever their source stands in the order."""
    rng = random.Random(1)
    words = [f"w{number}" for number in range(5000)]
    source = rng.sample(words, 300)
    copies = [" ".join(rng.choice(words) if rng.random() < 0.15 else word for word in source) for _ in range(80)]
    articles = [Article(f"c{n:02}", text) for n, text in enumerate(copies)]
    articles.insert(40, Article("source", " ".join(source)))
    stream = find_overlaps(articles, settings=Settings.from_mapping({"overlap": {"max_holders": 10}}))
    beside = {other for overlap in stream for other in (overlap.a, overlap.b) if "source" in (overlap.a, overlap.b)}
    assert stream.crowded > 0
    assert beside == {article.id for article in articles}
    told = trace(articles)
    assert sum(claim.parent == "source" for claim in told.derivations) >= 76
