"""How probable each edge is among all forests: the matrix-tree theorem.

The sum over all arborescences of the product of their edges' odds is a determinant (Kirchhoff; Tutte 1948), and
an edge's marginal probability comes from the inverse (Koo, Globerson, Carreras and Collins 2007).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineage.descent.arborescence import Edge

EXACT_NODES = 1500  # a dense inverse of this size takes about a second; beyond it each child is taken by itself
WIDEST = 25.0  # nats between an edge and the best rival into its child: beyond, the inverse loses its digits
CEILING = 0.995  # no rule of this version is trusted beyond one error in 200


def marginals(nodes: int, edges: Sequence[Edge]) -> list[float]:
    """The probability of each edge, over all arborescences rooted at node 0; weights are log odds.

    Exact to `EXACT_NODES` nodes; beyond, each child's edges are normalised by themselves.
    """
    odds = np.array([edge.weight for edge in edges])
    child = np.array([edge.child for edge in edges])
    parent = np.array([edge.parent for edge in edges])
    top = np.full(nodes, -np.inf)
    np.maximum.at(top, child, odds)
    odds = np.exp(np.maximum(odds - top[child], -WIDEST))  # a factor common to all edges into a child cancels
    total = np.bincount(child, odds, nodes)
    if nodes > EXACT_NODES:
        return [float(share) for share in odds / total[child]]
    laplacian = np.zeros((nodes, nodes))
    np.add.at(laplacian, (parent, child), -odds)
    laplacian[np.arange(nodes), np.arange(nodes)] = total
    inverse = np.linalg.inv(laplacian[1:, 1:])
    own = inverse[child - 1, child - 1]
    other = np.where(parent > 0, inverse[child - 1, np.maximum(parent, 1) - 1], 0.0)
    return [float(share) for share in np.clip(odds * (own - other), 0.0, 1.0)]
