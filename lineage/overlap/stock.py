"""Articles' words made ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineage.kernel import Room
from lineage.overlap.chains import Stock
from lineage.text.quotes import quotes_in
from lineage.text.tokens import SEED, joined, tokenize_encoded


def stocked(texts: Sequence[str], room: Room | None = None, *, seed: int = SEED) -> Stock:
    """The words of some texts laid end to end, with their places and quotations; in a room, until it is used again."""
    data, bounds = joined(texts, room)
    batch = tokenize_encoded(data, bounds, seed=seed, room=room)
    alone = None if batch.alone is None else np.flatnonzero(batch.alone)
    base, sizes = batch.first[:-1], np.diff(batch.first)
    return Stock(batch.hashes, batch.starts, batch.ends, lambda: quotes_in(data, bounds, room), alone, base, sizes)
