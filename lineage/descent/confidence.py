"""How probable each edge is among all forests: the matrix-tree theorem.

The sum over all arborescences of the product of their edges' odds is a determinant (Kirchhoff; Tutte 1948), and
an edge's marginal probability comes from the inverse (Koo, Globerson, Carreras and Collins 2007). A forest is one
where no edges make a circle, and circles lie within strongly connected components: each of these is told by itself,
with all that stands outside it for its root.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineage.descent.arborescence import Edge
from lineage.descent.components import components
from lineage.descent.sampling import Floats, Integers, sampled

EXACT_NODES = 1500  # a dense inverse of this size takes about a second; larger components are sampled
WIDEST = 25.0  # nats between an edge and the best rival into its child: beyond, the inverse loses its digits
CEILING = 0.995  # no rule of this version is trusted beyond one error in 200


def marginals(nodes: int, edges: Sequence[Edge]) -> list[float]:
    """The probability of each edge, over all arborescences rooted at node 0; weights are log odds.

    Exact but for components of more than `EXACT_NODES` nodes, of which forests are drawn (see `sampling`): the same
    ones for the same nodes.
    """
    odds = np.array([edge.weight for edge in edges])
    child = np.array([edge.child for edge in edges])
    parent = np.array([edge.parent for edge in edges])
    top = np.full(nodes, -np.inf)
    np.maximum.at(top, child, odds)
    odds = np.exp(np.maximum(odds - top[child], -WIDEST))  # a factor common to all edges into a child cancels
    shares = odds / np.bincount(child, odds, nodes)[child]
    component = components(nodes, parent, child)
    size = np.bincount(component)
    order = np.argsort(component[child], kind="stable")
    order = order[size[component[child[order]]] > 1]
    for own in np.split(order, np.flatnonzero(np.diff(component[child[order]])) + 1):
        if len(own):
            within = np.flatnonzero(component == component[child[own[0]]])
            local = np.zeros(nodes, np.int64)
            local[within] = np.arange(1, len(within) + 1)
            tell = _exact if len(within) <= EXACT_NODES else sampled
            shares[own] = tell(len(within) + 1, local[parent[own]], local[child[own]], odds[own])
    return [float(share) for share in shares]


def _exact(nodes: int, parent: Integers, child: Integers, odds: Floats) -> Floats:
    """The probability of each edge by the inverse of the graph's Laplacian, float64[n]."""
    laplacian = np.zeros((nodes, nodes))
    laplacian[parent, child] = -odds  # of an edge from the root, which may be one of several, the row is left out
    laplacian[np.arange(nodes), np.arange(nodes)] = np.bincount(child, odds, nodes)
    inverse = np.linalg.inv(laplacian[1:, 1:])
    own = inverse[child - 1, child - 1]
    other = np.where(parent > 0, inverse[child - 1, np.maximum(parent, 1) - 1], 0.0)
    return np.clip(odds * (own - other), 0.0, 1.0)
