"""Edmonds against brute force and networkx; marginals against enumeration."""

from __future__ import annotations

import itertools
import math
import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.descent import arborescence, confidence
from lineage.descent.arborescence import Edge, best_forest
from lineage.descent.components import components
from lineage.descent.confidence import marginals
from lineage.descent.sampling import _intervals


def random_edges(seed: int, nodes: int, density: float) -> list[Edge]:
    rng = random.Random(seed)
    edges = [Edge(0, child, rng.gauss(-1, 1)) for child in range(1, nodes)]
    edges += [
        Edge(parent, child, rng.gauss(0, 2))
        for parent in range(1, nodes)
        for child in range(1, nodes)
        if parent != child and rng.random() < density
    ]
    rng.shuffle(edges)
    return edges


def every_forest(nodes: int, edges: list[Edge]) -> list[tuple[Edge, ...]]:
    into = [[edge for edge in edges if edge.child == child] for child in range(1, nodes)]
    return [chosen for chosen in itertools.product(*into) if all(reaches_root(chosen, c) for c in range(1, nodes))]


def reaches_root(chosen: tuple[Edge, ...], node: int) -> bool:
    above = {edge.child: edge.parent for edge in chosen}
    for _ in range(len(above) + 1):
        if node == 0:
            return True
        node = above[node]
    return False


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6))
def test_best_forest_and_marginals_equal_enumeration(seed: int, nodes: int) -> None:
    edges = random_edges(seed, nodes, 0.7)
    forests = every_forest(nodes, edges)
    weights = [math.fsum(edge.weight for edge in forest) for forest in forests]
    found = best_forest(nodes, edges)
    assert reaches_root(tuple(found), 1)
    assert math.fsum(edge.weight for edge in found) == pytest.approx(max(weights))
    total = math.fsum(map(math.exp, weights))
    for edge, probability in zip(edges, marginals(nodes, edges), strict=True):
        share = math.fsum(math.exp(w) for w, f in zip(weights, forests, strict=True) if edge in f) / total
        assert probability == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_best_forest_equals_networkx(seed: int) -> None:
    edges = random_edges(seed, 60, 0.2)
    graph = nx.DiGraph()
    for edge in edges:
        graph.add_edge(edge.parent, edge.child, weight=edge.weight)
    expected = nx.maximum_spanning_arborescence(graph).size("weight")
    assert math.fsum(edge.weight for edge in best_forest(60, edges)) == pytest.approx(expected)


@given(st.integers(0, 10_000), st.integers(2, 9))
def test_without_circles_the_best_edges_are_the_forest(seed: int, nodes: int) -> None:
    rng = random.Random(seed)
    pairs = [(0, child) for child in range(1, nodes)] + [(rng.randrange(nodes), rng.randrange(nodes)) for _ in range(9)]
    edges = [Edge(parent, child, float(rng.randint(-2, 2))) for parent, child in pairs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arborescence, "_without_circles", lambda nodes, edges: None)
        expected = best_forest(nodes, edges)
    assert best_forest(nodes, edges) == expected


def test_a_node_that_cannot_be_reached_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot be reached"):
        best_forest(3, [Edge(0, 1, 0.0)])


def test_large_weights_do_not_overflow() -> None:
    edges = [Edge(0, 1, -500.0), Edge(1, 2, 900.0), Edge(2, 1, -900.0), Edge(0, 2, 800.0)]
    assert marginals(3, edges) == pytest.approx([1.0, 1.0, 0.0, 0.0], abs=1e-6)


def clustered_edges(seed: int, nodes: int) -> list[Edge]:
    """A graph like a story's: each node with a few near ones, in both directions, one of which is mostly the likelier;
    and a node that half of all may have taken from.
    """
    rng = random.Random(seed)
    edges = [Edge(0, child, -1.0) for child in range(1, nodes)]
    pairs = {(max(1, child - rng.randrange(1, 30)), child) for child in range(2, nodes) for _ in range(4)}
    pairs |= {(1, child) for child in range(2, nodes) if rng.random() < 0.5}
    for parent, child in sorted(pairs):
        if parent != child:
            odds = rng.gauss(0, 3)
            edges += [Edge(parent, child, odds), Edge(child, parent, -odds - 1)]
    return edges


def test_forests_by_chance_are_as_frequent_as_kirchhoff_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = 400
    edges = clustered_edges(3, nodes)
    exact = np.array(marginals(nodes, edges))
    monkeypatch.setattr(confidence, "EXACT_NODES", 50)
    error = abs(np.array(marginals(nodes, edges)) - exact)
    assert 0 < error.mean() < 0.002
    assert error.max() < 0.04
    assert marginals(nodes, edges[::-1])[::-1] == pytest.approx(marginals(nodes, edges), abs=1e-12)


@given(st.integers(0, 10**6), st.integers(1, 40))
def test_components_equal_networkx(seed: int, nodes: int) -> None:
    rng = random.Random(seed)
    edges = [(rng.randrange(nodes), rng.randrange(nodes)) for _ in range(rng.randrange(2 * nodes))]
    found = components(nodes, *np.array(edges, np.int64).reshape(-1, 2).T)
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(nodes))
    expected = {frozenset(own) for own in nx.strongly_connected_components(graph)}
    assert {frozenset(np.flatnonzero(found == number).tolist()) for number in range(max(found) + 1)} == expected


@given(st.integers(0, 10**6), st.integers(1, 40))
def test_intervals_hold_what_stands_below(seed: int, nodes: int) -> None:
    rng = random.Random(seed)
    order = [0, *rng.sample(range(1, nodes), nodes - 1)]
    above = np.zeros(nodes, np.int64)
    for place, node in enumerate(order[1:], 1):
        above[node] = order[rng.randrange(place)]
    first, past = _intervals(above)
    for node, other in itertools.product(range(nodes), repeat=2):
        way = other
        while way not in (0, node):
            way = int(above[way])
        assert (way == node) == (first[node] <= first[other] < past[node])
