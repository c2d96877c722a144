"""Versions of one owner's own text: which is the newer, and which was made from which.

A copy is cut, a version grows: what speaks for the one speaks against the other, so versions have a model of their
own. Trees (`versions.json`) weigh what each group of `revisions.FEATURES` says of a pair by itself, the same nats for
the one order as against the other; `succession` asks all pairs of a family; a second set of trees says whether a pair
are neighbours, or have other versions between them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.descent.arborescence import Edge
from lineage.descent.confidence import marginals_of_each
from lineage.descent.evidence import Link, copying, lag, spoken
from lineage.descent.groups import Groups
from lineage.descent.ledger import logit, total
from lineage.descent.revisions import Change, Version, note
from lineage.descent.succession import Pair, Succession, nearness
from lineage.descent.trees import Trees
from lineage.descent.witness import Witness
from lineage.model import Reason

FILE = Path(__file__).with_name("versions.json")
STAMPED = 1 / 150  # share of an owner's own versions that its clock puts in the wrong order: they are stamped anew
LIES = -2.0  # log odds that a story's clocks tell nothing, before its texts have been heard: on development stories
# clocks that lie then cost .013 edge F1 and good ones gain .042; with -3 .028 and .046, never doubted .060 and .048
FIRST = -12.0  # nats for a first version: so few that a family has one, unless nothing joins its parts
SLIGHT = 0.2  # nats: groups that say less are one row of the ledger
EPSILON = 1e-6  # a probability that the evidence cannot tell from none


@cache
def trees(name: str) -> Trees:
    """The trees that come with the package: `newer` (which of two is), `near` (one was made from the other)."""
    return Trees.of(orjson.loads(FILE.read_bytes())[name])


@dataclass(frozen=True, slots=True)
class Compared:
    """Versions with the pairs of them that were compared: how they differ, and in how many words and signs.

    The pairs are (i, j) with i < j and join all versions.
    """

    versions: Sequence[Version]
    changes: Mapping[Pair, Change]
    distances: Mapping[Pair, int]

    @classmethod
    def of(cls, texts: Sequence[str], pairs: Iterable[Pair]) -> Compared:
        """Compare the texts of some pairs."""
        versions = [Version(text) for text in texts]
        changes = {(i, j): Change.between(versions[i], versions[j]) for i, j in pairs}
        return cls(versions, changes, {pair: change.distance for pair, change in changes.items()})

    def features(self) -> tuple[list[list[float]], list[list[float]]]:
        """Of each pair in turn, as if i were the older, and as if j were."""
        return (
            [change.features() for change in self.changes.values()],
            [change.reversed.features() for change in self.changes.values()],
        )

    def only(self, kept: Sequence[int]) -> Compared:
        """The same with some versions only, in ascending order, numbered anew."""
        place = {old: new for new, old in enumerate(kept)}
        pairs = {(i, j): (place[i], place[j]) for i, j in self.changes if i in place and j in place}
        return Compared(
            [self.versions[k] for k in kept],
            {new: self.changes[old] for old, new in pairs.items()},
            {new: self.distances[old] for old, new in pairs.items()},
        )

    def nearness(self, tree: frozenset[Pair]) -> list[list[float]]:
        """Of each pair in turn, what `near` looks at."""
        sizes = [len(version.tokens) for version in self.versions]
        return nearness(len(sizes), self.distances, sizes, tree)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Versions weighed, in nats, per ordered pair (older, newer).

    `groups` is what each group of features adds to the log odds of this order, `older` the log odds of it once all
    versions have been asked; `near` the log odds that one of the two was made from the other, whichever way.
    """

    groups: Mapping[Pair, Sequence[float]]
    older: Mapping[Pair, float]
    near: Mapping[Pair, float]

    def step(self, parent: int, child: int) -> float:
        """The probability that the child was made from the parent."""
        return _chance(self.near[parent, child]) * _chance(self.older[parent, child])


def weigh(compared: Compared, clocks: Mapping[Pair, float] = {}) -> Weighed:
    """Weigh compared versions; `clocks` has, per pair of `compared`, what their clocks add for i as the older.

    All trees of versions are weighed: by how near the two ends of each step are, by what they say themselves of their
    order, and by the tree's root. What a step gets is its share of all trees (Kirchhoff's theorem).
    """
    (found,) = weigh_each([(compared, clocks)])
    return found


