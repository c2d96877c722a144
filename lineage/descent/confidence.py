"""How probable each edge is among all forests: the matrix-tree theorem.

The sum over all arborescences of the product of their edges' odds is a determinant (Kirchhoff; Tutte 1948), and
an edge's marginal probability comes from the inverse (Koo, Globerson, Carreras and Collins 2007). A forest is one
where no edges make a circle, and circles lie within strongly connected components: each of these is told by itself,
with all that stands outside it for its root.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

import numpy as np

from lineage.descent.arborescence import Edge
from lineage.descent.components import components
from lineage.descent.sampling import Floats, Integers, sampled

Graph = tuple[int, Sequence[Edge]]

EXACT_NODES = 1500  # a dense inverse of this size takes about a second; larger components are sampled
FEW_NODES = 32  # components of so many are told together: of larger ones the memory would be felt, the calls are not
WIDEST = 25.0  # nats between an edge and the best rival into its child: beyond, the inverse loses its digits
CEILING = 0.995  # no rule of this version is trusted beyond one error in 200


def marginals(nodes: int, edges: Sequence[Edge]) -> list[float]:
    """The probability of each edge, over all arborescences rooted at node 0; weights are log odds.

    Exact but for components of more than `EXACT_NODES` nodes, of which forests are drawn (see `sampling`): the same
    ones for the same nodes.
    """
    (shares,) = marginals_of_each([(nodes, edges)])
    return shares


def marginals_of_each(graphs: Sequence[Graph]) -> list[list[float]]:
    """`marginals` of graphs given by nodes and edges: of many small ones at once, which have but the root in common."""
    offsets = [0, *accumulate(nodes - 1 for nodes, _ in graphs)]
    child = np.array([edge.child + offset for offset, (_, edges) in _with(offsets, graphs) for edge in edges], np.int64)
    parent = [edge.parent and edge.parent + offset for offset, (_, edges) in _with(offsets, graphs) for edge in edges]
    weights = np.array([edge.weight for _, edges in graphs for edge in edges], np.float64)
    shares = iter(_shares(offsets[-1] + 1, np.array(parent, np.int64), child, weights).tolist())
    return [list(islice(shares, len(edges))) for _, edges in graphs]


def _with(offsets: Sequence[int], graphs: Sequence[Graph]) -> Iterator[tuple[int, Graph]]:
    return zip(offsets, graphs, strict=False)


def _shares(nodes: int, parent: Integers, child: Integers, odds: Floats) -> Floats:
    """The probability of each edge, float64[n]; those of the components of one size are told together."""
    top = np.full(nodes, -np.inf)
    np.maximum.at(top, child, odds)
    odds = np.exp(np.maximum(odds - top[child], -WIDEST))  # a factor common to all edges into a child cancels
    shares = odds / np.bincount(child, odds, nodes)[child]
    component = components(nodes, parent, child)
    size = np.bincount(component)
    local = _places(component, size) + 1
    inside = np.where(component[parent] == component[child], local[parent], 0)  # all that stands outside is the root
    own = component[child]
    circles = np.flatnonzero(size[own] > 1)
    kinds = np.where(size <= FEW_NODES, -size, np.arange(len(size)))[own[circles]]
    for kind in sorted(set(kinds.tolist())):  # `numpy.unique` would import masked arrays: 15 ms
        some = circles[kinds == kind]
        count = int(size[own[some[0]]])
        if count <= EXACT_NODES:
            shares[some] = _exact(count, own[some], inside[some], local[child[some]], odds[some])
        else:
            shares[some] = sampled(count + 1, inside[some], local[child[some]], odds[some])
    return shares


def _places(component: Integers, size: Integers) -> Integers:
    """Each node's place in its component, by number."""
    order = np.argsort(component, kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)
    return places


def _exact(nodes: int, component: Integers, parent: Integers, child: Integers, odds: Floats) -> Floats:
    """The probability of each edge by the inverse of the Laplacian of its component, float64[n]. All components are of
    `nodes` nodes beside the root.
    """
    graph = np.searchsorted(sorted(set(component.tolist())), component)
    count, width = int(graph.max()) + 1, nodes + 1
    laplacian = np.zeros((count, width, width))
    laplacian[graph, parent, child] = -odds  # of several edges from the root one stays: its row is left out
    every = np.arange(width)
    laplacian[:, every, every] = np.bincount(graph * width + child, odds, count * width).reshape(count, width)
    inverse = np.linalg.inv(laplacian[:, 1:, 1:])
    own = inverse[graph, child - 1, child - 1]
    other = np.where(parent > 0, inverse[graph, child - 1, np.maximum(parent, 1) - 1], 0.0)
    return np.clip(odds * (own - other), 0.0, 1.0)
