"""Articles' words made ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineage.kernel import Room
from lineage.overlap.chains import Stock
from lineage.text.quotes import find_quotes
from lineage.text.tokens import SEED, WORDS_A_CHARACTER, tokenize_batch


def stocked(texts: Sequence[str], room: Room | None = None, *, seed: int = SEED) -> Stock:
    """The words of some texts laid end to end, with their places and quotations; in a room, until it is used again."""
    batch = tokenize_batch(texts, seed=seed, room=room)
    weights = None if batch.alone is None else np.where(batch.alone, np.float32(WORDS_A_CHARACTER), np.float32(1))
    base, sizes = batch.first[:-1], np.diff(batch.first)
    return Stock(batch.hashes, batch.starts, batch.ends, lambda i: find_quotes(texts[i]), weights, base, sizes)
