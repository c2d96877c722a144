"""Passages that were reworded, reordered or shortened: verbatim chains, sentence seeds, word-level refinement.

Sentences that share rare word stems seed boxes; each box is grown and cut, one side at a time, to the segment in
which more words have a partner on the other side than chance would give them. The design and what each stage is worth
are in docs/how-it-works.md. Words are matched as bags, so "the same event" looks like "a rewritten copy": the profile
for news demands order as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from lineage.model import Span
from lineage.overlap.candidates import Postings, group, segments
from lineage.overlap.chains import Stock, chain
from lineage.overlap.collection import Collection, Prepared
from lineage.overlap.shingles import NO_SHINGLE, shingles

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """How much evidence makes a passage. The numbers were fitted on one half of PAN13's training pairs."""

    chain_words: int  # words of a verbatim chain
    seed: float = 0.20  # cosine of two sentences
    seed_gap: int = 4  # sentences between the seeds of one box
    window: int = 60  # words around a box that it may grow into
    evidence: float = 33.0  # nats on the weaker side
    boxes: int = 12  # boxes looked at for a pair: the best ones
    promise: float = 0.8  # least sum of a box's best cosines, over its sentences of both texts
    merge_gap: int = 40  # words between two passages that are one
    snap: int = 8  # words to a sentence's end that a passage is extended or cut to
    least_characters: int = 150
    condensed: bool = True  # whether summaries are looked for
    ordered: bool = False  # whether the words must stand in the same order: LCS > .5, 3-grams > .4 of the shorter


