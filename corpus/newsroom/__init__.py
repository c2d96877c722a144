"""Seeded newsrooms that write stories with known lineage, for training and for scoring.

The newsroom to use is `corpus.newsroom.bureau`; it has all operators, seven languages, fifteen kinds of events. What is
exported here is the first one, which is simpler and made in another way: what holds on both is no artefact of either.
"""

from corpus.newsroom.stories import Clocks, Edge, GeneratedStory, Level, Truth, Unseen, generate

__all__ = ["Clocks", "Edge", "GeneratedStory", "Level", "Truth", "Unseen", "generate"]
