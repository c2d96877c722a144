"""Articles' words made ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.kernel import Room
from lineage.overlap.chains import Stock
from lineage.text.quotes import mark_quoted
from lineage.text.tokens import SEED, tokenize_batch


def stocked(texts: Sequence[str], room: Room | None = None, *, seed: int = SEED) -> Stock:
    """The words of some texts laid end to end, with their places and quotations; in a room, until it is used again."""
    held = room or Room()
    batch = tokenize_batch(texts, seed=seed, room=held)
    alone = None if batch.alone is None else np.flatnonzero(batch.alone)
    base, sizes = batch.first[:-1], np.diff(batch.first)

    marked, known = held.array("quoted", len(batch.hashes), np.uint8), np.zeros(len(texts), bool)

    def quoted(articles: NDArray[np.int64]) -> NDArray[np.uint8]:
        articles = articles[~known[articles]]
        known[articles] = True
        if len(articles):
            mark_quoted([texts[i] for i in articles.tolist()], articles, (base, sizes, batch.starts), marked, held)
        return marked

    return Stock(batch.hashes, batch.starts, batch.ends, quoted, alone, base, sizes)