EXHAUSTIVE = Profile(chain_words=40)
NEWS = Profile(chain_words=8, merge_gap=6, snap=3, least_characters=0, condensed=False, ordered=True)


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of words of each text, half-open; the nats that speak for it; whether it is a verbatim chain."""

    a: int
    a_end: int
    b: int
    b_end: int
    nats: float = 0.0
    verbatim: bool = False


def align(a: Prepared, b: Prepared, collection: Collection, profile: Profile) -> list[tuple[Span, Span]]:
    """The passages two texts share, reworded ones included, as characters of each; sorted by the first text."""
    if not len(a) or not len(b):
        return []
    chains = list(_chains(a, b, profile.chain_words))
    cosine = _cosines(a, b, collection)
    bags = Bags.of(a, b, collection)
    _blank(cosine, a, b, chains)
    boxes = list(chains)
    for box in _boxes(cosine > profile.seed, cosine, a, b, (profile.seed_gap, profile.seed_gap), profile.promise)[
        : profile.boxes
    ]:
        if any(_inside(box, held) for held in boxes):
            continue
        refined = _refined(box, bags, profile)
        if refined and (not profile.ordered or _in_order(refined, a, b)):
            boxes.append(refined)
    merged = _merged(_distinct(boxes), profile.merge_gap)
    if profile.condensed and not chains:
        merged = _condensed(cosine, a, b, merged)
    found = [_characters(_snapped(box, a, b, profile.snap), a, b) for box in merged]
    least = profile.least_characters
    return sorted((x, y) for x, y in found if min(x.end - x.start, y.end - y.start) >= least)


def rewritten(
    a: Prepared, b: Prepared, collection: Collection, profile: Profile, held: Sequence[tuple[Span, Span]]
) -> list[tuple[Span, Span, list[tuple[Span, Span]]]]:
    """Passages that were reworded, each with its equal words in order, as pairs of stretches (characters).

    Of the passages `held` already those within a reworded one are a part of it.
    """
    if not len(a) or not len(b):
        return []
    kept = [_box_of(one, other, a, b) for one, other in held]
    cosine = _cosines(a, b, collection)
    bags = Bags.of(a, b, collection)
    _blank(cosine, a, b, kept)
    result: list[tuple[Span, Span, list[tuple[Span, Span]]]] = []
    seeds = (profile.seed_gap, profile.seed_gap)
    for box in _boxes(cosine > profile.seed, cosine, a, b, seeds, profile.promise)[: profile.boxes]:
        found = _refined(box, bags, profile)
        if found is None:
            continue
        found = _snapped(found, a, b, profile.snap)
        for other in [other for other in kept if _touch(found, other)]:
            found = Box(
                min(found.a, other.a),
                max(found.a_end, other.a_end),
                min(found.b, other.b),
                max(found.b_end, other.b_end),
            )
        if not _in_order(found, a, b):
            continue
        kept = [other for other in kept if not _inside(other, found)]
        if any(_touch(found, other) for other in kept):
            continue
        kept.append(found)
    for found in kept:
        if not found.verbatim:
            result.append((*_characters(found, a, b), _equal(found, a, b)))
    return sorted(result)


def _box_of(one: Span, other: Span, a: Prepared, b: Prepared) -> Box:
    """Stretches of characters as a box of words."""
    low, left = np.searchsorted(a.starts, one.start), np.searchsorted(b.starts, other.start)
    high, right = np.searchsorted(a.starts, one.end), np.searchsorted(b.starts, other.end)
    return Box(int(low), int(high), int(left), int(right), verbatim=True)


def _touch(one: Box, other: Box) -> bool:
    """Whether two boxes share words of either text."""
    return max(one.a, other.a) < min(one.a_end, other.a_end) or max(one.b, other.b) < min(one.b_end, other.b_end)


def _equal(box: Box, a: Prepared, b: Prepared) -> list[tuple[Span, Span]]:
    """The equal words of a box in their order, by rapidfuzz."""
    left, right = a.hashes[box.a : box.a_end].tolist(), b.hashes[box.b : box.b_end].tolist()
    blocks: list[tuple[Span, Span]] = []
    for block in LCSseq.opcodes(left, right):
        if block.tag == "equal":
            first, last = box.a + block.src_start, box.a + block.src_end - 1
            begin, end = box.b + block.dest_start, box.b + block.dest_end - 1
            one = Span(int(a.starts[first]), int(a.ends[last]))
            blocks.append((one, Span(int(b.starts[begin]), int(b.ends[end]))))
    return blocks


def _chains(a: Prepared, b: Prepared, least_words: int) -> Iterator[Box]:
    """Verbatim chains of at least `least_words` words."""
    first = np.array([0, len(a), len(a) + len(b)])
    hashes = np.concatenate([a.hashes, b.hashes])
    values = shingles(hashes, first)
    at = np.flatnonzero(values != NO_SHINGLE)
    article = (at >= len(a)).astype(np.int32)
    postings = Postings(values[at], article, (at - first[article]).astype(np.int32))
    edge = np.zeros(len(hashes), np.int32)
    stock = Stock(hashes, edge, edge, None, None, first[:2], np.diff(first))
    for found in segments(postings, group(postings), max_holders=16):
        runs = chain(found, stock, least_words=least_words, least_identity=0.8)
        for number in np.unique(runs.chain).tolist():
            mine = runs.take(runs.chain == number)
            last_a, last_b = int((mine.a + mine.length)[-1]), int((mine.b + mine.length)[-1])
            yield Box(int(mine.a[0]), last_a, int(mine.b[0]) - len(a), last_b - len(a), verbatim=True)


def _cosines(a: Prepared, b: Prepared, collection: Collection) -> Floats:
    """The cosine of every sentence of a with every one of b, float64[units of a, units of b]."""
    common = np.intersect1d(a.stems[a.telling], b.stems[b.telling])
    if not len(common):
        return np.zeros((len(a.units) - 1, len(b.units) - 1))
    return _vectors(a, common, collection) @ _vectors(b, common, collection).T


def _vectors(text: Prepared, common: Integers, collection: Collection) -> Floats:
    """Unit vectors of the sentences over the common stems: tf · ln(N / sf), normed over all their stems."""
    count = len(text.units) - 1
    owner = np.repeat(np.arange(count), np.diff(text.units))[text.telling]
    stems = text.stems[text.telling]
    width = int(stems.max()) + 1
    cells, often = np.unique(owner * width + stems, return_counts=True)
    owner, stems = cells // width, cells % width
    weight = often * collection.rarity(stems)
    norm = np.sqrt(np.bincount(owner, weight**2, count))
    column = np.searchsorted(common, stems)
    column[column == len(common)] = 0
    kept = common[column] == stems
    vectors = np.zeros((count, len(common)))
    vectors[owner[kept], column[kept]] = weight[kept]
    return np.asarray(vectors / np.maximum(norm, 1e-9)[:, None])


def _blank(cosine: Floats, a: Prepared, b: Prepared, chains: list[Box]) -> None:
    """Take out the sentences of which half or more lies in a verbatim chain."""
    for side, text in enumerate((a, b)):
        held = np.zeros(len(text), np.int64)
        for box in chains:
            held[slice(*((box.a, box.a_end) if side == 0 else (box.b, box.b_end)))] = 1
        total = np.concatenate([[0], np.cumsum(held)])[text.units]
        inside = 2 * np.diff(total) >= np.diff(text.units)
        if side == 0:
            cosine[inside] = 0
        else:
            cosine[:, inside] = 0


def _boxes(
    seeds: NDArray[np.bool_], cosine: Floats, a: Prepared, b: Prepared, gaps: tuple[int, int], promise: float = 0.0
) -> list[Box]:
    """Clusters of seeds as boxes, those with the greatest sum of best cosines first."""
    rows, columns = np.nonzero(seeds)
    if not len(rows):
        return []
    ranked: list[tuple[float, Box]] = []
    for members in _clusters(rows, columns, gaps):
        x, y = rows[members], columns[members]
        low, high, left, right = int(x.min()), int(x.max()), int(y.min()), int(y.max())
        part = np.where(seeds, cosine, 0.0)[low : high + 1, left : right + 1]
        score = float(part.max(axis=1).sum() + part.max(axis=0).sum())
        ranked.append(
            (score, Box(int(a.units[low]), int(a.units[high + 1]), int(b.units[left]), int(b.units[right + 1])))
        )
    ranked = [entry for entry in ranked if entry[0] >= promise]
    ranked.sort(key=lambda entry: (-entry[0], entry[1].a, entry[1].b))
    return [box for _, box in ranked]


def _clusters(rows: Integers, columns: Integers, gaps: tuple[int, int]) -> Iterator[Integers]:
    """Recursive projection: groups in which no gap above `gaps` parts the seeds on a side."""
    waiting = [(np.arange(len(rows)), 0, False)]
    while waiting:
        members, side, settled = waiting.pop()
        values = (rows, columns)[side][members]
        order = np.argsort(values, kind="stable")
        cuts = np.flatnonzero(np.diff(values[order]) > gaps[side]) + 1
        if not len(cuts):
            if settled:
                yield members
            else:
                waiting.append((members, 1 - side, True))
            continue
        waiting.extend((part, 1 - side, False) for part in np.split(members[order], cuts))


def _inside(box: Box, held: Box) -> bool:
    """Whether a box lies within one that is held already."""
    return held.a <= box.a and box.a_end <= held.a_end and held.b <= box.b and box.b_end <= held.b_end


@dataclass(frozen=True, slots=True)
class Bags:
    """The stems of two texts numbered together from 0: `a` int64[n], `b` int64[m]; `expected` float64[k] is how
    often each is expected in a word of either text.
    """

    a: Integers
    b: Integers
    expected: Floats

    @classmethod
    def of(cls, a: Prepared, b: Prepared, collection: Collection) -> Bags:
        """Count the stems of two texts."""
        stems, numbers = np.unique(np.concatenate([a.stems, b.stems]), return_inverse=True)
        one, other = numbers[: len(a)], numbers[len(a) :]
        beyond = sum(np.maximum(np.bincount(side, minlength=len(stems)) - 1, 0) for side in (one, other))
        expected = (beyond + 1000 * collection.frequency(stems)) / (len(a) + len(b) + 1000)
        return cls(one, other, expected)

    def swapped(self) -> Bags:
        """The same seen from the other text."""
        return Bags(self.b, self.a, self.expected)


def _refined(box: Box, bags: Bags, profile: Profile) -> Box | None:
    """The box grown and cut to what the words bear out, or None if that is too little."""
    low, high, left, right = box.a, box.a_end, box.b, box.b_end
    sums = (0.0, 0.0)
    back = bags.swapped()
    for _ in range(3):
        before = (low, high, left, right)
        low, high, sum_a = _segment(bags, low, high, left, right, profile.window)
        if sum_a < profile.evidence / 4:
            return None
        left, right, sum_b = _segment(back, left, right, low, high, profile.window)
        sums = (sum_a, sum_b)
        if min(sums) < profile.evidence / 4 or high <= low or right <= left:
            return None
        if (low, high, left, right) == before:
            break
    return Box(low, high, left, right, min(sums)) if min(sums) >= profile.evidence else None


def _segment(bags: Bags, low: int, high: int, left: int, right: int, window: int) -> tuple[int, int, float]:
    """The stretch of a around `low:high` whose words best fit `left:right` of b, and the nats that speak for it."""
    begin, end = max(0, low - window), min(len(bags.a), high + window)
    place = bags.a[begin:end]
    available = np.bincount(bags.b[left:right], minlength=len(bags.expected))
    p0 = np.clip(1 - np.exp(bags.expected[place] * -(right - left)), 0.004, 0.95)
    matched = available[place] > 0
    if (np.bincount(place, minlength=len(available)) > available)[place[matched]].any():
        matched = _rationed(matched, place, available)
    inside = slice(low - begin, high - begin)
    spare = 1 - p0
    pi = (float(spare[inside][matched[inside]].sum()) + 1) / (float(spare[inside].sum()) + 2)
    pi = min(max(pi, 0.35), 0.97)
    total = np.zeros(len(place) + 1)
    np.cumsum(np.where(matched, np.log1p(spare / p0 * pi), 0.7 * log(1 - pi)), out=total[1:])
    least = np.minimum.accumulate(total[: high - begin])
    first = low - begin + 1
    starts = np.minimum(np.arange(first, len(total)) - 1, len(least) - 1)
    best = int(np.argmax(total[first:] - least[starts]))
    stop, value = first + best, float(least[starts[best]])
    start = int(np.flatnonzero(total[: starts[best] + 1] == value)[-1])
    return begin + start, begin + stop, float(total[stop] - value)


def _rationed(matched: NDArray[np.bool_], place: Integers, available: Integers) -> NDArray[np.bool_]:
    """One partner a word: of a stem that occurs more often than on the other side the best placed ones match."""
    count = len(matched)
    near = np.zeros(count + 41, np.int64)
    near[21 : count + 21] = np.cumsum(matched)
    near[count + 21 :] = near[count + 20]
    at = np.flatnonzero(matched)
    density = near[at + 41] - near[at]
    order = at[np.lexsort((-density, place[at]))]
    owner = place[order]
    opens = np.flatnonzero(np.diff(owner, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(opens, np.diff(np.append(opens, len(order))))
    kept = np.zeros(count, bool)
    kept[order[rank < available[owner]]] = True
    return kept


def _in_order(box: Box, a: Prepared, b: Prepared) -> bool:
    """Whether a box is a rewritten copy rather than another report of the same event: its words keep their order."""
    left, right = a.stems[box.a : box.a_end].tolist(), b.stems[box.b : box.b_end].tolist()
    shorter = min(len(left), len(right))
    if LCSseq.similarity(left, right) <= 0.5 * shorter:
        return False
    one = set(zip(left, left[1:], left[2:], strict=False))
    other = set(zip(right, right[1:], right[2:], strict=False))
    return len(one & other) > 0.4 * max(1, min(len(one), len(other)))


def _distinct(boxes: list[Box]) -> list[Box]:
    """The boxes without those that overlap an earlier one by half on the first side: one partner for each word."""
    kept: list[Box] = []
    for box in boxes:
        if all(2 * (min(box.a_end, k.a_end) - max(box.a, k.a)) < box.a_end - box.a for k in kept):
            kept.append(box)
    return kept


def _merged(boxes: list[Box], gap: int) -> list[Box]:
    """Boxes that lie close together on both sides are one."""
    boxes = sorted(boxes, key=lambda box: (box.a, box.b))
    changed = True
    while changed:
        changed = False
        for i, one in enumerate(boxes):
            for j in range(i + 1, len(boxes)):
                other = boxes[j]
                apart_a = max(one.a, other.a) - min(one.a_end, other.a_end)
                apart_b = max(one.b, other.b) - min(one.b_end, other.b_end)
                if apart_a <= gap and apart_b <= gap:
                    boxes[i] = Box(
                        min(one.a, other.a), max(one.a_end, other.a_end),
                        min(one.b, other.b), max(one.b_end, other.b_end),
                        one.nats + other.nats, one.verbatim and other.verbatim,
                    )  # fmt: skip
                    del boxes[j]
                    changed = True
                    break
            if changed:
                break
    return boxes


CONDENSED_SEED, CONDENSED_RATIO = 0.40, 3.0
CONDENSED_GAPS = (4, 40)  # sentences between the seeds, in the summary and in its source
CONDENSED_LEAST = 20  # words of the summary
CONDENSED_NATS = 60.0  # a box with as much evidence is a passage reworded, not summed up
CONDENSED_COVERED = 0.9  # of the summary: if other boxes explain as much, it is none


def _condensed(cosine: Floats, a: Prepared, b: Prepared, found: list[Box]) -> list[Box]:
    """With a summary: a short stretch of the first text whose sentences are spread over a long one of the second."""
    seeds = cosine > CONDENSED_SEED
    best = next(iter(_boxes(seeds, cosine, a, b, CONDENSED_GAPS)), None)
    if best is None:
        return found
    short, long = best.a_end - best.a, best.b_end - best.b
    covered = sum(max(0, min(box.a_end, best.a_end) - max(box.a, best.a)) for box in found)
    if short < CONDENSED_LEAST or long < CONDENSED_RATIO * short or covered >= CONDENSED_COVERED * short:
        return found
    if any(box.nats >= CONDENSED_NATS for box in found):
        return found
    return [*(box for box in found if not _inside(box, best)), best]


def _snapped(box: Box, a: Prepared, b: Prepared, reach: int) -> Box:
    """The box moved to sentence ends that are near."""
    if box.verbatim:
        return box
    low, high = _snap(box.a, a.units, reach), _snap(box.a_end, a.units, reach)
    left, right = _snap(box.b, b.units, reach), _snap(box.b_end, b.units, reach)
    return Box(low, high, left, right) if low < high and left < right else box


def _snap(place: int, units: Integers, reach: int) -> int:
    near = int(units[np.argmin(abs(units - place))])
    return near if abs(near - place) <= reach else place


def _characters(box: Box, a: Prepared, b: Prepared) -> tuple[Span, Span]:
    """A box in characters, closing punctuation taken along."""
    return (_stretch(a, box.a, box.a_end), _stretch(b, box.b, box.b_end))


def _stretch(text: Prepared, first: int, last: int) -> Span:
    end = int(text.ends[last - 1])
    limit = int(text.starts[last]) if last < len(text) else len(text.text)
    while end < limit and text.text[end] in ".,;:!?…。！？”’\"')»]":
        end += 1
    return Span(int(text.starts[first]), end)
