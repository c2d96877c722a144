"""Folded words of articles with offsets into the original: the one place where text is folded.

A word is a run of letters, digits and marks, with apostrophes inside it; case is folded in full (ß is ss), curly
apostrophes are straight, invisible characters are dropped, and a character of a script without spaces is a word
by itself. Words are compared by a seeded 64-bit hash of their folded UTF-8 bytes.

Articles are tokenised in batches, by the kernel; without it, in numpy (`lineage.text.folding`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ctypes import CDLL

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.dataclass import dataclass
from lineage.kernel.objects import gather
from lineage.text import folding, unicode
from lineage.text.composing import composed
from lineage.text.folding import encoded

SEED = 0x9E3779B97F4A7C15  # of the word hash (2^64 / golden ratio); another one defeats crafted collisions
BATCH_CHARS = 112 * 1024  # about 32 articles: a buffer's temporaries stay in the processor's second-level cache

AT_ONCE = 1 << 19  # characters read in one call of the kernel, about 130 articles: a call costs as much as five of them

WORDS_A_CHARACTER = 0.6  # in scripts without spaces a Chinese word has about 1.6 characters

Words = NDArray[np.uint64]
Kept = NDArray[np.int64] | None  # of each article, from which word to which, int64[n, 2]; None: all of them
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of one article.

    `hashes` uint64[n]; `starts`, `ends` int64[n] in characters of the article's text, half-open; `alone` bool[n]
    marks the words that are one character of a script without spaces.
    """

    hashes: Words
    starts: Offsets
    ends: Offsets
    alone: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.hashes)


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """The words of some articles, one after another; article i has the words `first[i]:first[i + 1]`.

    `hashes` uint64[n]; `starts`, `ends` int32[n] in characters of each article's own text; `alone` bool[n], or None
    where no script is without spaces. `sizes` int64[articles] is how many words each has; there may be fewer here.
    """

    hashes: Words
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    alone: NDArray[np.bool_] | None
    first: Offsets
    sizes: Offsets

    def __len__(self) -> int:
        return len(self.first) - 1

    def only(self, low: int, high: int) -> TokenBatch:
        """Articles `low` to `high` as a batch."""
        first = self.first[low : high + 1]
        span = slice(first[0], first[-1])
        alone = None if self.alone is None else self.alone[span]
        columns = self.hashes[span], self.starts[span], self.ends[span], alone
        return TokenBatch(*columns, first - first[0], self.sizes[low:high])

    def only_words(self, kept: Kept) -> TokenBatch:
        """The same with those words only that are `kept`."""
        if kept is None:
            return self
        own = np.minimum(kept, np.diff(self.first)[:, None])
        counts = np.maximum(own[:, 1] - own[:, 0], 0)
        first = np.concatenate([[0], np.cumsum(counts)])
        at = np.arange(first[-1]) + np.repeat(self.first[:-1] + own[:, 0] - first[:-1], counts)
        alone = None if self.alone is None else self.alone[at]
        return TokenBatch(self.hashes[at], self.starts[at], self.ends[at], alone, first, self.sizes)

    def article(self, index: int) -> Tokens:
        """The words of one article."""
        span = slice(self.first[index], self.first[index + 1])
        starts, ends = self.starts[span].astype(np.int64), self.ends[span].astype(np.int64)
        alone = np.zeros(len(starts), bool) if self.alone is None else self.alone[span]
        return Tokens(self.hashes[span], starts, ends, alone)


def tokenize(text: str, *, seed: int = SEED) -> Tokens:
    """The words of one text."""
    return tokenize_batch([text], seed=seed).article(0)


def batches(texts: Iterable[str], least: int = BATCH_CHARS) -> Iterator[list[str]]:
    """Texts in groups of at least `least` characters, the last one smaller."""
    group: list[str] = []
    size = 0
    for text in texts:
        group.append(text)
        size += len(text)
        if size >= least:
            yield group
            group, size = [], 0
    if group:
        yield group


