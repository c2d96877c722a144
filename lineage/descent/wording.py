"""What can be told of the wording of a text that is not in the input, from the articles that took from it.

What two of its children share stood in it, unless one took it from the other. The child that shares most with the
others gives the order; where it stands alone with a word and two others agree on another, theirs is the older reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from lineage.descent.evidence import Link
from lineage.descent.witness import Mask, Witness, below
from lineage.model import Span

LEAST = 8  # words of a stretch: what is shorter is a phrase
BRIDGED = 6  # words between two shared stretches that are taken along: a reading, not an insertion

Links = Mapping[tuple[int, int], Link]


def wording(witnesses: Mapping[int, Witness], links: Links, children: Sequence[int]) -> tuple[str, ...]:
    """The stretches of an unseen source's text that its children (numbers of witnesses) bear out, in their order.

    Empty for fewer than two children.
    """
    shared = _shared(links, children)
    ranked = sorted(
        children, key=lambda c: (-sum(map(witnesses[c].count, shared[c].values())), witnesses[c].article.id)
    )
    told: list[str] = []
    used: set[int] = set()
    for child in ranked:
        others = [mask for other, mask in shared[child].items() if other not in used]
        if not others:
            continue
        mask = 0
        for own in others:
            mask |= own
        for other, own in shared[child].items():
            mask &= ~own if other in used else -1
        readings = _readings(witnesses, links, child, list(shared[child]))
        told += [_text(witnesses[child], span, readings) for span in _stretches(witnesses[child], mask)]
        used.add(child)
    return tuple(told)


def _shared(links: Links, children: Sequence[int]) -> dict[int, dict[int, Mask]]:
    """For each child the words that each of the other children has, in these others' order."""
    place = {child: number for number, child in enumerate(children)}
    found: dict[int, dict[int, Mask]] = {child: {} for child in children}
    for (one, other), link in links.items():
        if one in place and other in place:
            found[one][other], found[other][one] = link.in_one, link.in_other
    return {child: dict(sorted(own.items(), key=lambda entry: place[entry[0]])) for child, own in found.items()}


def _stretches(witness: Witness, mask: Mask) -> list[Span]:
    """The runs of marked words, with short gaps closed, that are long enough."""
    at = np.array([place for place, bit in enumerate(f"{mask:b}"[::-1]) if bit == "1"], np.int64)
    if not len(at):
        return []
    cuts = np.flatnonzero(np.diff(at) > BRIDGED + 1) + 1
    starts, ends = witness.tokens.starts, witness.tokens.ends
    return [
        Span(int(starts[run[0]]), int(ends[run[-1]]))
        for run in np.split(at, cuts)
        if witness.count(mask & below(int(run[-1]) + 1) & ~below(int(run[0]))) >= LEAST
    ]


def _readings(witnesses: Mapping[int, Witness], links: Links, child: int, others: Sequence[int]) -> dict[Span, str]:
    """Where the child stands alone: the gaps between equal words for which two others agree on something else."""
    held: dict[Span, Counter[str]] = {}
    for other in others:
        found = links[child, other] if (child, other) in links else links[other, child].swapped()
        text = witnesses[other].article.text
        for passage in found.passages:
            for (left, right), (next_left, next_right) in zip(passage.matches, passage.matches[1:], strict=False):
                gap, theirs = Span(left.end, next_left.start), text[right.end : next_right.start]
                if 0 < gap.end - gap.start < LEAST * BRIDGED and 0 < len(theirs) < LEAST * BRIDGED:
                    held.setdefault(gap, Counter())[theirs] += 1
    return {gap: best[0] for gap, votes in held.items() if (best := min(votes.items(), key=_most))[1] > 1}


def _most(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]


def _text(witness: Witness, span: Span, readings: Mapping[Span, str]) -> str:
    """A stretch of the article with the readings in place."""
    parts, at = [], span.start
    for gap in sorted(readings):
        if at <= gap.start and gap.end <= span.end:
            parts += [witness.article.text[at : gap.start], readings[gap]]
            at = gap.end
    parts.append(witness.article.text[at : span.end])
    return " ".join("".join(parts).split())
