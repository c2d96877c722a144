"""What is measured of an ordered pair of linked articles: the numbers that the trained ledger looks at.

Each feature belongs to a group, the part of its name before the dot; a group is a row of the ledger. Counts are words
of narration, shares 0..1, lags logarithms.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lineage.descent.evidence import Link, after_last
from lineage.descent.unseen import cited, declared
from lineage.descent.witness import Mask, Witness, below, first, last
from lineage.model import Credit, Passage

# In the order of the columns; a sign tells in which direction a feature may move the log odds of "child took from
# parent" (0: any). The trees are trained under these constraints.
FEATURES: Mapping[str, int] = {
    "text.narrated": 1, "text.in_child": 0, "text.in_parent": 0, "text.contained": 0, "text.longest": 0,
    "text.passages": 0, "text.identity": 0, "text.quoted": 0, "text.block": 0, "text.order": 0,
    "credit.child_parent": 1, "credit.child_parent_line": 1, "credit.parent_child": -1, "credit.parent_child_line": -1,
    "credit.elsewhere": -1, "credit.child_others": 0, "credit.parent_others": 0, "credit.both_others": 0,
    "wire.child": 0, "wire.parent": 0, "wire.both": 0, "wire.child_declares": 0, "wire.parent_declares": 0,
    "wire.both_declare": -1, "wire.near_child": 0, "wire.near_parent": 0,
    "tail.longer": 1, "tail.parent": 0, "tail.child": 0, "tail.inserted": 0, "tail.lead_child": 0,
    "tail.lead_parent": 0,
    "size.ratio": 0, "size.parent": 0,
    "rivals.child": 1, "rivals.parent": 0, "rivals.rank_child": -1, "rivals.rank_parent": 0, "rivals.near_child": 0,
    "rivals.near_parent": 0,
    "readings.thirds": 0, "readings.child_most": -1, "readings.parent_most": 0, "readings.child_all": -1,
    "readings.parent_all": 0, "readings.balance": 0, "readings.lacking": 0, "readings.trio": -1,
    "readings.borne_child": -1, "readings.borne_parent": 0, "readings.lone_child": 0, "readings.lone_parent": 0,
    "readings.twice_child": -1, "readings.twice_parent": 0, "readings.lean": 0,
    "readings.lean_share": 0, "readings.kept_share": 0,
    "own.child": 0, "own.parent": 0, "own.lean": 0,
}  # fmt: skip
CLOSE = 250  # characters between passages of one block: a sentence or two
LINES = frozenset(("credit-line", "inputs", "syndication", "dateline"))  # kinds that say where a text is from

Matrix = NDArray[np.float64]
Pair = tuple[int, int]


class Story:
    """The linked articles of one input, and what each shares with which."""

    def __init__(
        self, witnesses: Sequence[Witness], links: Mapping[Pair, Link], present: Collection[str], now: datetime
    ) -> None:
        self.witnesses = witnesses
        self.links = links
        self.present = present
        self.now = now
        self.masks: dict[Pair, Mask] = {}
        self.spans: dict[Pair, Mask] = {}
        self.near: dict[int, dict[int, float]] = {number: {} for number in range(len(witnesses))}
        for (one, other), found in links.items():
            self.masks[one, other], self.masks[other, one] = found.in_one, found.in_other
            self.spans[one, other] = witnesses[one].mask(passage.a for passage in found.passages)
            self.spans[other, one] = witnesses[other].mask(passage.b for passage in found.passages)
            self.near[one][other] = self.near[other][one] = found.narrated
        self.borne = [self._borne(number) for number in self.near]
        self.declares = [frozenset(declared(witness, present)) for witness in witnesses]
        self.absent = [
            frozenset(
                c.outlet or (c.name or "").casefold()
                for c in witness.credits
                if c.outlet is None or c.outlet not in present
            )
            for witness in witnesses
        ]
        self.cites: list[dict[str, tuple[str | None, list[Credit]]]] = [{} for _ in witnesses]
        for (one, other), found in links.items():
            for number, seen in ((other, found), (one, found.swapped())):
                for key, entry in cited(witnesses[number], present, seen).items():
                    if len(entry[1]) > len(self.cites[number].get(key, (None, []))[1]):
                        self.cites[number][key] = entry
        self.others = [frozenset(c.outlet for c in w.credits if c.outlet in present) for w in witnesses]
        self.own = [self._own(number) for number in range(len(witnesses))]
        self.held = [{k: self.count(number, self.masks[number, k]) for k in near} for number, near in self.near.items()]
        self.ranked = [sorted((-words, witnesses[k].article.id, k) for k, words in held.items()) for held in self.held]
        self.declaring = [sum(bool(self.declares[k]) for k in near) for near in self.near.values()]

    @cached_property
    def pairs(self) -> list[tuple[Pair, Link]]:
        """Every link in both directions, as (parent, child) with the parent first in the link."""
        return [
            entry
            for (one, other), found in self.links.items()
            for entry in (((one, other), found), ((other, one), found.swapped()))
        ]

    @cached_property
    def copies(self) -> list[tuple[Pair, Link]]:
        """The ordered pairs of articles of different outlets."""
        return [(pair, found) for pair, found in self.pairs if found.regime == "copy"]

    @cached_property
    def cases(self) -> Matrix:
        """The features of `copies`, float64[n, features]."""
        values = (value for pair, found in self.copies for value in self.row(*pair, found))
        return np.fromiter(values, float).reshape(-1, len(FEATURES))

    def count(self, number: int, mask: Mask) -> float:
        """Words of an article that a mask holds."""
        return round(self.witnesses[number].count(mask), 6)

    def _own(self, number: int) -> float:
        """The share of an article's narration that no linked article has."""
        shared = 0
        for other in self.near[number]:
            shared |= self.masks[number, other]
        return 1 - self.count(number, shared) / max(1.0, self.witnesses[number].narration)

    def row(self, parent: int, child: int, found: Link) -> list[float]:
        """The features of a pair, in the order of `FEATURES`; `found.one` is the parent."""
        return [
            *self._text(parent, child, found),
            *self._credits(parent, child, found),
            *self._wires(parent, child),
            *self._tails(parent, child, found),
            *self._rivals(parent, child),
            *self._readings(parent, child),
            self.own[child],
            self.own[parent],
            self.own[child] - self.own[parent],
        ]

    def _text(self, parent: int, child: int, found: Link) -> list[float]:
        one, other = self.witnesses[parent], self.witnesses[child]
        in_child = self.count(child, found.in_other) / max(1.0, other.narration)
        in_parent = self.count(parent, found.in_one) / max(1.0, one.narration)
        words = sum(p.words for p in found.passages)
        return [
            math.log1p(found.narrated),
            in_child,
            in_parent,
            in_child - in_parent,
            max((p.words for p in found.passages), default=0),
            len(found.passages),
            sum(p.words * p.identity for p in found.passages) / max(1, words),
            sum(p.words * p.quoted for p in found.passages) / max(1, words),
            *_blocks(found.passages, words),
        ]

    def _credits(self, parent: int, child: int, found: Link) -> list[float]:
        one, other = self.witnesses[parent], self.witnesses[child]
        given = [c for c in other.credits if c.outlet is not None and c.outlet == one.outlet]
        taken = [c for c in one.credits if c.outlet is not None and c.outlet == other.outlet]
        theirs, mine = self.others[child] - {one.outlet}, self.others[parent] - {other.outlet}
        return [
            min(3, len(given)),
            sum(c.kind in LINES for c in given),
            min(3, len(taken)),
            sum(c.kind in LINES for c in taken),
            0 if given else sum(len(phrases) for _, phrases in cited(other, self.present, found).values()),
            len(theirs),
            len(mine),
            len(theirs & mine),
        ]

    def _wires(self, parent: int, child: int) -> list[float]:
        return [
            len(self.absent[child]),
            len(self.absent[parent]),
            len(self.absent[child] & self.absent[parent]),
            len(self.declares[child]),
            len(self.declares[parent]),
            len(self.declares[child] & self.declares[parent]),
            self.declaring[child] - bool(self.declares[parent]),
            self.declaring[parent] - bool(self.declares[child]),
        ]

    def _tails(self, parent: int, child: int, found: Link) -> list[float]:
        one, other = self.witnesses[parent], self.witnesses[child]
        rest, mine = after_last(one, found.in_one)[0], after_last(other, found.in_other)[0]
        inserted = _inside(other, found.in_other) - _inside(one, found.in_one)
        leads = (_first(found.in_other), _first(found.in_one))
        return [rest - mine, rest, mine, inserted, *leads, math.log((other.words + 1) / (one.words + 1)), one.words]

    def _rivals(self, parent: int, child: int) -> list[float]:
        values: list[float] = []
        ranks: list[float] = []
        for mine, other in ((child, parent), (parent, child)):
            own, best = self.held[mine][other], self.rival(mine, other)
            most = 0.0 if best is None else self.held[mine][best]
            values.append((own - most) / max(1.0, self.witnesses[mine].narration))
            ranks.append(bisect_left(self.ranked[mine], (-own,)))
        return [*values, *ranks, len(self.near[child]), len(self.near[parent])]

    def rival(self, number: int, other: int) -> int | None:
        """The article that holds the most words of article `number`, `other` left out; None if there is none."""
        return next((k for _, _, k in self.ranked[number][:2] if k != other), None)

    def _borne(self, number: int) -> tuple[Mask, Mask]:
        """The words of an article that at least one other has, and those that two have."""
        once = twice = 0
        for other in self.near[number]:
            mask = self.masks[number, other]
            twice |= once & mask
            once |= mask
        return once, twice

    def apart(self, number: int, third: int, other: int) -> float:
        """Words of an article that a third has and another lacks."""
        return self.count(number, self.masks[number, third] & ~self.masks[number, other])

    def _otherwise(self, number: int, other: int) -> tuple[float, float, float]:
        """Of the words inside the passages that an article shares with another, but put otherwise there: how many some
        third has as the article does, how many two have, and how many none has.
        """
        witness, (once, twice) = self.witnesses[number], self.borne[number]
        words = self.spans[number, other] & ~self.masks[number, other] & witness.narrated
        return self.count(number, words & once), self.count(number, words & twice), self.count(number, words & ~once)

    def _readings(self, parent: int, child: int) -> list[float]:
        """What third articles have of the one and the other does not: a reading that others share is older."""
        thirds = self.thirds(parent, child)
        mine = [self.apart(child, third, parent) for third in thirds]
        theirs = [self.apart(parent, third, child) for third in thirds]
        lacked = [self.apart(child, parent, third) for third in thirds]
        trio = max((min(triple) for triple in zip(mine, theirs, lacked, strict=True)), default=0.0)
        mine_all, theirs_all = round(math.fsum(mine), 6), round(math.fsum(theirs), 6)
        most, their_most = max(mine, default=0.0), max(theirs, default=0.0)
        own, back = self._otherwise(child, parent), self._otherwise(parent, child)
        return [
            len(thirds), most, their_most, mine_all, theirs_all, theirs_all - mine_all, min(lacked, default=-1.0), trio,
            own[0], back[0], own[2], back[2], own[1], back[1], back[0] - own[0],
            _lean(back[0], own[0], 2.0), _lean(their_most, most, 10.0),
        ]  # fmt: skip

    def thirds(self, parent: int, child: int) -> list[int]:
        """The articles that share text with both."""
        fewer, more = sorted((self.near[child], self.near[parent]), key=len)
        return [k for k in fewer if k in more]


