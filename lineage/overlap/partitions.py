"""Fingerprints of more articles than memory holds: parted by their uppermost bits into files, joined part by part.

Two equal fingerprints fall into one part, so the parts can be joined one after another, and only what several
articles share is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lineage.overlap.candidates import Holders, Postings, group, sort

PARTS = 64  # files: with 64 a part of 10 million articles takes 300 MB
_PART_BITS = np.uint64(PARTS.bit_length() - 1)


class Partitions:
    """Collects the fingerprints of article after article; beyond `in_memory` of them they go to temporary files."""

    def __init__(self, in_memory: int) -> None:
        self._in_memory = in_memory
        self._hashes: list[NDArray[np.uint64]] = []
        self._words: list[NDArray[np.int32]] = []
        self._contexts: list[NDArray[np.uint32]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._held = 0
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
        """The fingerprints of the next articles: of article i `counts[i]`."""
        self._hashes.append(hashes)
        self._words.append(words)
        self._contexts.append(contexts)
        self._counts.append(counts)
        self._held += len(hashes)
        if self._held > self._in_memory:
            self._spill()

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many fingerprints each article has."""
        return np.concatenate(self._counts) if self._counts else np.empty(0, np.int64)

    def shared(self) -> tuple[Postings, Holders]:
        """Postings, and those of them whose fingerprint others hold too.

        If all fit into memory the postings are all there are, else they are those that are shared.
        """
        if not self._files:
            postings = self._waiting()
            return postings, group(postings)
        self._spill()
        kept: list[Postings] = []
        sizes: list[NDArray[np.int64]] = []
        for part in self._parts():
            holders = group(part)
            kept.append(part.take(holders.postings))
            firsts = np.flatnonzero(holders.starts == np.arange(len(holders.starts)))
            sizes.append(np.diff(np.append(firsts, len(holders.starts))))
        return _united(kept, np.concatenate(sizes))

    def _waiting(self) -> Postings:
        """What is in memory."""
        counts = np.concatenate(self._counts[self._spilled :]) if self._counts[self._spilled :] else np.empty(0, int)
        articles = self._articles + np.arange(len(counts), dtype=np.int32)
        if not len(counts):
            return Postings.none()
        words, contexts = np.concatenate(self._words), np.concatenate(self._contexts)
        return Postings(np.concatenate(self._hashes), np.repeat(articles, counts), words, contexts)

    def _spill(self) -> None:
        """Write what is in memory to the parts' files, in order."""
        if not self._files:
            self._files = [[tempfile.TemporaryFile() for _ in range(PARTS)] for _ in range(4)]  # noqa: SIM115
        postings = self._waiting()
        part = (postings.hashes >> (np.uint64(64) - _PART_BITS)).astype(np.uint8)
        order = np.argsort(part, kind="stable")
        bounds = np.searchsorted(part[order], np.arange(PARTS + 1))
        columns: tuple[NDArray[Any], ...] = (postings.hashes, postings.articles, postings.words, postings.contexts)
        for files, column in zip(self._files, columns, strict=True):
            ordered = column[order]
            for file, first, last in zip(files, bounds, bounds[1:], strict=False):
                file.write(ordered[first:last].tobytes())
        self._articles += sum(map(len, self._counts[self._spilled :]))
        self._spilled = len(self._counts)
        self._hashes, self._words, self._contexts, self._held = [], [], [], 0

    def _parts(self) -> Iterator[Postings]:
        for hashes, articles, words, contexts in zip(*self._files, strict=True):
            yield Postings(
                np.frombuffer(_taken(hashes), np.uint64),
                np.frombuffer(_taken(articles), np.int32),
                np.frombuffer(_taken(words), np.int32),
                np.frombuffer(_taken(contexts), np.uint32),
            )


def _taken(file: IO[bytes]) -> bytes:
    """What a file holds; it is gone then."""
    with file:
        file.seek(0)
        return file.read()


def _united(kept: list[Postings], sizes: NDArray[np.int64]) -> tuple[Postings, Holders]:
    """The shared postings of all parts, by article and word, and their groups."""
    hashes = np.concatenate([part.hashes for part in kept])
    articles = np.concatenate([part.articles for part in kept])
    words = np.concatenate([part.words for part in kept])
    contexts = np.concatenate([part.contexts for part in kept])
    order = _by_place(articles, words)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ends = np.cumsum(sizes)
    holders = Holders(rank, np.repeat(ends, sizes), np.repeat(ends - sizes, sizes), order)
    return Postings(hashes[order], articles[order], words[order], contexts[order]), holders


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
