"""What is measured of an ordered pair of linked articles: the numbers that the trained ledger looks at.

Each feature belongs to a group, the part of its name before the dot; a group is a row of the ledger. Counts are words
of narration, shares 0..1, lags logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lineage.descent.columns import columns
from lineage.descent.evidence import Link
from lineage.descent.sides import Sides
from lineage.descent.told import Sentences, Told
from lineage.descent.unseen import cited, declared
from lineage.descent.witness import Mask, Witness
from lineage.model import Credit

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
    "told.in_child": 0, "told.in_parent": 0, "told.own_child": 0, "told.own_parent": 0, "told.over_child": 1,
    "told.over_parent": 0, "told.alike_child": 0, "told.alike_parent": 0, "told.nearest_child": 1,
    "told.nearest_parent": 0, "told.farther_child": -1, "told.farther_parent": 0, "told.lead_child": 1,
    "told.lead_parent": 0, "told.first_child": 1, "told.first_parent": 0, "told.order": 0,
}  # fmt: skip

Matrix = NDArray[np.float64]
Pair = tuple[int, int]


class Story:
    """The linked articles of one input, or of several that are looked at together, and what each shares with which.

    Of several inputs, `inputs` has the numbers of the witnesses of each; no link goes from one to another. `beside` has
    for each witness those of its input, `present` their outlets. `told` is what the links' articles tell alike.
    """

    def __init__(
        self,
        witnesses: Sequence[Witness],
        links: Mapping[Pair, Link],
        now: datetime,
        told: Told,
        inputs: Sequence[range] | None = None,
    ) -> None:
        self.witnesses = witnesses
        self.told = told
        self.links = links
        self.now = now
        self.inputs = inputs or [range(len(witnesses))]
        outlets = [frozenset(o for number in own if (o := witnesses[number].outlet) is not None) for own in self.inputs]
        self.beside = [own for own in self.inputs for _ in own]
        self.present = [here for own, here in zip(self.inputs, outlets, strict=True) for _ in own]
        self.masks: dict[Pair, Mask] = {}
        self.near: dict[int, dict[int, float]] = {number: {} for number in range(len(witnesses))}
        for (one, other), found in links.items():
            self.masks[one, other], self.masks[other, one] = found.in_one, found.in_other
            self.near[one][other] = self.near[other][one] = found.narrated
        within = list(zip(witnesses, self.present, strict=True))
        self.declares = [frozenset(declared(witness, here)) for witness, here in within]
        self.absent = [
            frozenset(
                c.outlet or (c.name or "").casefold()
                for c in witness.credits
                if c.outlet is None or c.outlet not in here
            )
            for witness, here in within
        ]
        self.cites: list[dict[str, tuple[str | None, list[Credit]]]] = [{} for _ in witnesses]
        self.cited = {pair: cited(witnesses[pair[1]], self.present[pair[1]], found) for pair, found in self.pairs}
        for (_, child), own in self.cited.items():
            for key, entry in own.items():
                if len(entry[1]) > len(self.cites[child].get(key, (None, []))[1]):
                    self.cites[child][key] = entry
        self.others = [frozenset(c.outlet for c in witness.credits if c.outlet in here) for witness, here in within]
        self.borne = [self._borne(number) for number in self.near]
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
        numbers = [number for number, (_, found) in enumerate(self.pairs) if found.regime == "copy"]
        found = columns(self, np.array(numbers, np.int64))
        return np.column_stack([found[name] for name in FEATURES])

    @cached_property
    def sides(self) -> Sides:
        """The links as columns."""
        return Sides(self.witnesses, self.links)

    @cached_property
    def sentences(self) -> Sentences:
        """The sentences of the links' articles that the other tells, too."""
        return Sentences(self.told, self.sides)

    def count(self, number: int, mask: Mask) -> float:
        """Words of an article that a mask holds."""
        witness = self.witnesses[number]
        return round(witness.count(mask), 6) if witness.alone else float(mask.bit_count())

    def _own(self, number: int) -> float:
        """The share of an article's narration that no linked article has."""
        shared = 0
        for other in self.near[number]:
            shared |= self.masks[number, other]
        return 1 - self.count(number, shared) / max(1.0, self.witnesses[number].narration)

    def rival(self, number: int, other: int) -> int | None:
        """The article that holds the most words of article `number`, `other` left out; None if there is none."""
        return next((k for _, _, k in self.ranked[number][:2] if k != other), None)

    def _borne(self, number: int) -> tuple[Mask, Mask]:
        """The words of an article that at least one other bears out, and those that two do."""
        once = twice = 0
        for other in self.near[number]:
            if self.bears_out(other, number):
                mask = self.masks[number, other]
                twice |= once & mask
                once |= mask
        return once, twice

    def bears_out(self, third: int, number: int) -> bool:
        """Whether what a third has of an article may be older than it: not if it credits the article's outlet."""
        outlet = self.witnesses[number].outlet
        return outlet is None or outlet not in self.others[third]

    def thirds(self, parent: int, child: int) -> list[int]:
        """The articles that share text with both."""
        fewer, more = sorted((self.near[child], self.near[parent]), key=len)
        return [k for k in fewer if k in more]
