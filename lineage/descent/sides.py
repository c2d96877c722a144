"""The sides of links as columns: what each article of a link has of the other, and which articles share text with both.

A link has two sides. Side 2i is that of the first article of link i, 2i + 1 that of the other, so that `side ^ 1` is
the same link from the other end. The ordered pair whose parent's side is s has the number s, as in `Story.pairs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.descent.evidence import Link
from lineage.descent.witness import Mask, Witness
from lineage.text.tokens import WORDS_A_CHARACTER

Column = NDArray[np.float64]
Numbers = NDArray[np.int64]
Pair = tuple[int, int]


class Sides:
    """`article` and `other` are int64[sides]; `held` float64[sides] has the words of the article that the other has."""

    def __init__(self, witnesses: Sequence[Witness], links: Mapping[Pair, Link]) -> None:
        self.witnesses = witnesses
        self.links = np.array(list(links), np.int64).reshape(-1, 2)
        self.article = self.links.reshape(-1)
        self.other = self.links[:, ::-1].reshape(-1)
        self.masks: list[Mask] = [mask for found in links.values() for mask in (found.in_one, found.in_other)]
        self._single = [witness.alone for witness in witnesses]
        self._numbers = self.article.tolist()
        self._any_single = any(self._single)
        every = range(len(self.masks))
        self._bits = np.fromiter((mask.bit_count() for mask in self.masks), np.int64, len(every))
        self._characters = self._of_one_character(self.masks, every)
        self.held = words(self._bits, self._characters)

    def __len__(self) -> int:
        return len(self.masks)

    @cached_property
    def _by_article(self) -> list[Numbers]:
        count = np.bincount(self.article, minlength=len(self.witnesses))
        return np.split(np.argsort(self.article, kind="stable"), np.cumsum(count)[:-1])

    def of(self, articles: Numbers) -> Numbers:
        """The sides of some articles."""
        return np.concatenate([np.zeros(0, np.int64), *(self._by_article[number] for number in articles.tolist())])

    def other_most(self, values: Column, otherwise: float) -> Column:
        """For each side the greatest value of its article's other sides, `otherwise` if that is minus infinity or there
        is none; float64[sides].
        """
        order = np.lexsort((-values, self.article))
        count = np.bincount(self.article, minlength=len(self.witnesses))
        begins = (np.cumsum(count) - count)[self.article]
        padded = np.concatenate([values[order], [-np.inf, -np.inf]])
        best = np.concatenate([order, [-1]])[begins] == np.arange(len(self))
        most = np.where(best, np.where(count[self.article] > 1, padded[begins + 1], -np.inf), padded[begins])
        return np.where(np.isinf(most), otherwise, most)

    def _of_one_character(self, masks: Sequence[Mask], sides: Sequence[int]) -> Numbers:
        """How many of the words of each mask are characters of a script without spaces; `sides` say whose words."""
        if not self._any_single:
            return np.zeros(len(masks), np.int64)
        single, article = self._single, self._numbers
        return np.array(
            [(mask & single[article[side]]).bit_count() for mask, side in zip(masks, sides, strict=True)], np.int64
        )

    @cached_property
    def thirds(self) -> Thirds:
        """The articles that share text with both articles of a pair."""
        one, two, three = triangles(len(self.witnesses), self.links)
        # x and y, x and z, y and z: each link's side at its first article
        xy = 2 * one + (self.links[one, 1] == _meeting(self.links, one, two))
        xz = 2 * two + (self.links[two, 1] == _meeting(self.links, one, two))
        yz = 2 * three + (self.links[three, 1] == self.other[xy])
        yx, zx, zy = xy ^ 1, xz ^ 1, yz ^ 1
        at_x, at_y, at_z = self._common(xy, xz), self._common(yx, yz), self._common(zx, zy)
        # parent, child and third are each of the six orders of x, y and z
        pair = np.concatenate([xy, yx, xz, zx, yz, zy])
        child_third = np.concatenate([yz, xz, zy, xy, zx, yx])
        parent_third = np.concatenate([xz, yz, xy, zy, yx, zx])
        at_child = np.concatenate([at_y, at_x, at_z, at_x, at_z, at_y], axis=1)
        at_parent = np.concatenate([at_x, at_y, at_x, at_z, at_y, at_z], axis=1)
        return Thirds(
            len(self), pair, child_third, parent_third,
            self._without(child_third, at_child), self._without(parent_third, at_parent),
            self._without(pair ^ 1, at_child),
        )  # fmt: skip

    def _common(self, one: Numbers, other: Numbers) -> Numbers:
        """Of an article that two sides have in common, how many words both hold: int64[2, n], all of them and those of
        one character.
        """
        masks, sides = self.masks, one.tolist()
        both = [masks[a] & masks[b] for a, b in zip(sides, other.tolist(), strict=True)]
        return np.array([[mask.bit_count() for mask in both], self._of_one_character(both, sides)], np.int64)

    def _without(self, sides: Numbers, common: Numbers) -> Column:
        """The words that sides hold, those left out that they have in common with another."""
        return words(self._bits[sides] - common[0], self._characters[sides] - common[1])


class Thirds:
    """A row for each ordered pair and third article that shares text with both.

    `pair` is the pair's number, `child_third` and `parent_third` the child's and the parent's side toward the third,
    all int64[n]. `child_apart` counts the child's words that the third has and the parent lacks, `parent_apart` the
    parent's that the third has and the child lacks, `lacked` the child's that the parent has and the third lacks:
    float64[n].
    """

    def __init__(
        self, sides: int, pair: Numbers, child_third: Numbers, parent_third: Numbers, child_apart: Column,
        parent_apart: Column, lacked: Column,
    ) -> None:  # fmt: skip
        self._sides = sides
        self.pair, self.child_third, self.parent_third = pair, child_third, parent_third
        self.child_apart, self.parent_apart, self.lacked = child_apart, parent_apart, lacked

    @cached_property
    def count(self) -> Column:
        """How many thirds each ordered pair has, float64[sides]."""
        return np.bincount(self.pair, minlength=self._sides).astype(float)

    def most(self, values: Column, least: float) -> Column:
        """The greatest value of each pair's thirds, `least` at the least; float64[sides]."""
        result = np.full(self._sides, least)
        np.maximum.at(result, self.pair, values)
        return result

    def least(self, values: Column, otherwise: float) -> Column:
        """The least value of each pair's thirds, float64[sides]; of a pair without thirds, `otherwise`."""
        result = np.full(self._sides, np.inf)
        np.minimum.at(result, self.pair, values)
        return np.where(np.isinf(result), otherwise, result)

    def sum(self, values: Column) -> Column:
        """The sum of the values of each pair's thirds, which are words: float64[sides]."""
        return np.bincount(self.pair, values, self._sides).astype(float).round(6)


