"""The best stretch of words: numpy and the kernel against a slow plain twin, for any words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import floor, log, log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import kernel
from lineage.kernel.align import Bag
from lineage.overlap.boxes import Box, Seeds
from lineage.overlap.boxes import boxes as boxes_of
from lineage.overlap.collection import Collection
from lineage.overlap.refine import AGAINST, BONUS, NAT, NEIGHBOURHOOD, OCTAVE, grown, segment

STEMS = 6  # shared ones, numbered from 0; the number 6 is a stem that the other text lacks


def bag(words: list[tuple[int, int, bool]]) -> Bag:
    numbers, levels, edges = zip(*words, (0, 0, True), strict=True)
    return Bag(np.array(numbers[:-1], np.int32), np.array(levels[:-1], np.int32), np.array(edges, np.uint8), STEMS)


WORD = st.tuples(st.integers(0, STEMS), st.integers(-190, 0), st.booleans())
TEXT = st.lists(WORD, min_size=1, max_size=130)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[Bag, Bag, Box]:
    texts = bag(draw(TEXT)), bag(draw(TEXT))
    stretches: list[int] = []
    for text in texts:
        low = draw(st.integers(0, len(text) - 1))
        stretches += low, draw(st.integers(low + 1, len(text)))
    return (*texts, Box(*stretches))


def plain(box: Box, a: Bag, b: Bag, window: int) -> float:
    """Every stretch tried; logarithms taken word by word."""
    begin, end = max(0, box.a - window), min(len(a), box.a_end + window)
    offered = Counter(n for n in b.numbers[box.b : box.b_end].tolist() if n < STEMS)
    places = range(begin, end)
    numbers = a.numbers.tolist()
    partnered = {k for k in places if offered[numbers[k]]}

    def nearby(k: int) -> int:
        return len(partnered.intersection(range(k - NEIGHBOURHOOD, k + NEIGHBOURHOOD + 1)))

    matched: set[int] = set()
    for number, count in offered.items():
        own = sorted((k for k in places if numbers[k] == number), key=lambda k: (-nearby(k), k))
        matched.update(own[:count])

    def chance(k: int) -> float:
        step = int(a.levels[k]) + floor(OCTAVE * log2(box.b_end - box.b))
        return min(max(1 - np.exp(-(2 ** (step / OCTAVE))), 0.004), 0.95)

    inside = range(box.a, box.a_end)
    share = (sum(1 - chance(k) for k in inside if k in matched) + 1) / (sum(1 - chance(k) for k in inside) + 2)
    share = min(max((floor(share * 128) + 0.5) / 128, 0.35), 0.97)
    worth = {
        k: log((chance(k) + (1 - chance(k)) * share) / chance(k)) if k in matched else AGAINST * log(1 - share)
        for k in places
    }
    total = {begin: 0.0}
    for k in places:
        total[k + 1] = total[k] + worth[k]
    bonus = BONUS / NAT
    return max(
        total[last] - total[first] + bonus * (int(a.edges[first]) + int(a.edges[last]))
        for first in range(begin, box.a_end)
        for last in range(max(first, box.a) + 1, end + 1)
    )


@pytest.mark.parametrize("native", [True, False])
@settings(max_examples=150, deadline=None)
@given(given=boxes(), window=st.sampled_from([0, 3, 60]))
def test_the_best_stretch(native: bool, given: tuple[Bag, Bag, Box], window: int) -> None:
    box, (a, b) = given[2], given[:2]
    with pytest.MonkeyPatch.context() as patch:
        if not native:
            patch.setattr(kernel, "library", lambda: None)
        found = segment(box, a, b, window)
    assert (found.b, found.b_end) == (box.b, box.b_end)
    value = found.nats + BONUS / NAT * (int(a.edges[found.a]) + int(a.edges[found.a_end]))
    assert value == pytest.approx(plain(box, a, b, window), abs=0.01)
    assert found.a < box.a_end
    assert found.a_end > box.a


@pytest.mark.skipif(kernel.library() is None, reason="the kernel was not compiled here")
@settings(max_examples=300, deadline=None)
@given(boxes(), st.sampled_from([0, 3, 60]))
def test_the_kernel_gives_the_same(given: tuple[Bag, Bag, Box], window: int) -> None:
    a, b, box = given
    mine = segment(box, a, b, window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "library", lambda: None)
        assert segment(box, a, b, window) == mine


SEED = st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from([0.25, 0.375, 0.5, 1.0]))


@pytest.mark.parametrize("native", [True, False])
@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(SEED, min_size=1, max_size=40, unique_by=lambda row: row[:2]), gaps=st.sampled_from([(4, 4), (1, 9)])
)
def test_boxes_of_seeds(native: bool, rows: list[tuple[int, int, float]], gaps: tuple[int, int]) -> None:
    """Groups of seeds are split at the gaps of one side and of the other until none is left."""
    groups, split = [rows], True
    while split:
        split = False
        for side in (0, 1):
            parts: list[list[tuple[int, int, float]]] = []
            for some in groups:
                before = None
                for row in sorted(some, key=lambda row: row[side]):
                    if before is None or row[side] - before > gaps[side]:
                        parts.append([])
                    parts[-1].append(row)
                    before = row[side]
            split |= len(parts) > len(groups)
            groups = parts
    expected = sorted(
        (
            sum(max(r[2] for r in some if r[side] == unit) for side in (0, 1) for unit in {r[side] for r in some}),
            *(edge for side in (0, 1) for edge in (min(r[side] for r in some), max(r[side] for r in some) + 1)),
        )
        for some in groups
    )
    text = replace(Collection().prepare("one two three. " * 31), units=np.arange(32))
    a, b, cosines = zip(*rows, strict=True)
    seeds = Seeds(np.array(a), np.array(b), np.array(cosines, np.float32))
    with pytest.MonkeyPatch.context() as patch:
        if not native:
            patch.setattr(kernel, "library", lambda: None)
        found = boxes_of(seeds, text, text, gaps)
        best = boxes_of(seeds, text, text, gaps, promise=1.0)
    assert sorted((box.a, box.a_end, box.b, box.b_end) for box in found) == sorted(row[1:] for row in expected)
    scores = {row[1:]: row[0] for row in expected}
    given = [scores[box.a, box.a_end, box.b, box.b_end] for box in found]
    assert given == sorted(given, reverse=True)
    assert best == [box for box, score in zip(found, given, strict=True) if score >= 1]


@settings(max_examples=150, deadline=None)
@given(boxes())
def test_a_box_grows_by_whole_sentences(given: tuple[Bag, Bag, Box]) -> None:
    a, b, box = given
    found = grown(box, a, b)
    assert box.within(found)
    assert (found.a < box.a) == (found.b < box.b)
    assert (found.a_end > box.a_end) == (found.b_end > box.b_end)
    for text, before, after in ((a, box.a, found.a), (b, box.b, found.b)):
        assert after == before or (text.edges[after] and not text.edges[after + 1 : before].any())
    for text, before, after in ((a, box.a_end, found.a_end), (b, box.b_end, found.b_end)):
        assert after == before or (text.edges[after] and not text.edges[before + 1 : after].any())


def test_sentences_that_fit_are_taken_along() -> None:
    sentence = [(k % STEMS, -190, k % STEMS == 0) for k in range(4 * STEMS)]
    unlike = [(STEMS, -190, k == 0) for k in range(STEMS)]
    a, b = bag(unlike + sentence), bag(sentence + unlike)
    first, second = 2 * STEMS, STEMS
    assert grown(Box(first, first + STEMS, second, second + STEMS), a, b) == Box(STEMS, first + 2 * STEMS, 0, 3 * STEMS)
    assert grown(Box(STEMS, 5 * STEMS, 0, 4 * STEMS), a, b) == Box(STEMS, 5 * STEMS, 0, 4 * STEMS)
