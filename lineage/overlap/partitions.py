"""Fingerprints of article after article, and which of them several articles share.

They are collected in one buffer. When it is full it is parted by the fingerprints' uppermost bits into temporary files:
two equal fingerprints fall into one part, so the parts can be joined one after another. Only what is shared is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lineage.overlap.candidates import Holders, Numbers, Postings, joined, sort

PARTS = 64  # files a column: with 64 a part of 10 million articles takes 300 MB
SMALLEST = 1 << 18  # fingerprints for which there is room at first: 2,000 articles, 4 MB of pages that are none until
# they are written to; where there is more, pages are large and cleared whole
_SHORT = np.iinfo(np.uint16).max
_PART_BITS = np.uint64(PARTS.bit_length() - 1)


class Partitions:
    """Collects fingerprints; beyond `in_memory` of them they go to temporary files."""

    def __init__(self, in_memory: int) -> None:
        self._in_memory = in_memory
        size = min(in_memory, SMALLEST)
        self._hashes = np.empty(size, np.uint64)
        self._words: NDArray[Any] = np.empty(size, np.uint16)  # enough, until an article has more words
        self._contexts = np.empty(size, np.uint32)
        self._held = 0
        self._counts: list[NDArray[np.int64]] = []
        self._spilled = 0  # batches of counts that are on disk already
        self._articles = 0  # that are on disk
        self._files: list[list[IO[bytes]]] = []  # by column, then by part

    def add(
        self,
        hashes: NDArray[np.uint64],
        words: NDArray[np.int32],
        contexts: NDArray[np.uint32],
        counts: NDArray[np.int64],
    ) -> None:
        """The fingerprints of the next articles: of article i `counts[i]`. They are copied."""
        if self._held + len(hashes) > self._in_memory and self._held:
            self._spill()
        end = self._held + len(hashes)
        if end > len(self._hashes):
            # all that may be held: pages that are not written to are no memory yet
            size = max(end, min(self._in_memory, 32 * len(self._hashes)))
            self._hashes, self._words, self._contexts = (
                _grown(column, self._held, size) for column in (self._hashes, self._words, self._contexts)
            )
        if self._words.dtype == np.uint16 and words.max(initial=0) > _SHORT:
            self._words = self._words.astype(np.int32)
        self._hashes[self._held : end] = hashes
        self._words[self._held : end] = words
        self._contexts[self._held : end] = contexts
        self._counts.append(counts)
        self._held = end

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many fingerprints each article has."""
        return np.concatenate(self._counts) if self._counts else np.empty(0, np.int64)

    def shared(self) -> tuple[Postings, Holders]:
        """The postings whose fingerprint others hold too, by article and word, and their groups.

        Their hashes have served and are left out. Nothing can be added any more.
        """
        if not self._files:
            return self._shared_at_once()
        kept: list[Postings] = []
        sizes: list[NDArray[np.int64]] = []
        for part in self._parts():
            members, opens = joined(part.hashes)
            kept.append(part.take(members))
            sizes.append(np.diff(opens))
        return _united(kept, np.concatenate(sizes))

    def _shared_at_once(self) -> tuple[Postings, Holders]:
        """The same where nothing is on disk: the numbers of postings are by article and word already."""
        hashes, words, contexts = self._hashes[: self._held], self._words, self._contexts
        self._hashes, self._words, self._contexts = (np.empty(0, column.dtype) for column in (hashes, words, contexts))
        members, opens = joined(hashes)
        del hashes  # the memory serves what follows
        order, numbers = _by_number(members)
        del members
        counts = self.counts
        own = np.diff(np.searchsorted(numbers, np.concatenate([[0], np.cumsum(counts)])))
        articles = np.repeat(np.arange(len(counts), dtype=np.int32), own)
        shared = Postings(np.empty(0, np.uint64), articles, words[numbers].astype(np.int32), contexts[numbers])
        del words, contexts
        return shared, _held_by(order, np.diff(opens))

    def _spill(self) -> None:
        """Write what is in the buffer to the parts' files, in order."""
        if not self._files:
            self._files = [[tempfile.TemporaryFile() for _ in range(PARTS)] for _ in range(4)]  # noqa: SIM115
        counts = np.concatenate(self._counts[self._spilled :])
        articles = np.repeat(np.arange(self._articles, self._articles + len(counts), dtype=np.int32), counts)
        held = slice(0, self._held)
        postings = Postings(self._hashes[held], articles, self._words[held].astype(np.int32), self._contexts[held])
        part = (postings.hashes >> (np.uint64(64) - _PART_BITS)).astype(np.uint8)
        order = np.argsort(part, kind="stable")
        bounds = np.searchsorted(part[order], np.arange(PARTS + 1))
        ordered = postings.take(order)
        columns: tuple[NDArray[Any], ...] = (ordered.hashes, ordered.articles, ordered.words, ordered.contexts)
        for files, column in zip(self._files, columns, strict=True):
            for file, first, last in zip(files, bounds, bounds[1:], strict=False):
                file.write(column[first:last].tobytes())
        self._articles += len(counts)
        self._spilled = len(self._counts)
        self._held = 0

    def _parts(self) -> Iterator[Postings]:
        if self._held:
            self._spill()
        for hashes, articles, words, contexts in zip(*self._files, strict=True):
            yield Postings(
                np.frombuffer(bytearray(_taken(hashes)), np.uint64),
                np.frombuffer(_taken(articles), np.int32),
                np.frombuffer(_taken(words), np.int32),
                np.frombuffer(_taken(contexts), np.uint32),
            )


