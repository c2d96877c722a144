"""The newsroom to use, with a grammar: every sentence keeps the choices behind its words, so that rewording is a
redrawing from the odds of first writing. `generate` gives one story with its truth.
"""

from corpus.newsroom.bureau.book import Split
from corpus.newsroom.bureau.ceiling import Ceiling, ceiling
from corpus.newsroom.bureau.clocks import Clocks
from corpus.newsroom.bureau.generating import generate
from corpus.newsroom.bureau.levels import LEVELS, Level, LevelName
from corpus.newsroom.bureau.nouns import Decoy, Edge, GeneratedStory, TrueCredit, Truth, Unseen, truth_document

__all__ = [
    "LEVELS", "Ceiling", "Clocks", "Decoy", "Edge", "GeneratedStory", "Level", "LevelName", "Split", "TrueCredit",
    "Truth", "Unseen", "ceiling", "generate", "truth_document",
]  # fmt: skip
