"""Strongly connected components: which nodes lie on circles with each other (Tarjan 1972)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def components(nodes: int, source: Integers, target: Integers) -> Integers:
    """The number of each node's component, int64[nodes]; edges are given by their ends, int64[n] each."""
    order = np.argsort(source, kind="stable")
    follows = target[order].tolist()
    first = np.searchsorted(source[order], np.arange(nodes + 1)).tolist()
    seen = [0] * nodes  # in which place a node was met, from 1
    low = [0] * nodes
    component = [-1] * nodes
    at = first[:-1]
    met = found = 0
    open_: list[int] = []
    for start in range(nodes):
        path = [] if seen[start] else [start]
        while path:
            node = path[-1]
            if not seen[node]:
                met += 1
                seen[node] = low[node] = met
                open_.append(node)
            if at[node] < first[node + 1]:
                other = follows[at[node]]
                at[node] += 1
                if not seen[other]:
                    path.append(other)
                elif component[other] < 0:
                    low[node] = min(low[node], seen[other])
                continue
            path.pop()
            if path:
                low[path[-1]] = min(low[path[-1]], low[node])
            if low[node] == seen[node]:
                while component[node] < 0:
                    component[open_.pop()] = found
                found += 1
    return np.array(component, np.int64)
