"""Further parents: an article may have taken other passages from another article than its first parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.dataclass import dataclass
from lineage.descent.evidence import Link
from lineage.descent.witness import Mask, Witness

LEAST_WORDS = 25  # words of narration that the parents found so far do not hold


@dataclass(frozen=True, slots=True)
class Further:
    """Article `parent` holds `words` of the narration of `child` that none of its other parents holds."""

    parent: int
    child: int
    words: float
    new: Mask


def ancestors(parents: Mapping[int, Sequence[int]], number: int) -> set[int]:
    """Every article above one."""
    above: set[int] = set()
    waiting = list(parents.get(number, ()))
    while waiting:
        parent = waiting.pop()
        if parent not in above:
            above.add(parent)
            waiting.extend(parents.get(parent, ()))
    return above


def further(
    witnesses: Mapping[int, Witness],
    oriented: Mapping[tuple[int, int], Link],
    parents: dict[int, list[int]],
    siblings: Mapping[int, frozenset[int]],
) -> Iterator[Further]:
    """Further parents, those with the most words first; `parents` grows as they are taken.

    `oriented` holds the links whose direction (parent, child) is clear, `siblings` for each child of an unseen source
    all its children. A passage that a parent, one of its ancestors, or a fellow child of the same unseen source holds
    needs no further parent.
    """
    by_child: dict[int, list[int]] = {}
    for parent, child in oriented:
        by_child.setdefault(child, []).append(parent)
    for child in sorted(by_child):
        candidates = set(by_child[child]) - set(parents.get(child, ())) - siblings.get(child, frozenset())
        while candidates:
            known = set(parents.get(child, ())) | ancestors(parents, child) | siblings.get(child, frozenset())
            held = 0
            for other in known:
                if (other, child) in oriented:
                    held |= oriented[other, child].in_other
                elif (child, other) in oriented:
                    held |= oriented[child, other].in_one
            gains = {p: oriented[p, child].in_other & ~held for p in candidates}
            words = {p: witnesses[child].count(mask) for p, mask in gains.items()}
            best = min(candidates, key=lambda p: (-words[p], witnesses[p].article.id))
            candidates.discard(best)
            if words[best] < LEAST_WORDS:
                break
            if child in ancestors(parents, best) or best in ancestors(parents, child):
                continue
            parents.setdefault(child, []).append(best)
            yield Further(best, child, words[best], gains[best])
