"""Unseen sources are assumed only if they spare their children what they cost."""

from __future__ import annotations

import random
from itertools import chain, combinations

import pytest

from lineage.descent.arborescence import Edge, best_forest
from lineage.descent.assumed import _spared, assumed

COST = 3.0


def story(seed: int) -> tuple[int, list[Edge], dict[int, float]]:
    """Five articles and two sources, with weights by chance."""
    rng = random.Random(seed)
    articles, sources = range(1, 6), (6, 7)
    edges = [Edge(0, article, -1.0) for article in articles]
    edges += [Edge(a, b, rng.uniform(-5, 2)) for a in articles for b in articles if a != b]
    edges += [Edge(0, source, 0.0) for source in sources]
    edges += [Edge(s, a, rng.uniform(-3, 3)) for s in sources for a in articles]
    return 8, edges, dict.fromkeys(sources, COST)


def worth(nodes: int, edges: list[Edge], costs: dict[int, float], unused: set[int]) -> float:
    """A forest's weight without some sources, less the cost of those that it uses; hopeless if one has one child."""
    forest = best_forest(nodes, [edge for edge in edges if edge.parent not in unused])
    counts = {source: sum(edge.parent == source for edge in forest) for source in costs if source not in unused}
    if 1 in counts.values():
        return float("-inf")
    return sum(edge.weight for edge in forest) - sum(costs[source] for source, count in counts.items() if count)


@pytest.mark.parametrize("seed", range(30))
def test_nearly_as_good_as_every_choice_of_sources(seed: int) -> None:
    nodes, edges, costs = story(seed)
    picked, unused = assumed(nodes, edges, costs, ())
    weight = {(edge.parent, edge.child): edge.weight for edge in edges}
    used = {parent for parent, _ in picked if parent in costs}
    assert used.isdisjoint(unused)
    mine = sum(weight[arc] for arc in picked) - sum(costs[source] for source in used)
    subsets = chain.from_iterable(combinations(costs, size) for size in range(3))
    best = max(worth(nodes, edges, costs, set(subset)) for subset in subsets)
    assert best - 1.5 <= mine <= best + 1e-9


def test_a_source_with_one_child_must_be_named() -> None:
    edges = [Edge(0, 1, -1.0), Edge(0, 2, 0.0), Edge(2, 1, 5.0)]
    assert assumed(3, edges, {2: 1.0}, {2}) == ({(0, 2), (2, 1)}, set())
    assert assumed(3, edges, {2: 1.0}, ()) == ({(0, 1), (0, 2)}, {2})


def test_a_source_that_spares_less_than_it_costs_is_not_assumed() -> None:
    edges = [Edge(0, 1, -1.0), Edge(0, 2, -1.0), Edge(0, 3, 0.0), Edge(3, 1, 0.0), Edge(3, 2, 0.0)]
    assert assumed(4, edges, {3: 2.5}, ())[1] == {3}
    assert assumed(4, edges, {3: 1.5}, ())[1] == set()


def spared(source: int, own: list[Edge], above: dict[int, Edge], into: dict[int, list[Edge]]) -> float:
    """As `assumed` tells it, with every way up walked to its end."""
    parent = {child: edge.parent for child, edge in above.items()} | {edge.child: 0 for edge in own}
    lost = 0.0
    for edge in sorted(own, key=lambda edge: (edge.weight, edge.child)):
        free = []
        for other in into[edge.child]:
            node = other.parent
            while node not in (0, edge.child):
                node = parent[node]
            if node == 0 and other.parent != source:
                free.append(other)
        best = max(free, key=lambda other: other.weight)
        parent[edge.child] = best.parent
        lost += edge.weight - best.weight
    return lost


@pytest.mark.parametrize("seed", range(20))
def test_what_a_source_spares(seed: int) -> None:
    rng = random.Random(seed)
    nodes, source = 40, 39
    edges = [Edge(0, child, -4.0) for child in range(1, nodes)]
    edges += [Edge(source, child, rng.uniform(-2, 6)) for child in range(1, source) if rng.random() < 0.6]
    edges += [Edge(*rng.sample(range(1, source), 2), rng.uniform(-3, 3)) for _ in range(150)]
    into: dict[int, list[Edge]] = {child: [edge for edge in edges if edge.child == child] for child in range(1, nodes)}
    above = {edge.child: edge for edge in best_forest(nodes, edges)}
    own = [edge for edge in above.values() if edge.parent == source]
    assert len(own) > 5
    assert _spared(source, own, above, into, set()) == pytest.approx(spared(source, own, above, into))
