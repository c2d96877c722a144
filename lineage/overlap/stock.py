"""Articles' words made ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.kernel import Room
from lineage.overlap.chains import Stock
from lineage.text.quotes import mark_quoted
from lineage.text.tokens import SEED, tokenize_batch


def stocked(
    texts: Sequence[str], room: Room | None = None, *, seed: int = SEED, needed: NDArray[np.int64] | None = None
) -> Stock:
    """The words of some texts, or those of them that are `needed` (as `chains.needed` says), laid end to end, with
    their places and quotations; in a room, until it is used again.
    """
    held = room or Room()
    kept = None if needed is None else np.ascontiguousarray(needed[:, :2])
    batch = tokenize_batch(texts, seed=seed, room=held, kept=kept)
    alone = None if batch.alone is None else np.flatnonzero(batch.alone)
    begin, counts = batch.first[:-1], np.diff(batch.first)

    marked, known = held.array("quoted", len(batch.hashes), np.uint8), np.zeros(len(texts), bool)

    def quoted(articles: NDArray[np.int64]) -> NDArray[np.uint8]:
        articles = articles[~known[articles]]
        known[articles] = True
        if len(articles):
            mark_quoted([texts[i] for i in articles.tolist()], articles, (begin, counts, batch.starts), marked, held)
        return marked

    columns = batch.hashes, batch.starts, batch.ends, quoted, alone
    if needed is None:
        return Stock(*columns, begin, counts)
    low = np.minimum(needed[:, 0], batch.sizes)
    return Stock(*columns, begin - low, batch.sizes, (low, low + counts, needed[:, 2].copy()))
