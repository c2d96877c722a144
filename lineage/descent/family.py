"""What the first round's claims say of a pair, when they are laid beside those of all its relatives.

The first round weighs every pair by its texts alone. Here a pair hears of its rivals: whether the child has a more
probable parent, whether a third article stands between the two or above both, whether a source that is not in the input
does; and the clocks, by how well they agree with what the texts of the whole story have said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from lineage.descent.arborescence import Edge
from lineage.descent.confidence import marginals
from lineage.descent.evidence import lag
from lineage.descent.features import FEATURES, Matrix, Pair, Story
from lineage.descent.groups import Groups

# As `FEATURES`; the first round's log odds have these beside them.
SECOND: Mapping[str, int] = {
    **FEATURES,
    "story.claim": 1, "story.back": -1, "story.kin": 0, "story.rival": -1, "story.above": 0, "story.between": -1,
    "story.beside": -1, "story.circle": -1, "story.unseen": -1, "story.kin_child": 0, "story.kin_parent": 0,
    "story.brood_child": 0, "story.brood_parent": 0, "story.share": 1, "story.share_back": -1, "story.alone": 0,
    "story.alone_parent": 0, "story.source_child": -1, "story.source_parent": 0, "story.source_both": -1,
    "story.over_back": 1, "story.over_rival": 1, "story.over_source": 1, "story.over_kin": 0,
    "story.older_child": -1, "story.older_parent": 1,
    "clock.lag": 1, "clock.exact": 0, "clock.trust": 0, "clock.told": 1,
}  # fmt: skip
LOW = -9.2  # nats: what is not considered at all
STANDING = -1.0  # nats for standing alone, where the first round's claims compete
DOUBT = 2.0  # pairs without a clock's word that every story's clocks are weighed against, half of them wrong
CLEAR = 1.0  # nats between the two directions of a pair, from which its texts bear witness on the clocks


class Family:
    """The claims of a story's first round, ready to be asked about a pair.

    `first` and `kin` are log odds by (parent, child) and by pair in either order; `sources` has for each source that
    may stand behind some articles the log odds that it stands behind each.
    """

    def __init__(
        self,
        story: Story,
        first: Mapping[Pair, float],
        kin: Mapping[Pair, float],
        sources: Sequence[Mapping[int, float]],
    ) -> None:
        self.story, self.first, self.kin, self.sources = story, first, kin, sources
        numbers = range(len(story.witnesses))
        self.above: list[list[tuple[float, int]]] = [[] for _ in numbers]
        self.brood = [0.0 for _ in numbers]
        self.kinsfolk: list[list[tuple[float, int]]] = [[] for _ in numbers]
        for (parent, child), odds in first.items():
            self.above[child].append((odds, parent))
            self.brood[parent] += _chance(odds)
        for (one, other), odds in kin.items():
            self.kinsfolk[one].append((odds, other))
        for some in (*self.above, *self.kinsfolk):
            some.sort(key=lambda entry: -entry[0])
            del some[2:]
        self.behind = [max((s[n] for s in sources if n in s), default=LOW) for n in numbers]
        self._compete(len(story.witnesses))
        self.trust = self._trusts()

    def _compete(self, count: int) -> None:
        """Every claim's share among all forests."""
        pairs = sorted(self.first)
        edges = [Edge(0, child + 1, STANDING) for child in range(count)]
        edges += [Edge(parent + 1, child + 1, self.first[parent, child]) for parent, child in pairs]
        shares = marginals(count + 1, edges)
        self.alone = [_odds(share) for share in shares[:count]]
        self.share = {pair: _odds(share) for pair, share in zip(pairs, shares[count:], strict=True)}

    def _trusts(self) -> list[float]:
        """For each article how often the clocks of what it is linked with, near and far, agree with the direction that
        the texts of a pair tell, in log odds.
        """
        parts = Groups(self.first)
        agreed: dict[int, list[float]] = {}
        opposed: dict[int, list[float]] = {}
        for (parent, child), odds in self.first.items():
            back = self.first.get((child, parent), LOW)
            if odds - back < CLEAR or (known := self.lag(parent, child)) is None or not known[0]:
                continue
            side = agreed if known[0] > 0 else opposed
            side.setdefault(parts.find(child), []).append(_chance(odds) * math.tanh((odds - back) / 2))
        trust = {
            part: math.log(
                (DOUBT / 2 + math.fsum(agreed.get(part, ()))) / (DOUBT / 2 + math.fsum(opposed.get(part, ())))
            )
            for part in agreed.keys() | opposed.keys()
        }
        return [round(trust.get(parts.find(number), 0.0), 4) for number in range(len(self.story.witnesses))]

    def lag(self, parent: int, child: int) -> tuple[float, bool] | None:
        """By how many minutes the child is later, and whether that is known to the minute."""
        known = lag(self.story.witnesses[parent], self.story.witnesses[child], self.story.now)
        return None if known is None else (known[0].total_seconds() / 60, known[1])

    @cached_property
    def cases(self) -> Matrix:
        """The second round's features of `story.copies`, float64[n, features]."""
        firsts = zip(self.story.copies, self.story.cases.tolist(), strict=True)
        values = (value for (pair, _), features in firsts for value in self.row(*pair, features))
        return np.fromiter(values, float).reshape(-1, len(SECOND))

    def row(self, parent: int, child: int, features: Sequence[float]) -> list[float]:
        """The second round's features of a pair of which `features` are the first round's, in the order of `SECOND`."""
        first, kin = self.first, self.kin
        between = beside = circle = unseen = LOW
        older_child = older_parent = 0.0
        for third in self.story.thirds(parent, child):
            below_child, below_parent = first.get((child, third), LOW), first.get((parent, third), LOW)
            over_child, over_parent = first.get((third, child), LOW), first.get((third, parent), LOW)
            between = max(between, min(below_parent, over_child))
            beside = max(beside, min(over_parent, over_child))
            circle = max(circle, min(below_child, over_parent))
            unseen = max(unseen, min(kin.get((third, child), LOW), kin.get((third, parent), LOW)))
            older_child = max(older_child, self.story.apart(child, third, parent) * (1 - _chance(below_child)))
            older_parent = max(older_parent, self.story.apart(parent, third, child) * (1 - _chance(below_parent)))
        claim, reverse, rival = first[parent, child], first.get((child, parent), LOW), _most(self.above[child], parent)
        both = kin.get((parent, child), LOW)
        shared = [min(s[child], s[parent]) for s in self.sources if child in s and parent in s]
        told = [
            claim, reverse, both, rival, _most(self.above[parent], child), between, beside, circle, unseen,
            _most(self.kinsfolk[child], parent), _most(self.kinsfolk[parent], child),
            self.brood[child] - _chance(first.get((child, parent), LOW)),
            self.brood[parent] - _chance(first[parent, child]),
            self.share[parent, child], self.share.get((child, parent), LOW), self.alone[child], self.alone[parent],
            self.behind[child], self.behind[parent], max(shared, default=LOW),
            claim - reverse, claim - rival, claim - self.behind[child], claim - both, older_child, older_parent,
        ]  # fmt: skip
        return [*features, *(round(value, 4) for value in told), *self._clocks(parent, child)]

    def _clocks(self, parent: int, child: int) -> list[float]:
        known = self.lag(parent, child)
        if known is None:
            return [math.nan, math.nan, self.trust[child], 0.0]
        minutes, exact = known
        sign = (minutes > 0) - (minutes < 0)
        return [
            math.copysign(math.log1p(abs(minutes)), minutes),
            float(exact),
            self.trust[child],
            sign * self.trust[child],
        ]


def _most(ranked: Sequence[tuple[float, int]], but: int) -> float:
    """The greatest log odds of those of another article than `but`."""
    return next((odds for odds, number in ranked if number != but), LOW)


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _odds(share: float) -> float:
    """Log odds of a probability, not beyond what is considered."""
    bounded = min(max(share, 1e-4), 1 - 1e-4)
    return round(math.log(bounded / (1 - bounded)), 4)
