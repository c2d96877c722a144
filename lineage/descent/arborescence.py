"""The best forest of descent: the maximum arborescence over a virtual root.

Edmonds' algorithm (1967) with a mergeable heap of incoming edges at every node (Tarjan 1977; Gabow and others
1986): O(m log n) for m edges and n nodes. Node 0 is the virtual root, "no parent among us".
"""

from __future__ import annotations

from collections.abc import Iterable

from lineage.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """A possible edge: from node `parent` to node `child`, worth `weight` (natural-log odds)."""

    parent: int
    child: int
    weight: float


class _Heap:
    """A leftist heap of edges by weight, greatest first, with a value to be added to a whole subtree."""

    __slots__ = ("edge", "key", "left", "pending", "rank", "right")

    def __init__(self, edge: int, key: float) -> None:
        self.edge = edge
        self.key = key
        self.pending = 0.0
        self.rank = 1
        self.left: _Heap | None = None
        self.right: _Heap | None = None

    def settle(self) -> None:
        """Apply the pending value here and hand it down."""
        if self.pending:
            self.key += self.pending
            for below in (self.left, self.right):
                if below is not None:
                    below.pending += self.pending
            self.pending = 0.0


def _meld(one: _Heap | None, other: _Heap | None) -> _Heap | None:
    path: list[_Heap] = []
    while one is not None and other is not None:
        one.settle()
        other.settle()
        if (other.key, -other.edge) > (one.key, -one.edge):
            one, other = other, one
        path.append(one)
        one, other = one.right, other
    merged = one if one is not None else other
    for node in reversed(path):
        node.right = merged
        left_rank = node.left.rank if node.left is not None else 0
        right_rank = merged.rank if merged is not None else 0
        if right_rank > left_rank:
            node.left, node.right = node.right, node.left
            left_rank, right_rank = right_rank, left_rank
        node.rank = right_rank + 1
        merged = node
    return merged


def _pop(heap: _Heap) -> _Heap | None:
    heap.settle()
    return _meld(heap.left, heap.right)


def _find(leader: list[int], node: int) -> int:
    while leader[node] != node:
        leader[node] = leader[leader[node]]
        node = leader[node]
    return node


def best_forest(nodes: int, edges: Iterable[Edge]) -> list[Edge]:
    """The arborescence rooted at node 0 with the greatest sum of weights: one edge into each of 1..nodes-1.

    Every node must be reachable from node 0 (give each an edge from it). Ties go to the earlier edge. Raises
    ValueError if a node cannot be reached.
    """
    held = [edge for edge in edges if edge.parent != edge.child and edge.child != 0]
    if (simple := _without_circles(nodes, held)) is not None:
        return simple
    heaps: list[_Heap | None] = [None] * nodes
    for number, edge in enumerate(held):
        heaps[edge.child] = _meld(heaps[edge.child], _Heap(number, edge.weight))
    leader = list(range(nodes))
    state = [0] * nodes  # 0 not seen, 1 on the path, 2 done
    state[0] = 2
    entering: list[int] = [-1] * nodes
    contractions: list[tuple[int, list[tuple[int, int]]]] = []
    for start in range(1, nodes):
        node = _find(leader, start)
        path: list[int] = []
        while state[node] != 2:
            state[node] = 1
            path.append(node)
            heap = heaps[node]
            while heap is not None:
                heap.settle()
                if _find(leader, held[heap.edge].parent) != node:
                    break
                heap = _pop(heap)
            if heap is None:
                raise ValueError(f"node {node} cannot be reached from the root")
            heaps[node] = heap
            entering[node] = heap.edge
            before = _find(leader, held[heap.edge].parent)
            cycle = state[before] == 1
            node = _contract(path, before, heaps, leader, state, entering, contractions) if cycle else before
        for done in path:
            state[done] = 2
    return _expand(nodes, held, entering, contractions)


def _without_circles(nodes: int, edges: Iterable[Edge]) -> list[Edge] | None:
    """The best edge into each node, where these make no circle and so are the best forest, as in most small graphs."""
    best: list[Edge | None] = [None] * nodes
    for edge in edges:
        held = best[edge.child]
        if held is None or edge.weight > held.weight:
            best[edge.child] = edge
    walk = [0] + [-1] * (nodes - 1)  # on which each node was come by first, going upward from every node in turn
    for start in range(1, nodes):
        node = start
        while walk[node] < 0:
            walk[node], above = start, best[node]
            if above is None:
                return None
            node = above.parent
        if walk[node] == start:
            return None
    return [edge for edge in best if edge is not None]


def _contract(
    path: list[int],
    start: int,
    heaps: list[_Heap | None],
    leader: list[int],
    state: list[int],
    entering: list[int],
    contractions: list[tuple[int, list[tuple[int, int]]]],
) -> int:
    """Make one new node of the cycle at the end of `path`; every edge into it costs what it replaces."""
    cycle = path[path.index(start) :]
    del path[path.index(start) :]
    new = len(heaps)
    heaps.append(None)
    leader.append(new)
    state.append(0)
    entering.append(-1)
    members: list[tuple[int, int]] = []
    merged: _Heap | None = None
    for node in cycle:
        heap = heaps[node]
        assert heap is not None
        heap.settle()
        heap.pending -= heap.key
        merged = _meld(merged, heap)
        leader[node] = new
        members.append((node, entering[node]))
    heaps[new] = merged
    contractions.append((new, members))
    return new


def _expand(
    nodes: int, held: list[Edge], entering: list[int], contractions: list[tuple[int, list[tuple[int, int]]]]
) -> list[Edge]:
    """Open the cycles again, the last first: each keeps all its edges but the one that the entering edge breaks."""
    inside: dict[int, int] = {}
    for new, members in contractions:
        for node, _ in members:
            inside[node] = new
    for new, members in reversed(contractions):
        edge = entering[new]
        top = held[edge].child
        while inside.get(top) != new:
            top = inside[top]
        for node, own in members:
            entering[node] = edge if node == top else own
    return [held[entering[node]] for node in range(1, nodes)]