def tokenize_batch(
    texts: Sequence[str], *, seed: int = SEED, room: kernel.Room | None = None, kept: Kept = None
) -> TokenBatch:
    """The words of some texts, or those of them that are `kept`. Texts that cannot be encoded (lone surrogates) are
    folded like any other.

    In a `room` that is given, the words hold only until it is used again.
    """
    library = kernel.library()
    if library is None:
        parts = [_folded(some, seed) for some in batches(texts)]
        return (parts[0] if len(parts) == 1 else _together(parts)).only_words(kept)
    if room is not None and sum(map(len, texts)) > AT_ONCE:
        return _in_parts(library, texts, seed, room, kept)
    room = room or kernel.Room()
    return _in_kernel(library, *laid(texts, room), texts.__getitem__, seed, room, kept=kept)


def _folded(texts: Sequence[str], seed: int) -> TokenBatch:
    """The words of some texts in numpy."""
    hashes, starts, ends, alone, first = folding.words(texts, seed)
    return TokenBatch(hashes, starts, ends, alone, first, np.diff(first))


def _in_parts(library: CDLL, texts: Sequence[str], seed: int, room: kernel.Room, kept: Kept) -> TokenBatch:
    """The same of many texts: their words lie side by side, they themselves only until they are read."""
    most = sum(map(len, texts)) + len(texts) + 1  # pages that are not written to are no memory
    hashes = room.array("all hashes", most, np.uint64)
    starts, ends = room.array("all starts", most, np.int32), room.array("all ends", most, np.int32)
    first, sizes, alone = [np.zeros(1, np.int64)], [], []
    low = done = 0
    for some in batches(texts, AT_ONCE):
        there, own = (hashes[low:], starts[low:], ends[low:]), kept if kept is None else kept[done : done + len(some)]
        part = _in_kernel(library, *laid(some, room), some.__getitem__, seed, room, there, own)
        done += len(some)
        sizes.append(part.sizes)
        high = low + int(part.first[-1])
        if not np.may_share_memory(part.hashes, hashes):  # some were composed
            hashes[low:high], starts[low:high], ends[low:high] = part.hashes, part.starts, part.ends
        if part.alone is not None:
            alone.append(low + np.flatnonzero(part.alone))
        first.append(low + part.first[1:])
        low = high
    marks = None
    if alone:
        marks = np.zeros(high, np.bool_)
        marks[np.concatenate(alone)] = True
    columns = hashes[:high], starts[:high], ends[:high]
    return TokenBatch(*columns, marks, np.concatenate(first), np.concatenate(sizes))


def joined(texts: Sequence[str], room: kernel.Room | None = None) -> tuple[NDArray[np.uint8], Offsets]:
    """Texts in UTF-8, one after another and with 64 bytes behind the last; text i at `bounds[i]:bounds[i + 1]`.

    In a `room` that is given, they hold only until other texts are joined in it.
    """
    if room is not None and (gathered := gather(texts, room)) is not None:
        return gathered[:2]
    pieces = [encoded(text) for text in texts]
    bounds = np.zeros(len(pieces) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)), out=bounds[1:])
    return np.frombuffer(b"".join([*pieces, kernel.PAD]), np.uint8), bounds


def laid(texts: Sequence[str], room: kernel.Room) -> tuple[NDArray[np.uint8], Offsets, kernel.Narrow]:
    """Texts one after another in a room as `joined` lays them, but where they can be narrow, one byte a character,
    which the kernel reads best; which these are, uint8[n], is told last. They serve for finding words only.
    """
    return gather(texts, room, unicode.columns()) or (*joined(texts), None)


def tokenize_encoded(
    data: NDArray[np.uint8], bounds: Offsets, *, seed: int = SEED, room: kernel.Room | None = None
) -> TokenBatch:
    """The words of texts that lie in a buffer as well-formed UTF-8, text i at `bounds[i]:bounds[i + 1]`, int64[n + 1].

    No string is made of them, but for the few that must be composed first. At least 64 bytes stand behind the last.
    """

    def text(index: int) -> str:
        return data[bounds[index] : bounds[index + 1]].tobytes().decode("utf-8", "surrogatepass")

    library = kernel.library()
    if library is None:
        return tokenize_batch([text(index) for index in range(len(bounds) - 1)], seed=seed)
    return _in_kernel(library, data, bounds, None, text, seed, room or kernel.Room())