def weigh_each(families: Sequence[tuple[Compared, Mapping[Pair, float]]]) -> list[Weighed]:
    """`weigh` of several families, each by itself: to ask the trees of all at once is quicker."""
    ahead, back = zip(*(compared.features() for compared, _ in families), strict=True)
    model = trees("newer")
    weights = (model.contributions(_stacked(ahead))[1] - model.contributions(_stacked(back))[1]) / 2
    groups = iter(weights.tolist())
    led = [_Led.of(compared, islice(groups, len(compared.changes)), clocks) for compared, clocks in families]
    nearness = _stacked([own.compared.nearness(own.order.tree) for own in led])
    base, added = trees("near").contributions(nearness)
    odds = iter((base + added.sum(axis=1)).tolist())
    near = [dict(zip(own.compared.changes, odds, strict=False)) for own in led]
    graphs = [own.graph(beside) for own, beside in zip(led, near, strict=True)]
    shares = marginals_of_each(graphs)
    return [own.weighed(edges, found) for own, (_, edges), found in zip(led, graphs, shares, strict=True)]


def _stacked(rows: Sequence[list[list[float]]]) -> NDArray[np.float64]:
    return np.array([row for own in rows for row in own], float)


@dataclass(frozen=True, slots=True)
class _Led:
    """Versions, with what they say of the order of their pairs by themselves: by group, and together with the clocks;
    and their succession by that.
    """

    compared: Compared
    groups: Mapping[Pair, Sequence[float]]
    lean: Mapping[Pair, float]
    order: Succession

    @classmethod
    def of(cls, compared: Compared, weights: Iterable[Sequence[float]], clocks: Mapping[Pair, float]) -> _Led:
        """From what each group adds for each pair's first as the older, by pair."""
        groups: dict[Pair, Sequence[float]] = {}
        lean: dict[Pair, float] = {}
        for (i, j), own in zip(compared.changes, weights, strict=True):
            groups[i, j], groups[j, i] = own, [-weight for weight in own]
            lean[i, j] = math.fsum(own) + clocks.get((i, j), 0.0)
            lean[j, i] = -lean[i, j]
        order = Succession.of(len(compared.versions), compared.distances, lean)
        return cls(compared, groups, lean, order)

    def graph(self, near: Mapping[Pair, float]) -> tuple[int, list[Edge]]:
        """All trees of the versions: nodes, of which the first stands for none, and edges."""
        count = len(self.order.root)
        fresh = (count - 2) / (count - 1)  # the share of the pairs that a step's own evidence is not one of
        roots = [fresh * math.log(max(chance, EPSILON)) for chance in self.order.root.tolist()]
        edges = [Edge(0, k + 1, FIRST + odds) for k, odds in enumerate(roots)]
        for i, j in self.compared.changes:
            both = ((i, j), (j, i))
            edges += [Edge(a + 1, b + 1, near[i, j] + math.log(_chance(self.lean[a, b]))) for a, b in both]
        return count + 1, edges

    def weighed(self, edges: Sequence[Edge], shares: Sequence[float]) -> Weighed:
        """What is known once each edge has its share of all trees."""
        share = {(edge.parent - 1, edge.child - 1): p for edge, p in zip(edges, shares, strict=True)}
        older: dict[Pair, float] = {}
        near: dict[Pair, float] = {}
        for i, j in self.compared.changes:
            # where no tree worth counting has the step, the order of the two is that of the whole succession
            likely = [share[a, b] + EPSILON * _chance(self.order.older[a, b]) for a, b in ((i, j), (j, i))]
            older[i, j] = math.log(likely[0] / likely[1])
            older[j, i] = -older[i, j]
            near[i, j] = near[j, i] = logit(min(max(sum(likely), EPSILON), 1 - EPSILON))
        return Weighed(self.groups, older, near)


def _chance(odds: float) -> float:
    """The probability of log odds, never quite 0."""
    return 1 / (1 + math.exp(-max(-30.0, odds)))


