"""The best forest: for each stretch of each article the parent, the source or nothing, and how probable that is.

An article may have taken different stretches from unrelated articles. Its neighbours fall into groups that share
text among themselves; each group stands for one stretch, and each stretch is a node of the forest. The stretch with
the most words is the article's own node, from which edges go on; the others are leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from lineage.dataclass import dataclass
from lineage.descent.arborescence import Edge
from lineage.descent.assumed import Arc, assumed
from lineage.descent.claims import Claim, Links, Pair
from lineage.descent.confidence import marginals_of_each
from lineage.descent.evidence import Link
from lineage.descent.groups import Groups
from lineage.descent.ledger import total
from lineage.descent.unseen import Proposal
from lineage.descent.witness import Witness

ROOT = -1.0  # nats for standing alone: on generated stories -.5 does as well, the written samples need -1
# nats that a source must spare its children to be assumed: on 480 training stories .5 to 3 give edges as right, most
# pairs from one unseen source are right with this. One that is named costs less: who cites an outlet once took
# from it in two of five generated cases, which is worth showing as "perhaps"
SOURCE = {"declared": 0.5, "inferred": 1.5}
HARDLY = 0.02  # a claim whose direction is less probable than this is not considered
AGAINST = 0.25  # the same where the link is not of the main stretch on both sides: its reverse is another node, which
# the forest would take beside it


@dataclass(slots=True)
class Stretch:
    """One stretch of an article: the neighbours that share it, what was chosen, and every option's probability."""

    child: int
    neighbours: frozenset[int]
    parent: int | None = None
    source: int | None = None
    parents: dict[int, float] = field(default_factory=dict)
    sources: dict[int, float] = field(default_factory=dict)


def stretches(numbers: Iterable[int], links: Links) -> dict[int, list[Stretch]]:
    """The stretches of every article, the one with the most shared words first; at least one, which may be empty."""
    near: dict[int, dict[int, float]] = {number: {} for number in numbers}
    for (one, other), found in links.items():
        near[one][other] = near[other][one] = found.narrated
    result: dict[int, list[Stretch]] = {}
    for child in near:
        related = [(a, b) for a in near[child] for b in _both(near[a], near[child]) if a < b]
        groups = Groups(related).of(near[child])
        groups.sort(key=lambda group: (-max(near[child][other] for other in group), min(group)))
        result[child] = [Stretch(child, frozenset(group)) for group in groups] or [Stretch(child, frozenset())]
    return result


def _both(one: Mapping[int, float], other: Mapping[int, float]) -> Iterator[int]:
    """What is in both, told in the time of the smaller."""
    fewer, more = (one, other) if len(one) < len(other) else (other, one)
    return (number for number in fewer if number in more)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is known of an input when nothing is decided yet, by its witnesses' numbers among those of all inputs."""

    witnesses: dict[int, Witness]
    links: dict[Pair, Link]
    made: dict[Pair, Claim] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)


Choice = tuple[Stretch, int | None, int | None]  # what an edge means: a stretch, and its parent or its source


@dataclass(frozen=True, slots=True)
class _Forest:
    """All that may stand above the stretches of an input, as the edges of a graph; what those mean that do not come
    from the root; the edges of the best forest, and the nodes of the sources that are not assumed.
    """

    stretches: dict[int, list[Stretch]]
    nodes: int
    edges: list[Edge]
    meaning: list[Choice]
    picked: set[Arc]
    unused: set[int]

    def possible(self) -> list[int]:
        """The numbers of the edges that do not come from a source that is not assumed."""
        return [number for number, edge in enumerate(self.edges) if edge.parent not in self.unused]


def solve(inputs: Iterable[Weighed]) -> list[dict[int, list[Stretch]]]:
    """Choose for every stretch of each input, jointly. Ties do not depend on the articles' order, but on their ids."""
    forests = [_forest(given) for given in inputs]
    graphs = [(forest.nodes, [forest.edges[number] for number in forest.possible()]) for forest in forests]
    for forest, shares in zip(forests, marginals_of_each(graphs), strict=True):
        _tell(forest, shares)
    return [forest.stretches for forest in forests]


def _forest(given: Weighed) -> _Forest:
    """The graph of an input and its best forest."""
    witnesses, made, proposals = given.witnesses, given.made, given.proposals
    order = sorted(witnesses, key=lambda number: witnesses[number].article.id)
    found = stretches(witnesses, given.links)
    flat = [found[number][0] for number in order]
    flat += [stretch for number in order for stretch in found[number][1:]]
    node = {number: place + 1 for place, number in enumerate(order)}
    first_source = len(flat) + 1
    offered = _offered(found, proposals)
    edges: list[Edge] = [Edge(0, first_source + number, 0.0) for number in range(len(proposals))]
    meaning: list[Choice] = []
    for place, stretch in enumerate(flat):
        options = [made[parent, stretch.child] for parent in sorted(stretch.neighbours, key=node.__getitem__)]
        edges.append(Edge(0, place + 1, ROOT))
        for claim in options:
            if claim.lean > (HARDLY if _first_on_both(claim, stretch, found) else AGAINST):
                edges.append(Edge(node[claim.parent], place + 1, claim.weight))
                meaning.append((stretch, claim.parent, None))
        for number in offered.get(id(stretch), ()):
            weight = total(proposals[number].children[stretch.child])
            edges.append(Edge(first_source + number, place + 1, weight))
            meaning.append((stretch, None, number))
    nodes = first_source + len(proposals)
    costs = {first_source + number: SOURCE[proposal.kind] for number, proposal in enumerate(proposals)}
    named = {first_source + number for number, proposal in enumerate(proposals) if proposal.named}
    return _Forest(found, nodes, edges, meaning, *assumed(nodes, edges, costs, named))


def _tell(forest: _Forest, shares: Sequence[float]) -> None:
    """Write down what was chosen for the stretches, and the probability of every option; `shares` are those of the
    possible edges.
    """
    known = dict(zip(forest.possible(), shares, strict=True))
    options = [(edge, known.get(number, 0.0)) for number, edge in enumerate(forest.edges) if edge.parent != 0]
    for (edge, probability), (stretch, parent, source) in zip(options, forest.meaning, strict=True):
        chosen = (edge.parent, edge.child) in forest.picked
        if parent is not None:
            stretch.parents[parent] = probability
            stretch.parent = parent if chosen else stretch.parent
        elif source is not None and edge.parent not in forest.unused:
            stretch.sources[source] = probability
            stretch.source = source if chosen else stretch.source


def _first_on_both(claim: Claim, stretch: Stretch, found: Mapping[int, Sequence[Stretch]]) -> bool:
    """Whether the link belongs to the main stretch of both its articles, so that its two directions exclude another."""
    return stretch is found[claim.child][0] and claim.child in found[claim.parent][0].neighbours


def _offered(found: Mapping[int, Sequence[Stretch]], proposals: Sequence[Proposal]) -> dict[int, list[int]]:
    """The sources that may stand above each stretch, by its identity: above an article's first one with a child of the
    source among its neighbours, or above its main one.
    """
    offered: dict[int, list[int]] = {}
    for number, proposal in enumerate(proposals):
        for child in proposal.children:
            homes = (one for one in found[child] if any(other in proposal.children for other in one.neighbours))
            offered.setdefault(id(next(homes, found[child][0])), []).append(number)
    return offered