def _grown(column: NDArray[Any], held: int, size: int) -> NDArray[Any]:
    wider = np.empty(size, column.dtype)
    wider[:held] = column[:held]
    return wider


def _taken(file: IO[bytes]) -> bytes:
    """What a file holds; it is gone then."""
    with file:
        file.seek(0)
        return file.read()


def _united(kept: list[Postings], sizes: NDArray[np.int64]) -> tuple[Postings, Holders]:
    """The shared postings of all parts, by article and word, and their groups."""
    articles = np.concatenate([part.articles for part in kept])
    words = np.concatenate([part.words for part in kept])
    order = _by_place(articles, words)
    contexts = np.concatenate([part.contexts for part in kept])
    shared = Postings(np.empty(0, np.uint64), articles[order], words[order], contexts[order])
    return shared, _held_by(order, sizes)


def _held_by(order: NDArray[np.int64], sizes: NDArray[np.int64]) -> Holders:
    """Groups of so many entries, of which entry `order[i]` is posting i."""
    kind: type[np.signedinteger[Any]] = np.int32 if len(order) < 1 << 31 else np.int64
    rank: Numbers = np.empty(len(order), kind)
    rank[order] = np.arange(len(order), dtype=kind)
    ends = np.cumsum(sizes).astype(kind)
    return Holders(rank, np.repeat(ends, sizes), np.repeat(ends - sizes.astype(kind), sizes), order.astype(kind))


def _by_number(members: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order of different numbers, and they themselves in order, in their places: fresh memory is time."""
    low = max(1, (len(members) - 1).bit_length())
    free = 64 - low - max(1, int(members.max(initial=0)).bit_length())
    keys = members.view(np.uint64)
    keys <<= np.uint64(low)
    keys |= np.arange(len(keys), dtype=np.uint64)
    keys <<= np.uint64(free)
    sort(keys)
    keys >>= np.uint64(free)
    order = keys & np.uint64((1 << low) - 1)
    keys >>= np.uint64(low)
    return order.view(np.int64), members


def _by_place(articles: NDArray[np.int32], words: NDArray[np.int32]) -> NDArray[np.int64]:
    """The order by article and word. Packed into one number where that fits: sorting is then ten times as fast."""
    if not len(articles):
        return np.empty(0, np.int64)
    high, low = int(articles.max()).bit_length(), int(words.max()).bit_length()
    number = (len(articles) - 1).bit_length()
    free = 64 - high - low - number
    if free < 0:
        return np.lexsort((words, articles))
    keys = articles.astype(np.uint64) << np.uint64(low + number + free)
    keys |= words.astype(np.uint64) << np.uint64(number + free)
    keys |= np.arange(len(keys), dtype=np.uint64) << np.uint64(free)
    sort(keys)
    return ((keys >> np.uint64(free)) & np.uint64((1 << number) - 1)).astype(np.int64)
