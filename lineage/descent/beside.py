"""What the claims of a whole story say of a source that may stand behind an article: the second round for sources.

The first round asks of every article for itself whether it took from the source. Here it hears of the articles beside
it: whether the source has others, or whether one of them is the better source of all the rest; from which of them its
sentences are; and what the second round of claims has for its parent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from lineage.dataclass import dataclass
from lineage.descent.family import rounded
from lineage.descent.features import Matrix, Pair, Story
from lineage.descent.ledger import chance
from lineage.descent.unseen import BEHIND, LOW, Proposal, fellows

# As `lineage.descent.features.FEATURES`; the first round's have these beside them.
BESIDE: Mapping[str, int] = {
    **BEHIND,
    "story.source": 1, "story.parent": -1, "story.member": -1, "story.over": 1, "story.child": 0,
    "story.elsewhere": -1, "story.with_parent": 0,
    "set.second": 1, "set.mass": 0, "set.gain": 1, "set.count": 0, "set.explained": -1,
    "told.fellows": 0, "told.nearest": -1, "told.spread": 0,
}  # fmt: skip
STANDING = -1.0  # nats for standing alone, against which a source's gain is reckoned


@dataclass(frozen=True, slots=True)
class _Set:
    """Of the articles that a source may stand above: the two greatest log odds, the lesser first, the sum of their
    chances, what the source would spare them all, and how far they explain each other.
    """

    best: Sequence[float]
    chances: float
    spared: float
    explained: float


Places = Sequence[tuple[int, int]]  # a proposal's number and an article that it may stand above


class Beside:
    """The sources that may stand behind articles of a story, by `odds`, the first round's log odds of each proposal and
    article, and by `second`, those of the claims by (parent, child).
    """

    def __init__(
        self,
        story: Story,
        proposals: Sequence[Proposal],
        odds: Sequence[Mapping[int, float]],
        second: Mapping[Pair, float],
    ) -> None:
        self.story, self.proposals, self.odds, self.second = story, proposals, odds, second
        self.parents = [self._parent(child, list(story.near[child])) for child in range(len(story.witnesses))]
        self.offered: dict[int, list[tuple[float, int]]] = {}
        for number, own in enumerate(odds):
            for child, value in own.items():
                self.offered.setdefault(child, []).append((value, number))
        self.sets = [self._set(own) for own in odds]

    def rows(self, places: Places, rows: Matrix) -> Matrix:
        """The features of the second round, float64[n, features]; `rows` are the first round's."""
        further = rounded(np.array([self._row(*place) for place in places], float).reshape(-1))
        return np.column_stack([rows, further.reshape(-1, len(BESIDE) - len(BEHIND))])

    def _parent(self, child: int, among: Sequence[int]) -> tuple[float, int | None]:
        """The most probable parent among some articles, by the second round."""
        ids = self.story.witnesses
        odds = {other: self.second.get((other, child), LOW) for other in among}
        best = max(odds, key=lambda other: (odds[other], ids[other].article.id), default=None)
        return (LOW, None) if best is None else (odds[best], best)

    def _explained(self, own: Mapping[int, float]) -> float:
        """How far the articles that seem to be a source's explain each other: the chances of their parents among them,
        but for one that needs none; 0 to 1.
        """
        members = {child for child, odds in own.items() if odds > STANDING}
        if len(members) < 2:
            return 0.0
        within = ((child, [other for other in self.story.near[child] if other in members]) for child in members)
        chances = sorted(chance(self._parent(child, near)[0]) for child, near in within)
        return sum(chances[1:]) / (len(members) - 1)

    def _set(self, own: Mapping[int, float]) -> _Set:
        """What is known of the articles of a source as a whole."""
        best = sorted(own.values())[-2:]
        chances = math.fsum(map(chance, own.values()))
        spared = math.fsum(self._spared(child, odds) for child, odds in own.items())
        return _Set([LOW, *best][-2:], chances, spared, self._explained(own))

    def _spared(self, child: int, odds: float) -> float:
        """What a source would spare an article."""
        return max(0.0, odds - max(STANDING, self.parents[child][0]))

    def _row(self, number: int, child: int) -> list[float]:
        own, proposal, whole = self.odds[number], self.proposals[number], self.sets[number]
        near = fellows(self.story, proposal, child)
        parent, best = self.parents[child]
        children = (self.second.get((child, other), LOW) for other in near)
        elsewhere = (odds for odds, other in self.offered[child] if other != number)
        shares = sorted(self.story.sentences.share(child, other)[1] for other in near)
        return [
            own[child],
            parent,
            self._parent(child, near)[0],
            own[child] - max(STANDING, parent),
            max(children, default=LOW),
            max(elsewhere, default=LOW),
            own.get(best, LOW) if best is not None else LOW,
            whole.best[0] if own[child] >= whole.best[1] else whole.best[1],
            whole.chances - chance(own[child]),
            whole.spared - self._spared(child, own[child]),
            len(own),
            whole.explained,
            sum(shares),
            max(shares, default=0.0),
            sum(shares) - max(shares, default=0.0),
        ]