def _blocks(passages: Sequence[Passage], words: int) -> tuple[float, float]:
    """The share of the shared words in the largest run of passages that follow one another closely on both sides, and
    the share of passages that come in one order: independent reports share phrases here and there, copies paragraphs.
    """
    ordered = sorted(passages, key=lambda p: (p.a, p.b))
    best = run = ordered[0].words if ordered else 0
    follows = 0
    for before, after in pairwise(ordered):
        gap = after.b.start - before.b.end
        follows += gap >= -CLOSE
        run = run + after.words if -CLOSE <= gap <= CLOSE and after.a.start - before.a.end <= CLOSE else after.words
        best = max(best, run)
    return best / max(1, words), follows / max(1, len(ordered) - 1) if len(ordered) > 1 else 1.0


def _lean(one: float, other: float, doubt: float) -> float:
    """From -1 to 1: which of two counts is the greater; near 0 if both are small beside `doubt`."""
    return float(one - other) / (one + other + doubt)


def _inside(witness: Witness, shared: Mask) -> float:
    """Words of the body between the first and the last shared one that are not shared."""
    if not shared:
        return 0.0
    within = below(last(shared)) & ~below(first(shared))
    return round(witness.count(witness.body & ~shared & within), 6)


def _first(shared: Mask) -> float:
    """How many words stand before the first shared one."""
    return float(first(shared)) if shared else 0.0
