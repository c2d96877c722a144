"""What even one who knows how a story was made could reach on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Upper bounds (0..1) for one story: of direction given the true pairs, and of a tree's edge F1.

    `direction` counts an edge as half right if the generator would have made either order of the two texts with the
    same probability, whatever else is seen: no clock, no credit, no text that one has alone, no third text of the
    family, no house forms. It is a bound, and mostly a loose one: any such sign counts as if it told everything.
    It bounds the edge F1 of a system that may name several parents, too, as an edge turned round is wrong.
    `tree` is the F1 of a tree that has the right first parent of every article: second parents cannot stand in it.
    """

    direction: float
    tree: float


def ceiling(story: Any) -> Ceiling:
    """The bounds for a story of either generator; 1 where there is nothing to get wrong."""
    edges = story.truth.edges
    if not edges:
        return Ceiling(1.0, 1.0)
    decided = sum(1.0 if edge.decidable else 0.5 for edge in edges)
    first = len({edge.child for edge in edges})
    return Ceiling(decided / len(edges), 2 * first / (first + len(edges)))
