"""Furniture: passages that an outlet prints in article after article, whatever the story.

A text that is copied stands once or twice in each outlet that carries it; a subscription notice stands in hundreds
of articles of one. So a fingerprint is furniture if its holders are many for the number of outlets that they are
from, and if it is a small part of them: reprints and versions of one article recur as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.overlap.candidates import Holders, Postings, distinct

LEAST_HOLDERS = 6  # articles: fewer may be versions of one story
PER_OUTLET = 4.0  # articles of each outlet that has it: a wire story stands in one or two of each
ONE_OUTLET = 20  # articles, all of one outlet: a page that stands in for the article (a pay wall), though it recurs as
# a whole; versions of one article are fewer
STANDING = 12  # words from a fingerprint on that are taken to be furniture with it
WHOLE = 0.5  # share of an article's fingerprints that recur: from here on the article recurs, not a part of it


@dataclass(frozen=True, slots=True)
class Recurring:
    """Furniture: `entries` bool[h] marks the holders' entries that are; a representative stretch of each passage.

    Passage k begins with word `first[k]` of article `article[k]`, its last shingle with word `last[k]`; it was
    seen in `holders[k]` articles.
    """

    entries: NDArray[np.bool_]
    article: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    holders: NDArray[np.int64]


def recurring(
    postings: Postings, held: Holders, counts: NDArray[np.int64], outlets: NDArray[np.int64], gap: int
) -> Recurring:
    """Which of the shared fingerprints are furniture.

    `counts` int64[articles] are the fingerprints of each article, `outlets` int64[articles] numbers its outlet, -1
    unknown.

    Articles of unknown outlets are not judged. Fingerprints at most `gap` words apart are one passage.
    """
    entries, empty = np.zeros(len(held.postings), bool), np.empty(0, np.int64)
    none = Recurring(entries, empty, empty, empty, empty)
    many = np.flatnonzero(held.ends - held.starts >= LEAST_HOLDERS)
    articles = postings.articles[held.postings[many]].astype(np.int64)
    owner = outlets[articles]
    if not len(many) or owner.max() < 0:
        return none
    first = np.flatnonzero(np.diff(held.starts[many], prepend=-1))
    sizes = np.diff(np.append(first, len(many)))
    group = np.repeat(np.arange(len(first)), sizes)
    owned, width = owner >= 0, int(owner.max()) + 1
    spread = np.bincount(distinct(group[owned] * width + owner[owned]) // width, minlength=len(first))
    known = np.bincount(group[owned], minlength=len(first))
    crowded = (known == sizes) & (sizes >= PER_OUTLET * np.maximum(spread, 1))
    recurs = np.bincount(articles[crowded[group]], minlength=len(outlets)) / np.maximum(counts, 1)
    whole = np.bincount(group, recurs[articles], len(first)) / sizes
    found = crowded & ((whole < WHOLE) | ((spread == 1) & (sizes >= ONE_OUTLET)))
    if not found.any():
        return none
    entries[many[found[group]]] = True
    example = held.postings[many[first[found]]]
    order = np.argsort(example)
    example, size = example[order], sizes[found][order]
    where, word = postings.articles[example].astype(np.int64), postings.words[example].astype(np.int64)
    new = np.ones(len(example), bool)
    new[1:] = (where[1:] != where[:-1]) | (word[1:] - word[:-1] > gap)
    begin = np.flatnonzero(new)
    stop = np.append(begin[1:], len(example)) - 1
    return Recurring(entries, where[begin], word[begin], word[stop], np.maximum.reduceat(size, begin))
