"""Texts made ready to be added to an archive, which another process may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from lineage.archive.matching import shingle_spans
from lineage.archive.records import Packer
from lineage.archive.reprints import VALUES, signatures
from lineage.archive.rows import Rows, keys_of, narrowed
from lineage.dataclass import dataclass
from lineage.kernel import Room
from lineage.overlap.winnow import fingerprints, sketch
from lineage.text.tokens import AT_ONCE, batches, laid, tokenize_batch


class Sketching(TypedDict):
    """How texts are made ready; see `sketched`."""

    window: int
    seed: int
    keep_text: bool


@dataclass(frozen=True, slots=True)
class Sketched:
    """Texts made ready: words int64[n], fingerprints int64[n] and signature uint8[n, VALUES] of each, compressed texts
    (none where text is not kept), and postings, sorted, whose articles are the texts' places.
    """

    words: NDArray[np.int64]
    prints: NDArray[np.int64]
    signatures: NDArray[np.uint8]
    packed: Sequence[bytes]
    rows: Rows

    def only(self, places: Sequence[int]) -> Sketched:
        """Some of the texts."""
        new = np.full(len(self.words), -1)
        new[places] = np.arange(len(places))
        rows = self.rows.take(new[self.rows.articles] >= 0)
        packed = [self.packed[i] for i in places] if self.packed else ()
        rows = rows.numbered(new[rows.articles])
        return Sketched(self.words[places], self.prints[places], self.signatures[places], packed, rows)


def sketched(texts: Sequence[str], *, window: int, seed: int, keep_text: bool, room: Room | None = None) -> Sketched:
    """Sketch and compress texts."""
    signed = np.empty((len(texts), VALUES), np.uint8)
    words, prints, rows = fingerprinted(texts, window=window, seed=seed, spans=not keep_text, room=room, signed=signed)
    return Sketched(words, prints, signed, list(map(Packer().pack, texts)) if keep_text else (), rows)


def fingerprinted(
    texts: Sequence[str],
    *,
    window: int,
    seed: int,
    spans: bool,
    room: Room | None = None,
    signed: NDArray[np.uint8] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], Rows]:
    """How many words and fingerprints each text has, and its postings, sorted; with `spans` these tell the characters
    of their shingles. The texts' signatures go to `signed` uint8[n, VALUES].
    """
    room = room or Room()
    words: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    prints: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    parts: list[Rows] = []
    done = 0
    for some in batches(texts, AT_ONCE):
        sizes = np.empty(len(some), np.int64)
        starts = lengths = None
        if spans:
            batch = tokenize_batch(some, seed=seed, room=room)
            made = fingerprints(batch.hashes, batch.first, batch.alone, window, room)
            starts, lengths = shingle_spans(batch, made[1], made[3])
            sizes[:] = np.diff(batch.first)
        else:
            data, bounds, narrow = laid(some, room)
            made = sketch(data, bounds, some.__getitem__, window, room, seed=seed, sizes=sizes, narrow=narrow)
        hashes, places, contexts, own = made
        number = np.repeat(np.arange(done, done + len(own)), own).astype(np.uint32)
        keys = keys_of(hashes)
        if signed is not None:
            signed[done : done + len(own)] = signatures(keys, number.astype(np.int64) - done, len(own))
        parts.append(Rows(keys, number, places.astype(np.uint32), narrowed(contexts), starts, lengths))
        prints.append(own)
        words.append(sizes)
        done += len(own)
    rows = Rows.joined(parts, spans).sorted()  # of equal ones, articles and words ascend already
    return np.concatenate(words), np.concatenate(prints), rows
