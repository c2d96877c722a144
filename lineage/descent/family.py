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
from numpy.typing import NDArray

from lineage.descent.arborescence import Edge
from lineage.descent.confidence import marginals
from lineage.descent.evidence import lag
from lineage.descent.features import FEATURES, Matrix, Pair, Story
from lineage.descent.groups import Groups
from lineage.descent.ledger import chance
from lineage.descent.sides import Column, turned

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

Truths = NDArray[np.bool_]


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
        for (parent, child), odds in first.items():
            self.above[child].append((odds, parent))
        for some in self.above:
            some.sort(key=lambda entry: -entry[0])
            del some[2:]
        behind: dict[int, float] = {}
        for source in sources:
            for number, odds in source.items():
                behind[number] = max(behind.get(number, odds), odds)
        self.behind = [behind.get(number, LOW) for number in numbers]
        self._compete(len(story.witnesses))
        self.trust = self._trusts()

    def _compete(self, count: int) -> None:
        """Every claim's share among all forests; the nodes are in the order of the articles' ids."""
        ids = [witness.article.id for witness in self.story.witnesses]
        node = {number: place for place, number in enumerate(sorted(range(count), key=ids.__getitem__), 1)}
        edges = [Edge(0, node[child], STANDING) for child in range(count)]
        edges += [Edge(node[parent], node[child], odds) for (parent, child), odds in self.first.items()]
        shares = marginals(count + 1, edges)
        self.alone = [_odds(share) for share in shares[:count]]
        self.share = {pair: _odds(share) for pair, share in zip(self.first, shares[count:], strict=True)}

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
            side.setdefault(parts.find(child), []).append(chance(odds) * math.tanh((odds - back) / 2))
        trust = {
            part: math.log(
                (DOUBT / 2 + math.fsum(agreed.get(part, ()))) / (DOUBT / 2 + math.fsum(opposed.get(part, ())))
            )
            for part in agreed.keys() | opposed.keys()
        }
        return [round(trust.get(parts.find(number), 0.0), 4) for number in range(len(self.story.witnesses))]

    @cached_property
    def _lags(self) -> dict[Pair, tuple[float, bool] | None]:
        """By how many minutes the second article of each link is later, and whether that is known to the minute."""
        witnesses, now = self.story.witnesses, self.story.now
        known = {(a, b): lag(witnesses[a], witnesses[b], now) for a, b in self.story.links}
        return {pair: own and (own[0].total_seconds() / 60, own[1]) for pair, own in known.items()}

    def lag(self, parent: int, child: int) -> tuple[float, bool] | None:
        """By how many minutes the child is later, and whether that is known to the minute."""
        if (parent, child) in self._lags:
            return self._lags[parent, child]
        known = self._lags[child, parent]
        return known and (-known[0], known[1])

    @cached_property
    def cases(self) -> Matrix:
        """The second round's features of `story.copies`, float64[n, features]."""
        pairs = np.array([n for n, (_, found) in enumerate(self.story.pairs) if found.regime == "copy"], np.int64)
        told = {name: rounded(values) for name, values in self._relatives().items()} | self._clocks()
        further = [told[name][pairs] for name in SECOND if name not in FEATURES]
        return np.column_stack([self.story.cases, *further])

    def _relatives(self) -> dict[str, Column]:
        """What is claimed of every ordered pair's relatives, in the order of `Story.pairs`."""
        sides, thirds, numbers = self.story.sides, self.story.sides.thirds, [pair for pair, _ in self.story.pairs]
        parent, child = sides.article, sides.other
        first, kin, share = (_column(odds, numbers) for odds in (self.first, self.kin, self.share))
        back = turned(first)
        chances = np.array([chance(odds) for odds in first.tolist()], float)
        brood = np.bincount(parent, np.where(self._among(self.first), chances, 0.0), len(sides.witnesses))
        behind, alone = np.array(self.behind, float), np.array(self.alone, float)
        # what is claimed of a third article and the pair's child or parent: that it is above it, or below
        over_child, below_child = back[thirds.child_third], first[thirds.child_third]
        over_parent, below_parent = back[thirds.parent_third], first[thirds.parent_third]
        with_kin = np.minimum(kin[thirds.child_third], kin[thirds.parent_third])
        above = sides.other_most(np.where(turned(self._among(self.first)), back, -np.inf), LOW)
        kinsfolk = sides.other_most(np.where(self._among(self.kin), kin, -np.inf), LOW)
        rival = turned(above)
        return {
            "story.claim": first,
            "story.back": back,
            "story.kin": kin,
            "story.rival": rival,
            "story.above": above,
            "story.between": thirds.most(np.minimum(below_parent, over_child), LOW),
            "story.beside": thirds.most(np.minimum(over_parent, over_child), LOW),
            "story.circle": thirds.most(np.minimum(below_child, over_parent), LOW),
            "story.unseen": thirds.most(with_kin, LOW),
            "story.kin_child": turned(kinsfolk),
            "story.kin_parent": kinsfolk,
            "story.brood_child": brood[child] - turned(chances),
            "story.brood_parent": brood[parent] - chances,
            "story.share": share,
            "story.share_back": turned(share),
            "story.alone": alone[child],
            "story.alone_parent": alone[parent],
            "story.source_child": behind[child],
            "story.source_parent": behind[parent],
            "story.source_both": self._behind_both(),
            "story.over_back": first - back,
            "story.over_rival": first - rival,
            "story.over_source": first - behind[child],
            "story.over_kin": first - kin,
            "story.older_child": thirds.most(thirds.child_apart * (1 - chances[thirds.child_third]), 0.0),
            "story.older_parent": thirds.most(thirds.parent_apart * (1 - chances[thirds.parent_third]), 0.0),
        }

    def _among(self, claims: Mapping[Pair, float]) -> Truths:
        """Which ordered pairs there are claims of."""
        return np.array([pair in claims for pair, _ in self.story.pairs], bool)

    def _behind_both(self) -> Column:
        """For each ordered pair the log odds of the source that most probably stands behind both."""
        sides = self.story.sides
        result = np.full(len(sides), -np.inf)
        odds = np.full(len(sides.witnesses), -np.inf)
        for source in self.sources:
            members = np.array(sorted(source), np.int64)
            odds[members] = [source[number] for number in members.tolist()]
            own = sides.of(members)
            result[own] = np.maximum(result[own], np.minimum(odds[sides.article[own]], odds[sides.other[own]]))
            odds[members] = -np.inf
        return np.where(np.isinf(result), LOW, result)

    def _clocks(self) -> dict[str, Column]:
        """What the clocks of every ordered pair say, in the order of `Story.pairs`."""
        known = [self.lag(*pair) for pair, _ in self.story.pairs]
        minutes = np.array([math.nan if own is None else own[0] for own in known], float)
        logs = [math.copysign(math.log1p(abs(value)), value) for value in minutes.tolist()]
        trust = np.array(self.trust, float)[self.story.sides.other]
        return {
            "clock.lag": np.array(logs, float),
            "clock.exact": np.array([math.nan if own is None else own[1] for own in known], float),
            "clock.trust": trust,
            "clock.told": np.where(np.isnan(minutes), 0.0, np.sign(minutes) * trust),
        }


def _column(odds: Mapping[Pair, float], numbers: Sequence[Pair]) -> Column:
    return np.array([odds.get(pair, LOW) for pair in numbers], float)


def rounded(values: Column) -> Column:
    """To four digits, as Python rounds: halves by what the number is, which a product with 10,000 would not tell."""
    scaled = values * 1e4
    result: Column = np.rint(scaled) / 1e4
    for place in np.flatnonzero(np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5) < 1e-6).tolist():
        result[place] = round(float(values[place]), 4)
    return result


def _odds(share: float) -> float:
    """Log odds of a probability, not beyond what is considered."""
    bounded = min(max(share, 1e-4), 1 - 1e-4)
    return round(math.log(bounded / (1 - bounded)), 4)