def turned(values: NDArray[Any]) -> NDArray[Any]:
    """What each side's other end has: values of ordered pairs, of the pairs the other way round."""
    return values.reshape(-1, 2)[:, ::-1].reshape(-1)


def words(bits: Numbers, characters: Numbers) -> Column:
    """What words count, `characters` of them being characters of a script without spaces (as `Witness.count`)."""
    return (bits - characters + WORDS_A_CHARACTER * characters).round(6)


def triangles(nodes: int, links: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """All sets of three links among three nodes, as three columns of links' numbers; the first two meet in a node.

    `links` is int64[n, 2]. Every link is given the direction of the node with more links: none has many outward, so
    that few pairs of links are tried (Chiba and Nishizeki 1985).
    """
    degree = np.bincount(links.reshape(-1), minlength=nodes)
    rank = np.empty(nodes, np.int64)
    rank[np.argsort(degree, kind="stable")] = np.arange(nodes)
    upward = rank[links[:, 0]] < rank[links[:, 1]]
    source, target = np.where(upward, links.T, links.T[::-1])
    order = np.lexsort((target, source))
    source, target = source[order], target[order]
    later = np.searchsorted(source, source, side="right") - np.arange(len(source)) - 1
    one = np.repeat(np.arange(len(source)), later)
    two = np.arange(len(one)) - np.repeat(np.cumsum(later) - later, later) + one + 1
    keys = links.min(1) * nodes + links.max(1) if len(links) else np.zeros(0, np.int64)
    by_key = np.argsort(keys, kind="stable")
    wanted = np.minimum(target[one], target[two]) * nodes + np.maximum(target[one], target[two])
    place = np.searchsorted(keys, wanted, sorter=by_key)
    third = by_key[np.minimum(place, len(by_key) - 1)] if len(by_key) else place
    closed = np.flatnonzero(keys[third] == wanted) if len(by_key) else place
    return order[one[closed]], order[two[closed]], third[closed]


def _meeting(links: Numbers, one: Numbers, two: Numbers) -> Numbers:
    """The node in which links meet that have one in common."""
    first, second = links[one], links[two]
    return np.where((first[:, :1] == second).any(1), first[:, 0], first[:, 1])
