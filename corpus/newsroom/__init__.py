"""A seeded newsroom that writes stories with known lineage, for training and for scoring."""

from corpus.newsroom.stories import Clocks, Edge, GeneratedStory, Level, Truth, Unseen, generate

__all__ = ["Clocks", "Edge", "GeneratedStory", "Level", "Truth", "Unseen", "generate"]
