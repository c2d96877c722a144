"""Where furniture of an archive stands in texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineage.archive.holdings import Holdings
from lineage.archive.segments import keys_of
from lineage.model import Span
from lineage.overlap.aside import standing_spans
from lineage.overlap.winnow import fingerprints
from lineage.text.tokens import tokenize_batch


def aside_spans(held: Holdings, texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """The stretches of each text that are furniture, as far as it is known."""
    keys = held.marks.aside()
    if not len(keys) or not texts:
        return [()] * len(texts)
    batch = tokenize_batch(texts, seed=held.seed)
    hashes, words, _, counts = fingerprints(batch.hashes, batch.first, batch.alone, held.tunables.window)
    standing = np.isin(keys_of(hashes), keys)
    ends = np.cumsum(counts)
    found: list[tuple[Span, ...]] = []
    for number, (end, count) in enumerate(zip(ends.tolist(), counts.tolist(), strict=True)):
        own = words[end - count : end][standing[end - count : end]]
        found.append(standing_spans(batch.article(number), own.tolist()) if len(own) else ())
    return found
