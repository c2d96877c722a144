"""Overlaps without what is set aside: where furniture stands in a text, and what is left without it.

A fingerprint at the edge of a passage of furniture depends on the words around it, so it is held by few and is not seen
to recur; from it a chain runs through the whole passage. Such a passage is told by where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lineage.model import Overlap, Span
from lineage.overlap.recurrence import STANDING
from lineage.text.tokens import Tokens


def standing_spans(words: Tokens, first: Iterable[int]) -> tuple[Span, ...]:
    """The stretches of a text that are furniture: `STANDING` words from each of some, ascending."""
    found: list[Span] = []
    for word in first:
        last = min(word + STANDING, len(words)) - 1
        start, end = int(words.starts[word]), int(words.ends[last])
        if found and start <= found[-1].end + 1:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return tuple(found)


def stands(span: Span, spans: Sequence[Span]) -> bool:
    """Whether most of a span lies in stretches to be set aside."""
    covered = sum(max(0, min(span.end, other.end) - max(span.start, other.start)) for other in spans)
    return 2 * covered > span.end - span.start


def outside(overlap: Overlap, aside: Mapping[str, Sequence[Span]]) -> Overlap | None:
    """An overlap without the passages that lie mostly in stretches to be set aside; None if none is left."""
    ours, theirs = aside.get(overlap.a, ()), aside.get(overlap.b, ())
    if not ours and not theirs:
        return overlap
    kept = tuple(p for p in overlap.passages if not stands(p.a, ours) and not stands(p.b, theirs))
    if len(kept) == len(overlap.passages):
        return overlap
    words, before = sum(p.words for p in kept), sum(p.words for p in overlap.passages)
    quoted = round(sum(p.words * p.quoted for p in kept))
    share = words / max(before, 1)
    shares = overlap.a_in_b * share, overlap.b_in_a * share
    return Overlap(overlap.a, overlap.b, kept, *shares, words - quoted, quoted) if kept else None
