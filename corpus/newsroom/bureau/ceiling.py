"""What even an oracle could reach on a story."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.newsroom.bureau.nouns import GeneratedStory


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Upper bounds (0..1) for one story: of direction given the true pairs, and of a tree's edge F1.

    `direction` counts an edge that nothing decides as half right. `tree` is the F1 of a tree that has the right
    first parent of every article: second parents cannot stand in it.
    """

    direction: float
    tree: float


def ceiling(story: GeneratedStory) -> Ceiling:
    """The bounds for a story; 1 where there is nothing to get wrong."""
    edges = story.truth.edges
    if not edges:
        return Ceiling(1.0, 1.0)
    decided = sum(1.0 if edge.decidable else 0.5 for edge in edges)
    first = len({edge.child for edge in edges})
    return Ceiling(decided / len(edges), 2 * first / (first + len(edges)))
