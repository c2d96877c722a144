"""Refinement: a box grown and cut, one side at a time, to the words that bear it out.

A word that has a partner on the other side speaks for the box, the more the less chance would give it one; a word
without speaks against it. The best stretch is the maximum-sum segment (Bentley 1984) of these log-odds, where a
stretch that begins or ends with a sentence has a little more.

All sums are of whole numbers (2^-16 nats), so that they come out alike however they are added up.
"""

from __future__ import annotations

from dataclasses import replace
from math import floor, log2

import numpy as np
from numpy.typing import NDArray

from lineage.kernel import align
from lineage.kernel.align import Bag
from lineage.overlap.boxes import Box, Shared
from lineage.overlap.collection import Counts, Prepared

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

BACKGROUND = 1000  # words by which the collection's frequencies weigh against the pair's own
LEAST_CHANCE, MOST_CHANCE = 0.004, 0.95  # of a word's having a partner by accident
LEAST_COPIED, MOST_COPIED = 0.35, 0.97  # share of the words of a passage that have a partner by copying
AGAINST = 0.7  # what a word without a partner weighs of its log-odds: words are left out in bulk, not one by one
NEIGHBOURHOOD = 20  # words to each side that tell which of equal words is the one with the partner
ROUNDS = 3
FURTHER = 5.0  # nats for a sentence beyond a refined box on either side, if it is of the passage, too
FURTHEST = 60  # words of such a sentence
PART = 4  # a side with less than this part of the evidence asked for ends the rounds early
NAT = 1 << 16  # whole numbers to a nat, and to a word
OCTAVE = 16  # steps to a doubling of a word's frequency: within 2 % of it
SHARES = 128  # steps of the share of copied words
BONUS = 6 * NAT  # for each end of a stretch that is a sentence's: most borrowing is of whole sentences

_LOWEST = int(np.floor(OCTAVE * np.log2(-np.log1p(-LEAST_CHANCE))))
_HIGHEST = int(np.ceil(OCTAVE * np.log2(-np.log1p(-MOST_CHANCE))))


def _tables() -> tuple[Integers, Integers, Integers]:
    """By level, what of a word is not chance; by share of copied words and level, the log-odds of a word with a
    partner; by that share, those of a word without one.
    """
    expected = 2.0 ** (np.arange(_LOWEST, _HIGHEST + 1) / OCTAVE)
    chance = np.clip(1 - np.exp(-expected), LEAST_CHANCE, MOST_CHANCE)
    copied = np.clip((np.arange(SHARES) + 0.5) / SHARES, LEAST_COPIED, MOST_COPIED)
    partner = np.log1p((1 - chance) / chance * copied[:, None])
    return _whole(1 - chance), _whole(partner), _whole(AGAINST * np.log(1 - copied))


def _whole(values: Floats) -> Integers:
    return np.rint(NAT * values).astype(np.int64)


SPARE, PARTNER, LONE = _tables()
TABLES = align.Tables(SPARE, PARTNER, LONE, NAT, BONUS)


def bags(a: Prepared, b: Prepared, shared: Shared, collection: Counts) -> tuple[Bag, Bag]:
    """Both texts as bags, with f = (Σ max(c - 1, 0) + 1000 · FC) / (n + m + 1000) of each stem."""
    beyond = np.zeros(shared.size + 1)
    for text, numbers in ((a, shared.a), (b, shared.b)):
        beyond[numbers] += text.counts - 1
    both = []
    for text, numbers in ((a, shared.a), (b, shared.b)):
        own = np.where(numbers < shared.size, beyond[numbers], text.counts - 1)
        expected = (own + BACKGROUND * collection.frequency(text.types)) / (len(a) + len(b) + BACKGROUND)
        both.append(Bag(numbers.astype(np.int32)[text.place], _steps(expected)[text.place], text.edges, shared.size))
    return both[0], both[1]


def _steps(values: Floats) -> NDArray[np.int32]:
    return np.asarray(np.floor(OCTAVE * np.log2(values)), np.int32)


def refined(box: Box, a: Bag, b: Bag, window: int, evidence: float, least: float) -> Box | None:
    """The box grown into `window` words on each side and cut to what the words bear out; None if either side has less
    than `least` nats. Rounds are ended early by what is far from `evidence` nats.
    """
    for _ in range(ROUNDS):
        before = box
        one = segment(box, a, b, window)
        if one.nats < evidence / PART:
            return None
        both = segment(one.swapped(), b, a, window).swapped()
        box = replace(both, nats=min(one.nats, both.nats))
        if box.nats < evidence / PART:
            return None
        if (box.a, box.a_end, box.b, box.b_end) == (before.a, before.a_end, before.b, before.b_end):
            break
    return box if box.nats >= least else None


