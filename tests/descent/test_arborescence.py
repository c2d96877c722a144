"""Edmonds against brute force and networkx; marginals against enumeration."""

from __future__ import annotations

import itertools
import math
import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.descent.arborescence import Edge, best_forest
from lineage.descent.confidence import marginals


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


def test_a_node_that_cannot_be_reached_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot be reached"):
        best_forest(3, [Edge(0, 1, 0.0)])


def test_large_weights_do_not_overflow() -> None:
    edges = [Edge(0, 1, -500.0), Edge(1, 2, 900.0), Edge(2, 1, -900.0), Edge(0, 2, 800.0)]
    assert marginals(3, edges) == pytest.approx([1.0, 1.0, 0.0, 0.0], abs=1e-6)
