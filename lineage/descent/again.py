"""One outlet's text that is there twice: an address with another ending, a second section, a feed read again.

Such copies bear each other out as no two witnesses do, and share what probability there is. So one of them, the
earliest, is laid beside the others; of each of the rest it is only asked which of the two came first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from lineage.dataclass import dataclass
from lineage.descent.evidence import since_1970
from lineage.descent.witness import Witness
from lineage.model import Overlap


@dataclass(frozen=True, slots=True)
class Given:
    """An input: articles ready to be compared, and what they share."""

    witnesses: Sequence[Witness]
    overlaps: Sequence[Overlap]


def apart(given: Given, now: datetime) -> tuple[Given, list[Given]]:
    """The input without texts that are there again, and for each of these an input of two: the one that stands for it,
    and it. Whom they credit is asked of the former only. The order of the witnesses does not matter.
    """
    again = dict(_again(given.witnesses, now))
    pairs = {(o.a, o.b): o for o in given.overlaps if again.get(o.a) == o.b or again.get(o.b) == o.a}
    left = {b if again.get(b) == a else a for a, b in pairs}
    if not left:
        return given, []
    both = {id for pair in pairs for id in pair}
    known = {w.article.id: replace(w, credits=()) for w in given.witnesses if w.article.id in both}
    rest = [witness for witness in given.witnesses if witness.article.id not in left]
    kept = [overlap for overlap in given.overlaps if overlap.a not in left and overlap.b not in left]
    return Given(rest, kept), [Given((known[a], known[b]), (overlap,)) for (a, b), overlap in pairs.items()]


def _again(witnesses: Iterable[Witness], now: datetime) -> Iterator[tuple[str, str]]:
    """The ids of articles with a text that is there before, and of the one that stands for it."""
    groups: list[Sequence[Witness]] = [list(witnesses)]
    for key in (_outlet_and_length, _words):
        groups = [same for group in groups for same in _alike(group, key) if len(same) > 1]
    for group in groups:
        first, *others = sorted(group, key=lambda witness: (since_1970(witness.article, now), witness.article.id))
        yield from ((witness.article.id, first.article.id) for witness in others)


def _alike(witnesses: Iterable[Witness], key: Callable[[Witness], Hashable]) -> Iterable[list[Witness]]:
    groups: dict[Hashable, list[Witness]] = {}
    for witness in witnesses:
        groups.setdefault(key(witness), []).append(witness)
    return groups.values()


def _outlet_and_length(witness: Witness) -> Hashable:
    return witness.outlet or witness.article.id, len(witness.tokens)


def _words(witness: Witness) -> Hashable:
    return witness.tokens.hashes.tobytes()
