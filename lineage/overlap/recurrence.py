"""Furniture: passages that an outlet prints in article after article, whatever the story.

A text that is copied stands once or twice in each outlet that carries it; a subscription notice stands in hundreds
of articles of one. So a fingerprint is furniture if its holders are many for the number of outlets that they are
from, and if it is a small part of them: reprints and versions of one article recur as a whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.overlap.candidates import Holders, Postings, begins, distinct

LEAST_HOLDERS = 6  # articles: fewer may be versions of one story
PER_OUTLET = 4.0  # articles of each outlet that has it: a wire story stands in one or two of each
ONE_OUTLET = 20  # articles, all of one outlet: a page that stands in for the article (a pay wall), though it recurs as
# a whole; versions of one article are fewer
STANDING = 12  # words from a fingerprint on that are taken to be furniture with it
WHOLE = 0.5  # share of an article's fingerprints that recur: from here on the article recurs, not a part of it
_PARTS = 1 << 24  # of one, in which such a share is counted: whole numbers have one sum in whatever order they come


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
    entries = np.zeros(len(held.postings), bool)
    many = np.flatnonzero(held.ends - held.starts >= LEAST_HOLDERS)
    articles = postings.articles[held.postings[many]].astype(np.int64)
    first = begins(held.starts[many])
    group = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(many))))
    groups = Groups.of(group, outlets[articles], len(first))
    found = furniture(groups, group, articles, counts)
    entries[many[found[group]]] = True
    example = held.postings[many[first[found]]]
    order = np.argsort(example)
    example, size = example[order], groups.sizes[found][order]
    where, word = postings.articles[example].astype(np.int64), postings.words[example].astype(np.int64)
    return Recurring(entries, *passages(where, word, size, gap))


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of equal fingerprints: how many there are of each, and from how many outlets, int64[g]; and whether these
    are all known, and few for so many, bool[g].
    """

    sizes: NDArray[np.int64]
    outlets: NDArray[np.int64]
    crowded: NDArray[np.bool_]

    @classmethod
    def of(cls, group: NDArray[np.int64], owner: NDArray[np.int64], count: int) -> Groups:
        """Fingerprint i is in the group `group[i]` of `count`, and in an article of the outlet `owner[i]`, -1 unknown;
        in any order.
        """
        sizes, owned = np.bincount(group, minlength=count), owner >= 0
        width = int(owner.max(initial=0)) + 1
        pairs = group[owned] * width + owner[owned]
        if count * width <= len(pairs):  # counted, where it takes no more room: sorting takes long
            spread = np.count_nonzero(np.bincount(pairs, minlength=count * width).reshape(count, width), axis=1)
        else:
            spread = np.bincount(distinct(pairs) // width, minlength=count)
        known = np.bincount(group[owned], minlength=count)
        return cls(sizes, spread, (known == sizes) & (sizes >= PER_OUTLET * np.maximum(spread, 1)))


def furniture(
    groups: Groups, group: NDArray[np.int64], articles: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which of some groups are furniture: fingerprint i is in the group `group[i]` and in the article `articles[i]`, in
    any order; `counts` are the fingerprints of each article.
    """
    recurs = np.bincount(articles[groups.crowded[group]], minlength=len(counts)) / np.maximum(counts, 1)
    whole = np.bincount(group, np.rint(recurs * _PARTS)[articles], len(groups.sizes)) / (_PARTS * groups.sizes)
    found: NDArray[np.bool_] = groups.crowded & (
        (whole < WHOLE) | ((groups.outlets == 1) & (groups.sizes >= ONE_OUTLET))
    )
    return found


def passages(
    where: NDArray[np.int64], word: NDArray[np.int64], holders: NDArray[np.int64], gap: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The article, first and last word and holders of the passages that some fingerprints make up, which are given by
    article and word, ascending: those at most `gap` words apart are of one, which has as many holders as any of them.
    """
    new = np.ones(len(where), bool)
    new[1:] = (where[1:] != where[:-1]) | (word[1:] - word[:-1] > gap)
    begin = np.flatnonzero(new)
    stop = np.append(begin, len(where))[1:] - 1
    most = np.maximum.reduceat(holders, begin) if len(begin) else holders
    return where[begin], word[begin], word[stop], most
