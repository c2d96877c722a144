"""A witness: an article's words, and which of them are its own narration.

Narration is what is left when quotations, furniture and credit phrases are set aside: two articles may well have
those in common without one having read the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.model import Article, Credit, Span
from lineage.text.tokens import WORDS_A_CHARACTER, Tokens

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Witness:
    """An article ready to be compared.

    `narrated` bool[n] marks the words of its own narration, `body` those that are not furniture; `weights`
    float64[n] is what each word counts; `outlet` is the registry's id.
    """

    article: Article
    tokens: Tokens
    narrated: Mask
    body: Mask
    weights: NDArray[np.float64]
    outlet: str | None
    credits: tuple[Credit, ...]

    @classmethod
    def of(
        cls,
        article: Article,
        tokens: Tokens,
        *,
        quotes: Iterable[Span],
        furniture: Iterable[Span],
        credits: Sequence[Credit],
        outlet: str | None,
    ) -> Witness:
        """Lay the marks over the words."""
        body = ~covered(tokens, furniture)
        own = body & ~covered(tokens, quotes) & ~covered(tokens, (credit.span for credit in credits))
        weights = np.where(tokens.alone, WORDS_A_CHARACTER, 1.0)
        return cls(article, tokens, own, body, weights, outlet, tuple(c for c in credits if c.is_source))

    @property
    def words(self) -> float:
        """Words of the body."""
        return float(self.weights[self.body].sum())

    @property
    def narration(self) -> float:
        """Words of its own narration."""
        return float(self.weights[self.narrated].sum())

    def count(self, mask: Mask) -> float:
        """What the marked words count."""
        return float(self.weights[mask].sum())

    def mask(self, spans: Iterable[Span]) -> Mask:
        """The words that lie in the spans, bool[n]."""
        return covered(self.tokens, spans)

    def text(self, span: Span) -> str:
        """The characters of a span."""
        return self.article.text[span.start : span.end]


def covered(tokens: Tokens, spans: Iterable[Span]) -> Mask:
    """Which words begin inside one of the spans, bool[n]."""
    mask = np.zeros(len(tokens), bool)
    edges = np.array([(span[0], span[1]) for span in spans], np.int64).reshape(-1, 2)
    if len(edges):
        low = np.searchsorted(tokens.starts, edges[:, 0])
        high = np.searchsorted(tokens.starts, edges[:, 1])
        for first, last in zip(low.tolist(), high.tolist(), strict=True):
            mask[first:last] = True
    return mask
