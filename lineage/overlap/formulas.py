"""Formulas: what stands in so many articles that it says nothing of two that share it and nothing else.

A name with its titles, a definition, a standing sentence of background: each is written anew in story after story. How
long it is does not tell it from a phrase that was copied; that others write it does. A text that is copied as a whole
stands in many articles, too, but there it is most of what the article has in common with others.

So is what consists of names, however few have it: a person's titles, a list of states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.overlap.candidates import Holders, Postings, begins, changes
from lineage.overlap.recurrence import WHOLE
from lineage.overlap.shingles import SHINGLE

Integers = NDArray[np.int64]

LEAST_HOLDERS = 8  # articles with one fingerprint, the two that are compared among them: of three months' news of 18
# feeds, what stands in fewer was mostly copied by one from another
BRIEF = 20  # words that two articles share: with more, 99 of 100 pairs have a common text, formulas or not
NAMES = 4 / 7  # of a phrase's words have a capital, where it is a name with its titles or a list of names: so were 14
# of the 20 such phrases of 12 to 19 words that two outlets had, German and American; with half of the words few more
BESIDE = 2  # words on either side of a recurring shingle: two in nine shingles are fingerprints, so that there are gaps
# between those of one formula
_WORD = 32  # bits for a word's place, to the right of its article's number


@dataclass(frozen=True, slots=True)
class Formulas:
    """Where recurring shingles begin: `places` int64[f], ascending, articles' numbers in the upper 32 bits and words in
    the lower; `numbers` int64[k] are the numbers there of the articles that are asked for.
    """

    places: Integers
    numbers: Integers

    @classmethod
    def of(cls, postings: Postings, held: Holders, counts: Integers) -> Formulas:
        """The fingerprints that recur in articles that are not copies of each other.

        `counts` int64[articles] are the fingerprints of each article.
        """
        numbers = np.arange(len(counts))
        first = begins(held.starts)
        sizes = np.diff(np.append(first, len(held.postings)))
        many = np.flatnonzero(sizes >= LEAST_HOLDERS)
        if not many.size:
            return cls(np.empty(0, np.int64), numbers)
        first, sizes = first[many], sizes[many]
        opens = np.cumsum(sizes) - sizes
        entries = held.postings[np.arange(int(sizes.sum())) - np.repeat(opens - first, sizes)]
        articles = postings.articles[entries].astype(np.int64)
        new = changes(articles)  # of postings in one article, the first
        new[opens] = True
        crowded = np.add.reduceat(new.astype(np.int64), opens) >= LEAST_HOLDERS
        recurs = np.bincount(articles[np.repeat(crowded, sizes)], minlength=len(counts)) / np.maximum(counts, 1)
        whole = np.add.reduceat(recurs[articles], opens) / sizes
        found = np.repeat(crowded & (whole < WHOLE), sizes)
        return cls(np.sort(articles[found] << _WORD | postings.words[entries[found]]), numbers)

    def among(self, numbers: Sequence[int]) -> Formulas:
        """The same for articles that are numbered anew: article i is the one that was `numbers[i]`."""
        return replace(self, numbers=self.numbers[list(numbers)])

    def own(self, articles: Integers, first: Integers, last: Integers) -> Integers:
        """How many words of each stretch, words `first[k]` to `last[k]` (half-open) of `articles[k]`, are no part of a
        formula, int64[k].
        """
        base = self.numbers[articles] << _WORD
        low = np.searchsorted(self.places, base | np.maximum(first - SHINGLE + 1, 0))
        sizes = np.searchsorted(self.places, base | last) - low
        stretch = np.repeat(np.arange(len(low)), sizes)
        opens = np.cumsum(sizes) - sizes
        words = self.places[np.arange(len(stretch)) - np.repeat(opens - low, sizes)] - base[stretch]
        starts = np.maximum(words - BESIDE, first[stretch])
        ends = np.minimum(words + SHINGLE + BESIDE, last[stretch])
        again = np.flatnonzero(stretch[1:] == stretch[:-1])
        ends[again] = np.minimum(ends[again], starts[again + 1])
        return last - first - np.bincount(stretch, ends - starts, len(low)).astype(np.int64)
