"""Refinement: a box grown and cut, one side at a time, to the words that bear it out.

A word that has a partner on the other side speaks for the box, the more the less chance would give it one; a word
without speaks against it. The best stretch is the maximum-sum segment (Bentley 1984) of these log-odds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray

from lineage.overlap.boxes import Box, Shared
from lineage.overlap.collection import Collection, Prepared

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

BACKGROUND = 1000  # words by which the collection's frequencies weigh against the pair's own
LEAST_CHANCE, MOST_CHANCE = 0.004, 0.95  # of a word's having a partner by accident
LEAST_COPIED, MOST_COPIED = 0.35, 0.97  # share of the words of a passage that have a partner by copying
AGAINST = 0.7  # what a word without a partner weighs of its log-odds: words are left out in bulk, not one by one
NEIGHBOURHOOD = 20  # words to each side that tell which of equal words is the one with the partner
ROUNDS = 3
PART = 4  # a side with less than this part of the evidence asked for ends the rounds early


@dataclass(frozen=True, slots=True)
class Bag:
    """The words of one text: `numbers` int64[n] are those of the shared stems (`size` for the others), `expected`
    float64[n] is how often each is expected in a word of either text.
    """

    numbers: Integers
    expected: Floats
    size: int

    def __len__(self) -> int:
        return len(self.numbers)


def bags(a: Prepared, b: Prepared, shared: Shared, collection: Collection) -> tuple[Bag, Bag]:
    """Both texts as bags, with f = (Σ max(c - 1, 0) + 1000 · FC) / (n + m + 1000) of each stem."""
    beyond = np.zeros(shared.size + 1)
    for text, numbers in ((a, shared.a), (b, shared.b)):
        beyond[numbers] += np.maximum(text.counts - 1, 0)
    both = []
    for text, numbers in ((a, shared.a), (b, shared.b)):
        own = np.where(numbers < shared.size, beyond[numbers], text.counts - 1)
        expected = (own + BACKGROUND * collection.frequency(text.types)) / (len(a) + len(b) + BACKGROUND)
        both.append(Bag(numbers[text.place], expected[text.place], shared.size))
    return both[0], both[1]


def refined(box: Box, a: Bag, b: Bag, window: int, evidence: float) -> Box | None:
    """The box grown into `window` words on each side and cut to what the words bear out; None if either side has less
    than `evidence` nats.
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
    return box if box.nats >= evidence else None


def segment(box: Box, a: Bag, b: Bag, window: int) -> Box:
    """The box with the stretch of a, around its own, whose words best fit its stretch of b, and the nats for it."""
    begin, end = max(0, box.a - window), min(len(a), box.a_end + window)
    place = a.numbers[begin:end]
    available = np.bincount(b.numbers[box.b : box.b_end], minlength=b.size + 1)
    available[-1] = 0
    chance = 1 - np.exp(a.expected[begin:end] * (box.b - box.b_end))
    np.minimum(np.maximum(chance, LEAST_CHANCE, out=chance), MOST_CHANCE, out=chance)
    matched = _matched(place, available)
    inside = slice(box.a - begin, box.a_end - begin)
    spare = 1 - chance
    copied = (float(spare[inside][matched[inside]].sum()) + 1) / (float(spare[inside].sum()) + 2)
    copied = min(max(copied, LEAST_COPIED), MOST_COPIED)
    total = np.zeros(len(place) + 1)
    np.cumsum(np.where(matched, np.log1p(spare / chance * copied), AGAINST * log(1 - copied)), out=total[1:])
    first = box.a - begin + 1  # the segment ends behind the box's first word and begins before its last
    least = np.minimum.accumulate(total[: box.a_end - begin])
    starts = np.minimum(np.arange(first, len(total)) - 1, len(least) - 1)
    best = int(np.argmax(total[first:] - least[starts]))
    value = float(least[starts[best]])
    start = int(np.flatnonzero(total[: starts[best] + 1] == value)[-1])
    return Box(begin + start, begin + first + best, box.b, box.b_end, float(total[first + best] - value))


def _matched(place: Integers, available: Integers) -> NDArray[np.bool_]:
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
