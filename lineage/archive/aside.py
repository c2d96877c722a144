"""Where furniture of an archive stands in texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lineage.archive.rows import Keys, among, keys_of
from lineage.model import Span
from lineage.overlap.aside import standing_spans
from lineage.overlap.chains import Stock
from lineage.overlap.winnow import fingerprints
from lineage.text.tokens import TokenBatch, tokenize_batch


def aside_spans(texts: Sequence[str], keys: Keys, window: int, seed: int) -> list[tuple[Span, ...]]:
    """The stretches of each text that are furniture; `keys` are furniture's fingerprints."""
    if not len(keys) or not texts:
        return [()] * len(texts)
    found = _standing(tokenize_batch(texts, seed=seed), keys, window)
    return [found.get(number, ()) for number in range(len(texts))]


def aside_in(stock: Stock, keys: Keys, window: int) -> Mapping[int, tuple[Span, ...]]:
    """The same of articles whose words are at hand, by number; those without are left out."""
    if not len(keys) or not len(stock.base):
        return {}
    first = np.append(stock.base, stock.base[-1] + stock.sizes[-1])
    alone = None
    if stock.alone is not None:
        alone = np.zeros(len(stock.hashes), bool)
        alone[stock.alone] = True
    batch = TokenBatch(stock.hashes, stock.starts, stock.ends, alone, first, np.diff(first))
    return _standing(batch, keys, window)


def _standing(batch: TokenBatch, keys: Keys, window: int) -> dict[int, tuple[Span, ...]]:
    hashes, words, _, counts = fingerprints(batch.hashes, batch.first, batch.alone, window)
    at = np.flatnonzero(among(keys_of(hashes), keys))
    number = np.searchsorted(np.cumsum(counts), at, "right")
    found: dict[int, list[int]] = {}
    for article, word in zip(number.tolist(), words[at].tolist(), strict=True):
        found.setdefault(article, []).append(word)
    return {article: standing_spans(batch.article(article), own) for article, own in found.items()}
