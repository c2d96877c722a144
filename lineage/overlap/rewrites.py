"""Passages that were reworded, reordered or shortened: verbatim chains, sentence seeds, word-level refinement.

Sentences that share rare word stems seed boxes; each box is grown and cut, one side at a time, to the segment in
which more words have a partner on the other side than chance would give them. The design and what each stage is worth
are in docs/how-it-works.md. Words are matched as bags, so "the same event" looks like "a rewritten copy": the profile
for news demands order as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.model import Span
from lineage.overlap.alike import Seeds, Vectors, seeds
from lineage.overlap.boxes import Box, Shared, boxes, covered
from lineage.overlap.candidates import Postings, group, segments
from lineage.overlap.chains import Stock, chain
from lineage.overlap.collection import Counts, Parsed, Prepared, Sentences
from lineage.overlap.condensed import SUMMARIES, Summaries, with_summary
from lineage.overlap.refine import bags, grown, refined
from lineage.overlap.shingles import NO_SHINGLE, SHINGLE, shingles

Integers = NDArray[np.int64]

CROWDED = 16  # holders in two texts: a shingle with more is a refrain, and marks no place
TELLING = 4  # words of a chain beyond its first shingle for each more that it must have: a close one has one a word
LEAST_IDENTITY = 0.8  # of a chain's longer side that must be equal words
CLOSING = ".,;:!?…。！？”’\"')»]"  # taken along behind a passage's last word


@dataclass(frozen=True, slots=True)
class Profile:
    """How much evidence makes a passage. The numbers were fitted on one half of PAN13's training pairs."""

    chain_words: int  # words of a verbatim chain
    seed: float = 0.20  # cosine of two sentences
    seed_gap: int = 4  # sentences between the seeds of one box
    window: int = 60  # words around a box that it may grow into
    evidence: float = 33.0  # nats on the weaker side
    alone: float = 33.0  # the same for the best box of a pair that shares nothing else, and
    density: float = 0.4  # nats for each word of its longer side
    boxes: int = 12  # boxes looked at for a pair: the best ones
    promise: float = 0.8  # least sum of a box's best cosines, over its sentences of both texts
    merge_gap: int = 40  # words between two passages that are one
    snap: int = 0  # words to a sentence's end that a passage is extended or cut to
    least_characters: int = 150  # of the shorter side
    summaries: Summaries | None = SUMMARIES  # None: they are not looked for
    ordered: bool = False  # whether the words must stand in the same order: LCS > .5, 3-grams > .4 of the shorter


EXHAUSTIVE = Profile(chain_words=40, alone=25.0)
NEWS = Profile(chain_words=8, merge_gap=6, snap=3, least_characters=0, summaries=None, ordered=True)


def align(a: Prepared, b: Prepared, collection: Counts, profile: Profile) -> list[tuple[Span, Span]]:
    """The passages two texts share, reworded ones included, as characters of each; sorted by the first text.

    With the texts exchanged the answer is the same, exchanged.
    """
    if not len(a) or not len(b):
        return []
    if (len(a), a.text) < (len(b), b.text):
        return sorted((x, y) for y, x in align(b, a, collection, profile))
    chains = list(_chains(a, b, profile.chain_words))
    free_a = ~covered(a.units, [(box.a, box.a_end) for box in chains])
    free_b = ~covered(b.units, [(box.b, box.b_end) for box in chains])
    alike = seeds(Vectors.of(a, collection, free_a), Vectors.of(b, collection, free_b), profile.seed)
    bag_a, bag_b = bags(a, b, Shared.of(a, b), collection)
    found = list(chains)
    weak: list[Box] = []
    for box in promising(alike, a, b, profile):
        if any(box.within(held) for held in found):
            continue
        fine = refined(box, bag_a, bag_b, profile.window, profile.evidence, profile.alone)
        if fine and (not profile.ordered or _in_order(fine, a, b)):
            (found if fine.nats >= profile.evidence else weak).append(fine)
    found = found or _alone(weak, profile)
    found = _merged(_distinct(found), profile.merge_gap)
    if not profile.ordered:
        found = [box if box.verbatim else grown(box, bag_a, bag_b) for box in found]
    if profile.summaries and not chains:
        found = with_summary(alike, a, b, bag_a, bag_b, found, profile.summaries)
    spans = [_characters(_snapped(box, a, b, profile.snap), a, b) for box in found]
    least = profile.least_characters
    return sorted((x, y) for x, y in spans if min(x.end - x.start, y.end - y.start) >= least)


