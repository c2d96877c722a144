"""Summaries: a short stretch of one text whose sentences are drawn from all over a long stretch of the other.

No stretch of the source is reworded whole, so the usual boxes are small and scattered, or none. A summary is proved
by seeds that lie together in it and anywhere in the source, and by its words, weighed against the whole of that
stretch. Where the drawn-on stretch begins and ends is a guess: from the first to the last sentence that is like one
of the summary's.
"""

from __future__ import annotations

import numpy as np

from lineage.dataclass import dataclass
from lineage.kernel.align import Bag
from lineage.overlap.alike import Seeds
from lineage.overlap.boxes import Box, boxes
from lineage.overlap.collection import Prepared
from lineage.overlap.refine import segment


@dataclass(frozen=True, slots=True)
class Summaries:
    """What makes a summary. The numbers were fitted on one half of PAN13's training pairs."""

    seed: float = 0.33  # cosine of the sentences that prove it; the weaker seeds only tell how far the source reaches
    gaps: tuple[int, int] = (4, 40)  # sentences between its seeds: in the summary, in the source
    window: int = 30  # words around its seeds that it may grow into
    evidence: float = 33.0  # nats, for the summary's words
    least_words: int = 30  # of the summary
    density: float = 0.3  # nats for each of its words
    spread: float = 0.2  # of the sentences of the source's stretch that are like one of its sentences (any seed)
    ratio: float = 3.0  # words of the source's stretch, for each of the summary's
    share: float = 0.6  # of the nats of the usual boxes in its place: it must have more (its source is longer, so that
    # each of its words weighs less)
    alone: float = 0.8  # the same if there is but one usual box: a reworded passage more often than a part of a summary
    covered: float = 0.7  # of it by one usual box: then it is that box's passage


SUMMARIES = Summaries()


def with_summary(
    found: Seeds, a: Prepared, b: Prepared, bag_a: Bag, bag_b: Bag, usual: list[Box], wanted: Summaries
) -> list[Box]:
    """The usual boxes, or a summary instead of those in its place if it explains more."""
    ways = [
        _summary(found, a, b, bag_a, bag_b, usual, wanted),
        _summary(found.swapped(), b, a, bag_b, bag_a, [box.swapped() for box in usual], wanted),
    ]
    if ways[1] is not None:
        ways[1] = [box.swapped() for box in ways[1]]
    for way in sorted((way for way in ways if way is not None), key=lambda way: -way[-1].nats):
        return way
    return usual


def _summary(
    found: Seeds, a: Prepared, b: Prepared, bag_a: Bag, bag_b: Bag, usual: list[Box], wanted: Summaries
) -> list[Box] | None:
    """The same for a summary in the first text: it is the last box. None if there is no summary."""
    strong = found.take(found.cosine > wanted.seed)
    box = next(iter(boxes(strong, a, b, wanted.gaps)), None)
    if box is None:
        return None
    low, high = np.searchsorted(a.units, (box.a, box.a_end))
    drawn = found.b[(found.a >= low) & (found.a < high)]
    spread = Box(box.a, box.a_end, int(b.units[drawn.min()]), int(b.units[drawn.max() + 1]))
    summary = segment(spread, bag_a, bag_b, wanted.window)
    words = summary.a_end - summary.a
    if summary.nats < max(wanted.evidence, wanted.density * words) or words < wanted.least_words:
        return None
    first, last = np.searchsorted(b.units, (spread.b, spread.b_end))
    if len(np.unique(drawn)) < wanted.spread * (last - first):
        return None
    if summary.b_end - summary.b < wanted.ratio * words:
        return None
    common = [min(one.a_end, summary.a_end) - max(one.a, summary.a) for one in usual]
    rivals = [one for one, size in zip(usual, common, strict=True) if size > 0]
    share = wanted.alone if len(rivals) == 1 else wanted.share
    if share * sum(one.nats for one in rivals) >= summary.nats:
        return None
    if len(rivals) == 1 and max(common) >= wanted.covered * words:
        return None
    return [*(one for one, size in zip(usual, common, strict=True) if size <= 0), summary]
