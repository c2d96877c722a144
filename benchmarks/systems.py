"""What `python -m benchmarks lineage` scores: `lineage.trace`, the same without some of its evidence, and baselines.

The baselines see the narration that articles share (the overlaps of `find_overlaps`, as `trace` does), or whole texts.
Where no clock tells, order is that of a hash of the text, which says nothing.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from benchmarks.scoring import Answer, Edges
from lineage import Article, Overlap, Settings, find_overlaps, trace
from lineage.descent.arborescence import Edge, best_forest
from lineage.descent.trees import Trees

OURS = "lineage"
WITHOUT = " without "
WIRES = " with descent.wires of "
LEAST = 25  # words of narration that link two articles
SIMILAR = 0.3  # cosine: of .2, .3 … .6 the best edge F1 of the RNewsflow-like on 60 training stories with good clocks
WINDOW = 36.0  # hours that RNewsflow's users commonly look back

System = Callable[[Sequence[Article]], Answer]
_WORD = re.compile(r"\w+")


def system(name: str) -> System:
    """A system by its name; "lineage without clock+credit" is ours with the evidence of these groups taken for nothing,
    "lineage with descent.wires of 2" ours with that setting. Raises KeyError for a name that is none.
    """
    base, mark, nats = name.partition(WIRES)
    if mark and base == OURS:
        settings = Settings.from_mapping({"descent": {"wires": float(nats)}})
        return lambda articles: ours(articles, settings)
    base, mark, groups = name.partition(WITHOUT)
    if mark and base == OURS:
        return lambda articles: _without(articles, groups.split("+"))
    return SYSTEMS[name]


def ours(articles: Sequence[Article], settings: Settings = Settings()) -> Answer:
    """`lineage.trace`."""
    found = trace(articles, settings=settings)
    edges = {(d.child, d.parent): d.probability for d in found.derivations}
    directions = {(d.child, parent): p for d in found.derivations for parent, p in d.alternatives.items()} | edges
    for question in found.unresolved:
        directions[question.a, question.b] = question.a_from_b
        directions[question.b, question.a] = question.b_from_a
    sources = [frozenset(source.children) for source in found.sources]
    origins = (found.origins.count, found.origins.low, found.origins.high)
    return Answer(set(edges), sources, edges, directions, found.classes, origins)


def _without(articles: Sequence[Article], groups: Collection[str]) -> Answer:
    with muted(groups):
        return ours(articles)


@contextmanager
def muted(groups: Collection[str]) -> Iterator[None]:
    """Inside, whatever these groups of features add to a ledger's log odds is 0."""
    whole = Trees.contributions

    def contributions(self: Trees, cases: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        base, added = whole(self, cases)
        added[:, [number for number, group in enumerate(self.groups) if group in groups]] = 0.0
        return base, added

    with mock.patch.object(Trees, "contributions", contributions):
        yield


def most_similar_earlier(articles: Sequence[Article]) -> Answer:
    """Of the earlier articles the one that holds most of the child's narration."""
    when = _order(articles)
    return _best_parent(articles, lambda child, parent: when[parent] < when[child])


def hash_order(articles: Sequence[Article]) -> Answer:
    """The same in an order that says nothing: what similarity alone is worth."""
    when = _order([replace(article, published=None) for article in articles])
    return _best_parent(articles, lambda child, parent: when[parent] < when[child])


def earliest_star(articles: Sequence[Article]) -> Answer:
    """Everything that is linked came from the earliest of it."""
    when = _order(articles)
    edges: Edges = set()
    for group in _components(_shares(articles)):
        first = min(group, key=lambda id: when[id])
        edges |= {(id, first) for id in group if id != first}
    return _answer(edges)


def containment_edmonds(articles: Sequence[Article]) -> Answer:
    """The forest in which parents hold most of their children: Edmonds' algorithm over containment."""
    shares = _shares(articles)
    ids = sorted(article.id for article in articles)
    number = {id: place for place, id in enumerate(ids, 1)}
    edges = [Edge(number[parent], number[child], share) for (child, parent), share in sorted(shares.items())]
    edges += [Edge(0, place, -2.0) for place in number.values()]  # a root only where there must be one
    chosen = best_forest(len(ids) + 1, edges)
    return _answer({(ids[edge.child - 1], ids[edge.parent - 1]) for edge in chosen if edge.parent})


def rnewsflow_like(articles: Sequence[Article]) -> Answer:
    """Of the articles of the 36 hours before, the one with the greatest tf-idf cosine (Welbers and van Atteveldt's
    RNewsflow with one similar document each)."""
    when = _order(articles)
    vectors = _vectors(articles)
    edges: Edges = set()
    for child in articles:
        near = [
            (sum(weight * vectors[p.id].get(word, 0.0) for word, weight in vectors[child.id].items()), p.id)
            for p in articles
            if when[p.id] < when[child.id] and when[child.id][0] - when[p.id][0] <= WINDOW * 3600
        ]
        if near and max(near)[0] >= SIMILAR:
            edges.add((child.id, max(near)[1]))
    return _answer(edges)


SYSTEMS: dict[str, System] = {
    OURS: ours,
    "most similar earlier": most_similar_earlier,
    "earliest star": earliest_star,
    "containment + Edmonds": containment_edmonds,
    "RNewsflow-like": rnewsflow_like,
    "hash order": hash_order,
}


def _order(articles: Sequence[Article]) -> dict[str, tuple[float, str]]:
    """By what the clocks say, then by a hash of the text."""
    return {a.id: (_seconds(a), hashlib.sha256(a.text.encode()).hexdigest()) for a in articles}


def _seconds(article: Article) -> float:
    """When an article says it appeared, in seconds; a day is its beginning, without a zone it is UTC; else 0."""
    when = article.published
    if not isinstance(when, date):
        return 0.0
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _vectors(articles: Sequence[Article]) -> dict[str, dict[str, float]]:
    """Of each article, its words weighted by tf-idf, of length 1."""
    counts = {a.id: Counter(_WORD.findall(a.text.lower())) for a in articles}
    holders = Counter(word for found in counts.values() for word in found)
    made = {}
    for id, found in counts.items():
        row = {word: count * math.log((1 + len(articles)) / holders[word]) for word, count in found.items()}
        size = math.sqrt(sum(value * value for value in row.values())) or 1.0
        made[id] = {word: value / size for word, value in row.items()}
    return made


def _shares(articles: Sequence[Article]) -> dict[tuple[str, str], float]:
    """For linked pairs, the share of the first that stands in the second."""
    settings = replace(Settings(), overlap=replace(Settings().overlap, window=4))
    found: Iterable[Overlap] = find_overlaps(list(articles), settings=settings)
    shares: dict[tuple[str, str], float] = {}
    for overlap in found:
        if overlap.narrated >= LEAST:
            shares[overlap.a, overlap.b], shares[overlap.b, overlap.a] = overlap.a_in_b, overlap.b_in_a
    return shares


def _best_parent(articles: Sequence[Article], may: Callable[[str, str], bool]) -> Answer:
    shares = _shares(articles)
    edges: Edges = set()
    for child in {child for child, _ in shares}:
        allowed = [p for c, p in shares if c == child and may(child, p)]
        if allowed:
            edges.add((child, max(allowed, key=lambda p: (shares[child, p], p))))
    return _answer(edges)


def _answer(edges: Edges) -> Answer:
    return Answer(edges, directions=dict.fromkeys(edges, 1.0))


def _components(shares: dict[tuple[str, str], Any]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in shares:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched]
        groups.append(set(pair).union(*touched))
    return groups