def _in_kernel(
    library: CDLL,
    data: NDArray[np.uint8],
    bounds: Offsets,
    narrow: kernel.Narrow,
    text: Callable[[int], str],
    seed: int,
    room: kernel.Room,
    there: kernel.Places | None = None,
    kept: Kept = None,
) -> TokenBatch:
    batch, said = _words(library, data, bounds, seed, room, there, narrow, kept)
    others: dict[int, TokenBatch] = {}
    for index, whole in recomposed(said, text, seed):
        other = whole if kept is None else whole.only_words(kept[index : index + 1])
        if not _put(batch, index, other):
            others[index] = other
    return _replaced(batch, others) if others else batch


def _put(batch: TokenBatch, index: int, other: TokenBatch) -> bool:
    """Exchange an article's words in their places; whether they fit there."""
    own = slice(int(batch.first[index]), int(batch.first[index + 1]))
    if own.stop - own.start != len(other.hashes) or (batch.alone is None) != (other.alone is None):
        return False
    batch.hashes[own], batch.starts[own], batch.ends[own] = other.hashes, other.starts, other.ends
    if batch.alone is not None:
        batch.alone[own] = other.alone
    batch.sizes[index] = other.sizes[0]
    return True


def _words(
    library: CDLL,
    data: NDArray[np.uint8],
    bounds: Offsets,
    seed: int,
    room: kernel.Room,
    there: kernel.Places | None = None,
    narrow: kernel.Narrow = None,
    kept: Kept = None,
) -> tuple[TokenBatch, NDArray[np.uint8]]:
    """The words of texts as they are (`there`, where that is given), and what the kernel says of each."""
    found = kernel.words(library, data, bounds, unicode.columns(), seed, room, unicode.fill, there, narrow, kept)
    (hashes, starts, ends, alone), (first, sizes), said = found
    marks = alone.view(bool) if (said & kernel.HAS_ALONE).any() else None
    return TokenBatch(hashes, starts, ends, marks, first, sizes), said


def recomposed(
    said: NDArray[np.uint8], text: Callable[[int], str], seed: int = SEED
) -> Iterator[tuple[int, TokenBatch]]:
    """The words of the texts that are not in normal form C, of those of which the kernel said that they may not be:
    read in that form, with their places in the text as it is.
    """
    library = kernel.library()
    assert library is not None
    for index in np.flatnonzero(said & kernel.IS_LOOSE).tolist():
        read = composed(text(index))
        if read.differs:
            room = kernel.Room()
            data, bounds, narrow = laid([read.text], room)
            batch, _ = _words(library, data, bounds, seed, room, None, narrow)
            starts, ends = read.starts(batch.starts).astype(np.int32), read.past(batch.ends - 1).astype(np.int32)
            yield index, TokenBatch(batch.hashes, starts, ends, batch.alone, batch.first, batch.sizes)


def _replaced(batch: TokenBatch, others: Mapping[int, TokenBatch]) -> TokenBatch:
    """The batch with some of its articles exchanged for batches of one."""
    parts: list[TokenBatch] = []
    done = 0
    for index in sorted(others):
        parts += [batch.only(done, index), others[index]]
        done = index + 1
    return _together([*parts, batch.only(done, len(batch))])


def _together(parts: Sequence[TokenBatch]) -> TokenBatch:
    """Batches one after another."""
    if not parts:
        columns = np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.int32)
        return TokenBatch(*columns, None, np.zeros(1, np.int64), np.zeros(0, np.int64))
    sizes = np.concatenate([np.diff(part.first) for part in parts])
    alone = None
    if any(part.alone is not None for part in parts):
        alone = np.concatenate([np.zeros(len(p.hashes), bool) if p.alone is None else p.alone for p in parts])
    return TokenBatch(
        np.concatenate([part.hashes for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
        alone,
        np.concatenate([[0], np.cumsum(sizes)]),
        np.concatenate([part.sizes for part in parts]),
    )
