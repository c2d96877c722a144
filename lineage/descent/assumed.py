"""Which unseen sources are assumed: those without which their children would be told worse by more than they cost.

A source must spare its children its cost, in nats, against the best that each could do without it (a description
length), and have two children or a text that names it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lineage.descent.arborescence import Edge, best_forest

Arc = tuple[int, int]


def assumed(
    nodes: int, edges: Sequence[Edge], costs: Mapping[int, float], named: Collection[int]
) -> tuple[set[Arc], set[int]]:
    """The best forest's edges as (parent, child), and the nodes of sources that are not assumed.

    `costs` has the nodes that are sources, with what each must spare; those in `named` may have a single child. The
    least useful half of those that do not earn it is given up, and the forest is told anew, until every one does.
    """
    into: dict[int, list[Edge]] = {}
    for edge in edges:
        into.setdefault(edge.child, []).append(edge)
    unused: set[int] = set()
    while True:
        forest = best_forest(nodes, [edge for edge in edges if edge.parent not in unused])
        above = {edge.child: edge for edge in forest}
        children: dict[int, list[Edge]] = {source: [] for source in costs if source not in unused}
        for edge in forest:
            if edge.parent in children:
                children[edge.parent].append(edge)
        idle = {source for source, own in children.items() if not own}
        unused |= idle  # what nobody takes from is no alternative to another source
        gains = {
            source: _spared(source, own, above, into, unused) - costs[source]
            if len(own) > 1 or source in named
            else -1.0
            for source, own in children.items()
            if own
        }
        poor = [source for source, gain in gains.items() if gain <= 0]
        if not poor:
            return {(edge.parent, edge.child) for edge in forest}, unused
        poor.sort(key=lambda source: (gains[source], source))
        unused.update(poor[: max(1, len(poor) // 2)])


def _spared(
    source: int,
    own: Sequence[Edge],
    above: Mapping[int, Edge],
    into: Mapping[int, Sequence[Edge]],
    unused: Collection[int],
) -> float:
    """What the children of a source would lose without it: each goes, one after another, to the best place that does
    not stand below it. A bound from above, as another order might lose less.
    """
    leads: dict[int, int] = {edge.child: 0 for edge in own}  # toward the topmost article above one, which has a 0
    lost = 0.0
    for edge in sorted(own, key=lambda edge: (edge.weight, edge.child)):
        options = [
            other
            for other in into[edge.child]
            if other.parent != source and other.parent not in unused and _top(leads, above, other.parent) != edge.child
        ]
        best = max(options, key=lambda other: other.weight)
        leads[edge.child] = best.parent
        lost += edge.weight - best.weight
    return lost


def _top(leads: dict[int, int], above: Mapping[int, Edge], node: int) -> int:
    """The topmost node above one, or itself; the way there is kept short."""
    path: list[int] = []
    while node and (up := leads[node] if node in leads else above[node].parent):
        path.append(node)
        node = up
    leads.update(dict.fromkeys(path, node))
    return node
