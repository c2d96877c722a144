"""A witness: an article's words, and which of them are its own narration.

Narration is what is left when quotations, furniture and credit phrases are set aside: two articles may well have
those in common without one having read the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain

import numpy as np

from lineage.dataclass import dataclass
from lineage.model import Article, Credit, Span
from lineage.text.tokens import WORDS_A_CHARACTER, Tokens

Mask = int  # some words of an article: bit i is set if word i is one of them. A tenth of the time of arrays of truths


@dataclass(frozen=True)
class Witness:
    """An article ready to be compared.

    `narrated` marks the words of its own narration, `body` those that are not furniture, `alone` those that are one
    character of a script without spaces and count `WORDS_A_CHARACTER`; `outlet` is the registry's id; `called` what
    sentences call it.
    """

    article: Article
    tokens: Tokens
    narrated: Mask
    body: Mask
    alone: Mask
    outlet: str | None
    credits: tuple[Credit, ...]
    called: str

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
        called: str,
    ) -> Witness:
        """Lay the marks over the words."""
        body = (1 << len(tokens)) - 1 & ~covered(tokens, furniture)
        credited = (credit.span for credit in credits if credit.place == "text")
        own = body & ~covered(tokens, quotes) & ~covered(tokens, credited)
        alone = _packed(tokens.alone) if np.count_nonzero(tokens.alone) else 0
        return cls(article, tokens, own, body, alone, outlet, tuple(c for c in credits if c.is_source), called)

    @cached_property
    def words(self) -> float:
        """Words of the body."""
        return self.count(self.body)

    @cached_property
    def narration(self) -> float:
        """Words of its own narration."""
        return self.count(self.narrated)

    def count(self, mask: Mask) -> float:
        """What the marked words count."""
        if not self.alone:
            return float(mask.bit_count())
        characters = (mask & self.alone).bit_count()
        return mask.bit_count() - characters + WORDS_A_CHARACTER * characters

    def mask(self, spans: Iterable[Span]) -> Mask:
        """The words that begin in the spans."""
        return covered(self.tokens, spans)

    def text(self, span: Span) -> str:
        """The characters of a span."""
        return self.article.text[span.start : span.end]

    def said(self, credit: Credit) -> str:
        """The phrase of one of its credits, in quotation marks, on one line, and where it stands if not in its text."""
        field = self.article.text if credit.place == "text" else self.article.author or ""
        phrase = " ".join(field[slice(*credit.span)].split())
        return f"“{phrase}”" if credit.place == "text" else f"“{phrase}” in its author field"


def covered(tokens: Tokens, spans: Iterable[Span]) -> Mask:
    """Which words begin inside one of the spans."""
    edges = list(chain.from_iterable(spans))
    if not edges:
        return 0
    places = tokens.starts.searchsorted(edges).tolist()
    mask = 0
    for low, high in zip(places[::2], places[1::2], strict=True):
        if low < high:
            mask |= (1 << high) - (1 << low)
    return mask


def first(mask: Mask) -> int:
    """The first word of a mask that is not empty."""
    return (mask & -mask).bit_length() - 1


def last(mask: Mask) -> int:
    """The last word of a mask, -1 if it is empty."""
    return mask.bit_length() - 1


def below(word: int) -> Mask:
    """All words before one."""
    return (1 << word) - 1


def _packed(marked: np.typing.NDArray[np.bool_]) -> Mask:
    return int.from_bytes(np.packbits(marked, bitorder="little").tobytes(), "little")