def ledgers(
    witnesses: Sequence[Witness], links: Mapping[Pair, Link], now: datetime, trust: Sequence[float]
) -> dict[Pair, list[Reason]]:
    """The rows for each two linked versions, by (parent, child): `links` are those between versions of one owner;
    `trust` has for each witness how far its story's texts bear the clocks out, in log odds."""
    members = sorted({number for pair in links for number in pair}, key=lambda k: _key(witnesses[k]))
    families = [_Family.of(family, witnesses, links, now, trust) for family in Groups(links).of(members)]
    weighed = weigh_each([(family.compared, family.clocks) for family in families])
    result: dict[Pair, list[Reason]] = {}
    for family, own in zip(families, weighed, strict=True):
        for (i, j), ((one, other), found) in family.held.items():
            change, back, size = family.compared.changes[i, j], found.swapped(), len(family.compared.versions)
            clock = _clock(found, now, family.worth), _clock(back, now, family.worth)
            result[one, other] = _rows(found, change, own, (i, j), clock[0], size)
            result[other, one] = _rows(back, change.reversed, own, (j, i), clock[1], size)
    return result


@dataclass(frozen=True, slots=True)
class _Family:
    """Linked versions of one owner, compared: by their places the pairs of witnesses and their links, what the clocks
    add for the first as the older, and what a clock is worth.
    """

    compared: Compared
    held: Mapping[Pair, tuple[Pair, Link]]
    clocks: Mapping[Pair, float]
    worth: float

    @classmethod
    def of(
        cls,
        family: Sequence[int],
        witnesses: Sequence[Witness],
        links: Mapping[Pair, Link],
        now: datetime,
        trust: Sequence[float],
    ) -> _Family:
        """Compare the versions of some witnesses."""
        place = {number: at for at, number in enumerate(family)}
        held: dict[Pair, tuple[Pair, Link]] = {}
        for (one, other), found in links.items():
            if one in place:
                order = (one, other) if place[one] < place[other] else (other, one)
                held[place[order[0]], place[order[1]]] = (order, found if order[0] == one else found.swapped())
        worth = _worth(trust[family[0]])
        compared = Compared.of([witnesses[number].article.text for number in family], sorted(held))
        clocks = {pair: row.weight for pair, (_, found) in held.items() if (row := _clock(found, now, worth))}
        return cls(compared, held, clocks, worth)


def _key(witness: Witness) -> tuple[str, str]:
    return witness.article.text, witness.article.id


def _rows(found: Link, change: Change, weighed: Weighed, pair: Pair, told: Reason | None, count: int) -> list[Reason]:
    """The ledger of one order of two versions: first what tells the order, then what is taken off because nothing may
    lie between them, and they must be versions of one text at all.
    """
    rows = [told] if told else []
    slight: dict[str, float] = {}
    for group, weight in zip(trees("newer").groups, weighed.groups[pair], strict=True):
        if abs(weight) >= SLIGHT:
            rows.append(Reason(group, weight, note(group, change)))
        elif weight:
            slight[group] = weight
    if slight:
        rows.append(Reason("slight", math.fsum(slight.values()), f"{', '.join(slight)}: hardly anything"))
    if count > 2:
        others = f"what the other {count - 2} version{'s' * (count > 3)} tell{'s' * (count == 3)} of the order"
        rows.append(Reason("succession", weighed.older[pair] - total(rows), others))
        places = f"{len(change.steps)} place{'s' * (len(change.steps) != 1)}"
        other = f"they differ in {places}; another version may lie between, or be nearer"
        rows.append(Reason("between", logit(weighed.step(*pair)) - total(rows), other))
    text, share = copying(found)
    same = _chance(text.weight + share.weight) * weighed.step(*pair)
    whole = f"{text.note}; {share.note}"
    return [*rows, Reason("text", logit(same) - total(rows), whole, text.child_spans, text.parent_spans)]


def _worth(trust: float) -> float:
    """Nats for the order that an owner's clock tells, if the story's texts bear its clocks out so far."""
    lies = _chance(LIES - trust)
    wrong = (1 - lies) * STAMPED + lies / 2
    return math.log((1 - wrong) / wrong)


def _clock(found: Link, now: datetime, worth: float) -> Reason | None:
    """The owner's own clock, if it tells the two apart."""
    known = lag(found.one, found.other, now)
    if known is None or not known[0]:
        return None
    late = known[0]
    order = "later" if late.total_seconds() > 0 else "earlier"
    weight = math.copysign(worth, late.total_seconds())
    return Reason("version", weight, f"by its owner's clock this version is {spoken(abs(late))} {order}")
