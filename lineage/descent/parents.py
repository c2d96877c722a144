"""Further parents: an article may have taken other passages from another article than its first parent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from lineage.dataclass import dataclass
from lineage.descent.evidence import Link
from lineage.descent.witness import Witness

Pair = tuple[int, int]

LEAST_WORDS = 25  # words of narration that the parents found so far do not hold
APART = 0.9  # of what two articles share: where no parent of the one holds more than a tenth of that, it has it from
# elsewhere; of 65 such claims on 600 training stories 57 named the right lineage, however weak they were by themselves


@dataclass(frozen=True, slots=True)
class Further:
    """Article `parent` holds `words` of the narration of `child` that none of its other parents holds; `apart` where
    nothing but that speaks for it: the two may as well have them from one text.
    """

    parent: int
    child: int
    words: float
    apart: bool


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
    links: Mapping[Pair, Link],
    clear: Collection[Pair],
    likely: Collection[Pair],
    parents: dict[int, list[int]],
    siblings: Mapping[int, frozenset[int]],
) -> Iterator[Further]:
    """Further parents, those with the most words first; `parents` grows as they are taken.

    `links` are those of the pairs (parent, child), `clear` the pairs whose direction is, `likely` those of them that
    are probable by themselves, `siblings` for each child of an unseen source all its children. A passage that a parent,
    one of its ancestors, or a fellow child of the same unseen source holds needs no further parent. An article with a
    parent that is here may have another that is not likely by itself, if what they share is apart from its parents.
    """
    by_child: dict[int, list[int]] = {}
    for parent, child in clear:
        by_child.setdefault(child, []).append(parent)
    for child in sorted(by_child):
        candidates = set(by_child[child]) - set(parents.get(child, ())) - siblings.get(child, frozenset())
        while candidates:
            known = set(parents.get(child, ())) | ancestors(parents, child) | siblings.get(child, frozenset())
            held = 0
            for other in known:
                if (other, child) in links:
                    held |= links[other, child].in_other
            words = {p: witnesses[child].count(links[p, child].in_other & ~held) for p in candidates}
            best = min(candidates, key=lambda p: (-words[p], witnesses[p].article.id))
            candidates.discard(best)
            if words[best] < LEAST_WORDS:
                break
            shared = witnesses[child].count(links[best, child].in_other)
            apart = bool(parents.get(child)) and words[best] >= APART * shared
            if not apart and (best, child) not in likely:
                continue
            if child in ancestors(parents, best) or best in ancestors(parents, child):
                continue
            parents.setdefault(child, []).append(best)
            yield Further(best, child, words[best], (best, child) not in likely)