def grown(box: Box, a: Bag, b: Bag) -> Box:
    """The refined box with the sentence before and the sentence behind it, if those of the two texts fit each other.

    A box that was cut short on both sides cannot grow again word by word: what lies beyond it in one text has its
    partners beyond it in the other.
    """
    ends = _edge_behind(a, box.a_end), _edge_behind(b, box.b_end)
    if _fit(Box(box.a_end, ends[0], box.b_end, ends[1]), a, b, behind=True):
        box = replace(box, a_end=ends[0], b_end=ends[1])
    starts = _edge_before(a, box.a), _edge_before(b, box.b)
    if _fit(Box(starts[0], box.a, starts[1], box.b), a, b, behind=False):
        box = replace(box, a=starts[0], b=starts[1])
    return box


def _edge_behind(text: Bag, word: int) -> int:
    """The end of the sentence that begins with a word, or the word itself if the end is far."""
    return word + 1 + text.edges[word + 1 : word + 1 + FURTHEST].tobytes().find(1)


def _edge_before(text: Bag, word: int) -> int:
    """The beginning of the sentence that ends before a word, or the word itself if the beginning is far."""
    low = max(0, word - FURTHEST)
    found = text.edges[low:word].tobytes().rfind(1)
    return word if found < 0 else low + found


def _fit(box: Box, a: Bag, b: Bag, behind: bool) -> bool:
    """Whether two sentences bear each other out, up to the end that is farther from the passage they go on from."""
    if box.a == box.a_end or box.b == box.b_end:
        return False
    for one, left, right in ((box, a, b), (box.swapped(), b, a)):
        best = segment(one, left, right, 0)
        if best.nats <= FURTHER or (best.a_end < one.a_end if behind else best.a > one.a):
            return False
    return True


def segment(box: Box, a: Bag, b: Bag, window: int) -> Box:
    """The box with the stretch of a, around its own, whose words best fit its stretch of b, and the nats for it."""
    begin, end = max(0, box.a - window), min(len(a), box.a_end + window)
    length = floor(OCTAVE * log2(box.b_end - box.b)) - _LOWEST
    ask = (begin, end, box.a, box.a_end, box.b, box.b_end, length)
    first, last, total = align.segment(a, b, TABLES, ask) or _segment(box, a, b, begin, end, length)
    return Box(first, last, box.b, box.b_end, total / NAT)


def _segment(box: Box, a: Bag, b: Bag, begin: int, end: int, length: int) -> tuple[int, int, int]:
    """`segment` without the kernel, in the words `begin` to `end` of a: first, past-the-last word, and their sum."""
    place = a.numbers[begin:end]
    available = np.bincount(b.numbers[box.b : box.b_end], minlength=b.size + 1)
    available[-1] = 0
    level = np.minimum(np.maximum(a.levels[begin:end] + length, 0), len(SPARE) - 1)
    matched = _matched(place, available)
    inside = slice(box.a - begin, box.a_end - begin)
    spare = SPARE[level[inside]]
    step = (int(spare[matched[inside]].sum()) + NAT) * SHARES // (int(spare.sum()) + 2 * NAT)
    total = np.zeros(len(place) + 1, np.int64)
    np.cumsum(np.where(matched, PARTNER[step][level], LONE[step]), out=total[1:])
    bonus = BONUS * a.edges[begin : end + 1].astype(np.int64)
    opening, closing = total - bonus, total + bonus
    first = box.a - begin + 1  # the segment ends behind the box's first word and begins before its last
    least = np.minimum.accumulate(opening[: box.a_end - begin])
    starts = np.minimum(np.arange(first, len(total)) - 1, len(least) - 1)
    best = int(np.argmax(closing[first:] - least[starts]))
    start = int(np.flatnonzero(opening[: starts[best] + 1] == least[starts[best]])[-1])
    return begin + start, begin + first + best, int(total[first + best] - total[start])


def _matched(place: NDArray[np.int32], available: Integers) -> NDArray[np.bool_]:
    """Which words have a partner, each its own: of a stem that is rarer on the other side the best placed words do."""
    matched = available[place] > 0
    surplus = (np.bincount(place, minlength=len(available)) > available)[place]
    at = np.flatnonzero(surplus & matched)
    if not at.size:
        return matched
    reach = NEIGHBOURHOOD
    count = len(matched)
    total = np.zeros(count + 1, np.int64)
    np.cumsum(matched, out=total[1:])
    density = total[np.minimum(at + reach + 1, count)] - total[np.maximum(at - reach, 0)]
    owner = place[at]
    order = np.argsort(owner * (2 * reach + 2) - density, kind="stable")
    owner = owner[order]
    rank = np.arange(len(order)) - np.searchsorted(owner, owner)
    matched[at[order[rank >= available[owner]]]] = False
    return matched
