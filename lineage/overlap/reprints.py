"""Reprints: families of nearly identical texts, of which one stands for the others when fingerprints are paired.

A thousand reprints of one text are half a million pairs, each of which says the same. Here they are a star: of the
holders of one fingerprint those of one family are paired with the first of them only, and that one stands for the
family before all others. What a copy has that the first has not (another reading, a paragraph of its own) is a
fingerprint of its own, for which the next holder stands: what copies share beyond their first is found as ever.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.overlap.candidates import Holders, Postings, united
from lineage.overlap.minhash import Signatures, families, signed
from lineage.overlap.shingles import NO_SHINGLE, shingles
from lineage.text.tokens import tokenize_batch

Integers = NDArray[np.int64]

ALIKE = 0.65  # of the shingles of both texts: two copies of which each had one word in 50 replaced have .67 (a replaced
# word is in five shingles), two reports of one event less than .05
NEAR = 0.5  # estimated resemblance from which texts are looked at together: copies of one text through their chain
FEWEST = 22  # articles: up to here all pairs are ten an article, and each is among the 20 nearest that descent keeps


@dataclass(frozen=True, slots=True)
class Families:
    """Which articles are reprints of which: `first` int64[n] is the article that stands for each one's family.

    The first `stands` articles stand for families, or are compared with everything although they are in one. They
    are sketched whole, so that whatever a reprint has of them is known to be theirs.
    """

    first: Integers
    stands: int


def reprints(texts: Sequence[str], ranks: Integers, *, fewest: int = FEWEST) -> Integers:
    """For each text the one that stands for its family, int64[n]: itself, unless `fewest` texts or more are alike.

    It is the one with the lowest of the `ranks` int64[n], and of several the one that most resembles the others: what
    each copy changes, most of the others have not. Texts of one family have `ALIKE` of all their shingles in common
    with the one that stands for it, counted, not estimated; MinHash only says which to count.
    """
    first = np.arange(len(texts))
    if len(texts) < fewest:
        return first
    made = signed(texts)
    near = families(made, least_resemblance=NEAR)
    order = np.argsort(near, kind="stable")
    edges = np.flatnonzero(np.diff(near[order], prepend=-1, append=-1)) if len(order) else np.zeros(1, np.int64)
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        rest = order[low:high]
        if len(rest) < fewest:
            continue
        rest = rest[np.lexsort((rest, -_typical(made.values[rest]), ranks[rest]))]
        while len(rest) >= fewest:
            alike = _alike(rest, made, texts)
            if np.count_nonzero(alike) >= fewest:
                first[rest[alike]] = rest[0]
            rest = rest[~alike]
    return first


def in_order(first: Integers, apart: Sequence[int]) -> tuple[Integers, Families]:
    """An order of the articles in which those that stand for families and those `apart` come first, and the families
    in that order.
    """
    leading = np.zeros(len(first), bool)
    leading[first[first != np.arange(len(first))]] = True
    leading[list(apart)] = True
    order = np.argsort(~leading, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return order, Families(place[first[order]], int(leading.sum()))


def _typical(values: NDArray[np.uint32]) -> Integers:
    """How often the values of each signature occur in the same place of another."""
    score = np.zeros(len(values), np.int64)
    for column in values.T:
        _, number, counts = np.unique(column, return_inverse=True, return_counts=True)
        score += counts[number]
    return score


def _shingles(texts: Sequence[str]) -> tuple[NDArray[np.uint64], Integers]:
    batch = tokenize_batch(texts)
    return shingles(batch.hashes, batch.first, batch.alone), batch.first


def _alike(some: Integers, made: Signatures, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which of some texts are like the first of them; the first is."""
    alike: NDArray[np.bool_] = (made.values[some] == made.values[some[0]]).mean(axis=1) >= ALIKE
    head = _set_of(texts[some[0]])
    for place in np.flatnonzero(alike).tolist():
        if texts[some[place]] != texts[some[0]]:
            own = _set_of(texts[some[place]])
            both = len(np.intersect1d(head, own, assume_unique=True))
            alike[place] = both >= ALIKE * (len(head) + len(own) - both)
    return alike


def _set_of(text: str) -> NDArray[np.uint64]:
    values = _shingles([text])[0]
    return np.unique(values[values != NO_SHINGLE])


def folded(postings: Postings, holders: Holders, found: Families) -> Holders:
    """The holders of each fingerprint, those of one family only through the first of them and those that stand; and
    for each of these a star with the others of its family.
    """
    articles = postings.articles[holders.postings]
    family = found.first[articles]
    within = np.flatnonzero(np.bincount(found.first, minlength=len(found.first))[family] > 1)
    within = within[np.lexsort((within, family[within], holders.starts[within]))]
    if not len(within):
        return holders
    new = np.ones(len(within), bool)
    new[1:] = (np.diff(family[within]) != 0) | (np.diff(holders.starts[within]) != 0)
    run = np.cumsum(new) - 1
    own = articles[within]
    stands = (own == own[new][run]) | (own < found.stands)
    members = ~stands
    alone = np.ones(len(articles), bool)
    alone[within[members]] = False
    parts = [(np.flatnonzero(alone), holders.starts[alone], False)]
    begins = np.flatnonzero(new)
    before = np.cumsum(stands) - stands
    rank = before - before[begins][run]  # of those that stand for the family, in their run
    having = np.bincount(run, members, len(begins)) > 0
    for number in range(int(rank[stands & having[run]].max(initial=-1)) + 1):
        hub = stands & (rank == number) & having[run]
        present = np.zeros(len(begins), bool)
        present[run[hub]] = True
        chosen = hub | (members & present[run])
        parts.append((within[chosen], run[chosen], True))
    return united(holders.postings, parts)
