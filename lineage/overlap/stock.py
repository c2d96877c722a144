"""Articles' words made ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.kernel import Room
from lineage.overlap.chains import Stock
from lineage.text.quotes import mark_quoted
from lineage.text.tokens import AT_ONCE, SEED, batches, joined, tokenize_batch


def stocked(texts: Sequence[str], room: Room | None = None, *, seed: int = SEED) -> Stock:
    """The words of some texts laid end to end, with their places and quotations; in a room, until it is used again."""
    held = room or Room()
    batch = tokenize_batch(texts, seed=seed, room=held)
    alone = None if batch.alone is None else np.flatnonzero(batch.alone)
    base, sizes = batch.first[:-1], np.diff(batch.first)

    def quoted(articles: NDArray[np.int64]) -> NDArray[np.uint8]:
        marked, done = held.array("quoted", len(batch.hashes), np.uint8), 0
        for some in batches((texts[i] for i in articles.tolist()), AT_ONCE):
            which = articles[done : done + len(some)]
            mark_quoted(*joined(some, held), which, (base, sizes, batch.starts), marked, held)
            done += len(some)
        return marked

    return Stock(batch.hashes, batch.starts, batch.ends, quoted, alone, base, sizes)