def _alone(weak: list[Box], profile: Profile) -> list[Box]:
    """The best of the boxes with too little evidence, where there is no other: it is enough for so short a one."""
    close = (box for box in weak if box.nats >= profile.density * max(box.a_end - box.a, box.b_end - box.b))
    return sorted(close, key=lambda box: -box.nats)[:1]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A stretch of each text that was reworded: its equal words in order as pairs of stretches (all in characters),
    and whether it keeps its words' order as far as the profile asks for. One that does not is only related.
    """

    a: Span
    b: Span
    blocks: list[tuple[Span, Span]]
    ordered: bool


def uncovered(text: Sentences | Parsed, held: Iterable[Span]) -> NDArray[np.bool_]:
    """The sentences that the stretches `held` leave free: only there is anything rewritten."""
    places = text.starts.searchsorted(np.array(list(held), np.int64).reshape(-1, 2)).tolist()
    return ~covered(text.units, places)


def promising(found: Seeds, a: Prepared | Parsed, b: Prepared | Parsed, profile: Profile) -> list[Box]:
    """The boxes of a pair that are worth looking at, by its sentences that are alike: the best first."""
    return boxes(found, a, b, (profile.seed_gap, profile.seed_gap), profile.promise)[: profile.boxes]


def rewritten(
    a: Prepared,
    b: Prepared,
    collection: Counts,
    profile: Profile,
    held: Sequence[tuple[Span, Span]],
    found: Sequence[Box],
) -> list[Reworded]:
    """What two texts share in other words, sorted by the first text; no stretch meets another.

    `found` are the boxes to be looked at. Of the passages `held` already those within a reworded one are a part of it;
    a related one meets none.
    """
    kept = [_box_of(one, other, a, b) for one, other in held]
    bag_a, bag_b = bags(a, b, Shared.of(a, b), collection)
    loose: list[Box] = []
    weak: list[Box] = []
    for box in found:
        fine = refined(box, bag_a, bag_b, profile.window, profile.evidence, profile.alone)
        if fine is None:
            continue
        if fine.nats < profile.evidence:
            weak.append(fine)
            continue
        fine = whole = replace(_snapped(fine, a, b, profile.snap), verbatim=False)
        for other in [other for other in kept if whole.meets(other)]:
            whole = whole.joined(other)
        if profile.ordered and not _in_order(whole, a, b):
            loose.append(fine)
            continue
        rest = [other for other in kept if not other.within(whole)]
        if not any(whole.meets(other) for other in rest):
            kept = [*rest, whole]
    kept = kept or [replace(_snapped(box, a, b, profile.snap), verbatim=False) for box in _alone(weak, profile)]
    related: list[Box] = []
    for box in loose:
        if not any(box.meets(other) for other in [*kept, *related]):
            related.append(box)
    seen = [(box, True) for box in kept if not box.verbatim] + [(box, False) for box in related]
    made = (Reworded(*_characters(box, a, b), _equal(box, a, b), ordered) for box, ordered in seen)
    return sorted(made, key=lambda one: one.a)


def _chains(a: Prepared, b: Prepared, least_words: int) -> Iterator[Box]:
    """Verbatim chains of at least `least_words` words."""
    if not len(b.shingles):
        return
    at = np.searchsorted(b.shingles, a.shingles)
    if TELLING * np.count_nonzero(b.shingles.take(at, mode="clip") == a.shingles) < least_words - SHINGLE:
        return
    first = np.array([0, len(a), len(a) + len(b)])
    hashes = np.concatenate([a.hashes, b.hashes])
    values = shingles(hashes, first)
    at = np.flatnonzero(values != NO_SHINGLE)
    article = (at >= len(a)).astype(np.int32)
    place = (at - first[article]).astype(np.int32)
    postings = Postings(values[at], article, place, np.zeros(len(at), np.uint32))
    edge = np.zeros(len(hashes), np.int32)
    stock = Stock(hashes, edge, edge, None, None, first[:2], np.diff(first))
    for found in segments(postings, group(postings), max_holders=CROWDED):
        runs = chain(found, stock, least_words=least_words, least_identity=LEAST_IDENTITY)
        for number in np.unique(runs.chain).tolist():
            mine = runs.take(runs.chain == number)
            last_a, last_b = int((mine.a + mine.length)[-1]), int((mine.b + mine.length)[-1])
            yield Box(int(mine.a[0]), last_a, int(mine.b[0]) - len(a), last_b - len(a), verbatim=True)


def _box_of(one: Span, other: Span, a: Prepared, b: Prepared) -> Box:
    """Stretches of characters as a box of words."""
    low, left = np.searchsorted(a.starts, one.start), np.searchsorted(b.starts, other.start)
    high, right = np.searchsorted(a.starts, one.end), np.searchsorted(b.starts, other.end)
    return Box(int(low), int(high), int(left), int(right), verbatim=True)


def _equal(box: Box, a: Prepared, b: Prepared) -> list[tuple[Span, Span]]:
    """The equal words of a box in their order, by rapidfuzz (which is slow to import, and seldom asked)."""
    from rapidfuzz.distance import LCSseq

    left, right = a.hashes[box.a : box.a_end].tolist(), b.hashes[box.b : box.b_end].tolist()
    blocks: list[tuple[Span, Span]] = []
    for block in LCSseq.opcodes(left, right):
        if block.tag == "equal":
            first, last = box.a + block.src_start, box.a + block.src_end - 1
            begin, end = box.b + block.dest_start, box.b + block.dest_end - 1
            one = Span(int(a.starts[first]), int(a.ends[last]))
            blocks.append((one, Span(int(b.starts[begin]), int(b.ends[end]))))
    return blocks


def _in_order(box: Box, a: Prepared, b: Prepared) -> bool:
    """Whether a box is a rewritten copy rather than another report of the same event: its words keep their order."""
    from rapidfuzz.distance import LCSseq

    left, right = a.stems[box.a : box.a_end].tolist(), b.stems[box.b : box.b_end].tolist()
    shorter = min(len(left), len(right))
    if LCSseq.similarity(left, right) <= 0.5 * shorter:
        return False
    one = set(zip(left, left[1:], left[2:], strict=False))
    other = set(zip(right, right[1:], right[2:], strict=False))
    return len(one & other) > 0.4 * max(1, min(len(one), len(other)))


def _distinct(found: list[Box]) -> list[Box]:
    """The boxes without those that overlap an earlier one by half on the first side: one partner for each word."""
    kept: list[Box] = []
    for box in found:
        if all(2 * (min(box.a_end, k.a_end) - max(box.a, k.a)) < box.a_end - box.a for k in kept):
            kept.append(box)
    return kept


def _merged(found: list[Box], gap: int) -> list[Box]:
    """Boxes that lie close together on both sides are one."""
    while True:
        kept: list[Box] = []
        for box in sorted(found, key=lambda box: (box.a, box.b)):
            near = next((k for k, held in enumerate(kept) if held.near(box, gap)), None)
            if near is None:
                kept.append(box)
            else:
                kept[near] = kept[near].joined(box)
        if len(kept) == len(found):
            return kept
        found = kept


def _snapped(box: Box, a: Prepared, b: Prepared, reach: int) -> Box:
    """The box moved to sentence ends that are near."""
    if box.verbatim:
        return box
    low, high = _snap(box.a, a.units, reach), _snap(box.a_end, a.units, reach)
    left, right = _snap(box.b, b.units, reach), _snap(box.b_end, b.units, reach)
    return replace(box, a=low, a_end=high, b=left, b_end=right) if low < high and left < right else box


def _snap(place: int, units: Integers, reach: int) -> int:
    near = int(units[np.argmin(abs(units - place))])
    return near if abs(near - place) <= reach else place


def _characters(box: Box, a: Prepared, b: Prepared) -> tuple[Span, Span]:
    """A box in characters, closing punctuation taken along."""
    return (_stretch(a, box.a, box.a_end), _stretch(b, box.b, box.b_end))


def _stretch(text: Prepared, first: int, last: int) -> Span:
    end = int(text.ends[last - 1])
    limit = int(text.starts[last]) if last < len(text) else len(text.text)
    while end < limit and text.text[end] in CLOSING:
        end += 1
    return Span(int(text.starts[first]), end)
