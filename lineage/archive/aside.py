"""Where furniture of an archive stands in texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.archive.rows import Keys, among, keys_of
from lineage.model import Span
from lineage.overlap.aside import Aside, standing_spans
from lineage.overlap.chains import Stock
from lineage.overlap.winnow import fingerprints
from lineage.text.tokens import TokenBatch, tokenize_batch


def aside_spans(texts: Sequence[str], keys: Keys, window: int, seed: int) -> list[tuple[Span, ...]]:
    """The stretches of each text that are furniture; `keys` are furniture's fingerprints."""
    if not len(keys) or not texts:
        return [()] * len(texts)
    batch = tokenize_batch(texts, seed=seed)
    found: dict[int, list[int]] = {}
    for number, word in zip(*(column.tolist() for column in _standing(batch, keys, window)), strict=True):
        found.setdefault(number, []).append(word)
    own = {number: standing_spans(batch.article(number), first) for number, first in found.items()}
    return [own.get(number, ()) for number in range(len(texts))]


def aside_in(stock: Stock, keys: Keys, window: int) -> Aside | None:
    """The same of articles whose words are at hand; None where there are none."""
    if not len(keys) or not len(stock.base):
        return None
    first = np.append(stock.base, stock.base[-1] + stock.sizes[-1])
    alone = None
    if stock.alone is not None:
        alone = np.zeros(len(stock.hashes), bool)
        alone[stock.alone] = True
    batch = TokenBatch(stock.hashes, stock.starts, stock.ends, alone, first, np.diff(first))
    return Aside.of(stock, *_standing(batch, keys, window))


def _standing(batch: TokenBatch, keys: Keys, window: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of the texts that hold some fingerprints, and with which word each of these begins."""
    hashes, words, _, counts = fingerprints(batch.hashes, batch.first, batch.alone, window)
    at = np.flatnonzero(among(keys_of(hashes), keys))
    return np.searchsorted(np.cumsum(counts), at, "right"), words[at].astype(np.int64)
