"""Texts made ready to be added to an archive, which another process may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from lineage.archive.matching import shingle_spans
from lineage.archive.reprints import VALUES, signatures
from lineage.archive.rows import Rows, keys_of
from lineage.archive.texts import Block, packed
from lineage.dataclass import dataclass
from lineage.kernel import OwnRoom, Room, postings
from lineage.overlap.winnow import fingerprints, sketch
from lineage.text.tokens import AT_ONCE, batches, laid, tokenize_batch

_OWN = OwnRoom()  # for those who bring none: other processes


class Sketching(TypedDict):
    """How texts are made ready; see `sketched`."""

    window: int
    seed: int
    keep_text: bool


@dataclass(frozen=True, slots=True)
class Sketched:
    """Texts made ready: words int64[n], fingerprints int64[n] and signature uint8[n, VALUES] of each, the texts
    compressed (none where text is not kept), and postings, sorted, whose articles are the texts' places.
    """

    words: NDArray[np.int64]
    prints: NDArray[np.int64]
    signatures: NDArray[np.uint8]
    blocks: Sequence[Block]
    rows: Rows

    def only(self, places: Sequence[int], texts: Sequence[str]) -> Sketched:
        """Some of the texts, which are told again."""
        new = np.full(len(self.words), -1)
        new[places] = np.arange(len(places))
        rows = self.rows.take(new[self.rows.articles] >= 0)
        blocks = list(packed(texts)) if self.blocks else ()
        rows = rows.numbered(new[rows.articles])
        return Sketched(self.words[places], self.prints[places], self.signatures[places], blocks, rows)


def sketched(texts: Sequence[str], *, window: int, seed: int, keep_text: bool, room: Room | None = None) -> Sketched:
    """Sketch and compress texts."""
    signed = np.empty((len(texts), VALUES), np.uint8)
    words, prints, rows = fingerprinted(texts, window=window, seed=seed, spans=not keep_text, room=room, signed=signed)
    return Sketched(words, prints, signed, list(packed(texts)) if keep_text else (), rows)


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
    room = room or _OWN.room
    most = (sum(map(len, texts)) + len(texts)) // 2 + 1  # a word has a letter and an end; pages not written to are none
    hashes, places = room.array("batch hashes", most, np.uint64), room.array("batch words", most, np.int32)
    contexts = room.array("batch contexts", most, np.uint32)
    spanned = [(np.empty(0, np.uint32), np.empty(0, np.uint16))]
    words, prints = np.empty(len(texts), np.int64), np.empty(len(texts), np.int64)
    done = at = 0
    for some in batches(texts, AT_ONCE):
        own = slice(done, done + len(some))
        if spans:
            batch = tokenize_batch(some, seed=seed, room=room)
            made = fingerprints(batch.hashes, batch.first, batch.alone, window, room)
            spanned.append(shingle_spans(batch, made[1], made[3]))
            words[own] = np.diff(batch.first)
        else:
            data, bounds, narrow = laid(some, room)
            made = sketch(data, bounds, some.__getitem__, window, room, seed=seed, sizes=words[own], narrow=narrow)
        prints[own] = made[3]
        if signed is not None:
            signed[own] = signatures(keys_of(made[0]), np.repeat(np.arange(len(some)), made[3]), len(some))
        end = at + len(made[0])
        hashes[at:end], places[at:end], contexts[at:end] = made[:3]
        done, at = done + len(some), end
    columns = hashes[:at], places[:at], contexts[:at]
    arranged = None if spans else postings.arranged(*columns, prints, room)
    if arranged is not None:
        return words, prints, Rows(*arranged)
    number = np.repeat(np.arange(len(texts)), prints).astype(np.uint32)
    starts, lengths = (np.concatenate(parts) for parts in zip(*spanned, strict=True)) if spans else (None, None)
    rows = Rows(keys_of(columns[0]), number, columns[1].astype(np.uint32), columns[2].copy(), starts, lengths)
    return words, prints, rows.sorted()  # of equal ones, articles and words ascend already
