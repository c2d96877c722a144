"""What articles tell, sentence by sentence: which linked articles tell the same, and in whose words most nearly.

A copyist works from one text at a time, so that most of a copy's sentences are nearest to those of its source; where
they are nearest to several, one by one, the source is another text. A heavily reworded copy has few passages of its
source, but tells what it tells in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.descent.sides import Column, Numbers, Sides
from lineage.descent.witness import Witness

NEARER = 0.02  # of a cosine: what one sentence must be nearer than another for that to mean anything

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences of linked articles, and which of them tell the same.

    `begins` has for each witness the words at which its sentences begin, and the end, int64[s + 1] (empty where it has
    no link). For each two sentences that tell the same: the number of their link, their numbers in its first article
    and in the other, int64[n] each, and how alike they are, float32[n] (0..1), by link and sentence.
    """

    begins: Sequence[Numbers]
    link: Numbers
    one: Numbers
    other: Numbers
    alike: NDArray[np.float32]


Tell = Callable[[Sequence[Witness], Sequence[Pair]], Told]  # of witnesses and their links, by number


class Sentences:
    """`Told` laid beside the sides of the links: a row for each side and each of its article's sentences that the other
    article tells, too.

    `side` and `sentence` int64[n], sentences being numbered through all articles; `alike` float64[n], and `best` what
    is most alike to that sentence on other sides of the article (0 if it is told nowhere else). `words` float64[all
    sentences] are those of narration.
    """

    def __init__(self, told: Told, sides: Sides) -> None:
        self.sides, self.told = sides, told
        sizes = [max(0, len(begins) - 1) for begins in told.begins]
        offset = np.cumsum([0, *sizes])
        self.article = np.repeat(np.arange(len(sizes)), sizes)
        counted = map(_words, sides.witnesses, told.begins)
        self.words = np.concatenate([np.zeros(0), *counted])
        self.side = np.concatenate([2 * told.link, 2 * told.link + 1])
        self.sentence = np.concatenate([told.one, told.other]) + offset[sides.article[self.side]]
        self.alike = np.concatenate([told.alike, told.alike]).astype(float)
        self.most = np.zeros(len(self.words))
        np.maximum.at(self.most, self.sentence, self.alike)
        order = np.lexsort((-self.alike, self.sentence))
        number, value = self.sentence[order], self.alike[order]
        first = np.append(True, number[1:] != number[:-1])[: len(number)]
        again = np.append(number[1:] == number[:-1], False)[: len(number)]
        self.best = self.most[self.sentence]
        self.best[order[first]] = np.where(again, np.append(value[1:], 0.0)[: len(value)], 0.0)[first]

    def on_sides(self, values: Column) -> Column:
        """The sum of each side's rows, as shares of its article's narration; float64[sides]."""
        added = np.bincount(self.side, self.words[self.sentence] * values, len(self.sides))
        return self._shares(added.astype(float), self.sides.article)

    @cached_property
    def nearest(self) -> Column:
        """For each side the share of its article's narration in sentences that stand nowhere else so much as in the
        other article.
        """
        return self.on_sides(self.alike > self.best + NEARER)

    @cached_property
    def held(self) -> Column:
        """For each side the share of its article's narration in sentences that the other article tells, too."""
        return self.on_sides(np.ones(len(self.side)))

    def share(self, number: int, other: int) -> tuple[float, float]:
        """`held` and `nearest` of an article's side toward another."""
        side = self._side[number, other]
        return float(self.held[side]), float(self.nearest[side])

    @cached_property
    def _side(self) -> dict[tuple[int, int], int]:
        pairs = zip(self.sides.article.tolist(), self.sides.other.tolist(), strict=True)
        return {pair: side for side, pair in enumerate(pairs)}

    @cached_property
    def elsewhere(self) -> Column:
        """Of each article the share of its narration in sentences that some linked article tells, too."""
        count = len(self.sides.witnesses)
        told = np.bincount(self.article, self.words * (self.most > 0), count)
        return self._shares(told.astype(float), np.arange(count))

    def _shares(self, words: Column, article: Numbers) -> Column:
        whole = np.array([max(1.0, witness.narration) for witness in self.sides.witnesses], float)
        return np.asarray((words / whole[article]).round(6))


def columns(rows: Sentences, parent: Numbers, child: Numbers) -> dict[str, Column]:
    """The features of ordered pairs, by name, float64[n] each; `parent` and `child` are their sides."""
    told, sides = rows.told, rows.sides
    by_side = {
        "in": rows.held,
        "own": 1 - rows.elsewhere[sides.article],
        "over": rows.held - sides.other_most(rows.held, 0.0),
        "alike": rows.on_sides(rows.alike),
        "nearest": rows.nearest,
        "farther": rows.elsewhere[sides.article] - rows.on_sides(rows.best <= rows.alike + NEARER),
        "lead": rows.on_sides(rows.alike - rows.best),
        "first": rows.nearest - sides.other_most(rows.nearest, 0.0),
    }
    found = {"told.order": _order(told, len(sides) // 2)[parent // 2]}
    for name, values in by_side.items():
        found[f"told.{name}_child"], found[f"told.{name}_parent"] = values[child], values[parent]
    return found


def _words(witness: Witness, begins: Numbers) -> Column:
    """The words of narration in each sentence of an article."""
    narrated, edges = witness.narrated, begins.tolist()
    return np.array([witness.count(narrated & (1 << high) - (1 << low)) for low, high in pairwise(edges)], float)


def _order(told: Told, links: int) -> Column:
    """The share of the sentences of each link, but the first, that come after the one before them in the other article,
    too; 1 of fewer than two.
    """
    same = told.link[1:] == told.link[:-1]
    follows = np.bincount(told.link[1:], same & (told.other[1:] > told.other[:-1]), links)
    pairs = np.bincount(told.link[1:], same, links)
    return np.where(pairs > 0, follows / np.maximum(1, pairs), 1.0)
