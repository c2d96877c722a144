"""Folded words of articles with offsets into the original: the one place where text is folded.

A word is a run of letters, digits and marks, with apostrophes inside it; case is folded in full (ß is ss), curly
apostrophes are straight, invisible characters are dropped, and a character of a script without spaces is a word
by itself. Words are compared by a seeded 64-bit hash of their folded UTF-8 bytes.

Articles are tokenised in batches, by the kernel. Without it, in numpy: in one byte buffer, without a loop over words;
ASCII and western European text is folded in place, any other text is folded first (`_fold`), which keeps a map back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ctypes import CDLL
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.kernel.objects import gather
from lineage.text import unicode
from lineage.text.composing import composed

SEED = 0x9E3779B97F4A7C15  # of the word hash (2^64 / golden ratio); another one defeats crafted collisions
BATCH_CHARS = 112 * 1024  # about 32 articles: a buffer's temporaries stay in the processor's second-level cache

AT_ONCE = 1 << 19  # characters read in one call of the kernel, about 130 articles: a call costs as much as five of them

WORDS_A_CHARACTER = 0.6  # in scripts without spaces a Chinese word has about 1.6 characters

_BLANK, _APOSTROPHE = 0x20, 0x27
_K1 = np.uint64(0xBF58476D1CE4E5B9)  # the multipliers of splitmix64 (Steele, Lea and Flood 2014)
_K2 = np.uint64(0x94D049BB133111EB)
_TOP = np.uint64(32)
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
_PAD = b" " * 16  # between articles: the widest read past a word's start

_CURLY = "’".encode()

# Folds ASCII: letters to lower case; all but letters, digits and the apostrophe to a blank.
_ASCII = bytes(
    code if code >= 0x80 or code == _APOSTROPHE else ord(chr(code).lower()) if chr(code).isalnum() else _BLANK
    for code in range(256)
)
# The bytes of text that may be folded in place: ASCII, trail bytes, and the lead bytes of Latin-1 (C2, C3) and
# of general punctuation (E2).
_IN_PLACE = bytes([*range(0xC0), 0xC2, 0xC3, 0xE2])
_SPECIAL_AFTER_C2 = np.zeros(256, bool)  # ª soft hyphen ² ³ µ ¹ º: these fold to something else
_SPECIAL_AFTER_C2[[0xAA, 0xAD, 0xB2, 0xB3, 0xB5, 0xB9, 0xBA]] = True

_SYMBOLS = np.zeros(256, bool)  # second byte after E2 of blocks that hold symbols only: arrows, shapes, stars
_SYMBOLS[[*range(0x87, 0x91), *range(0x94, 0x9D)]] = True

Words = NDArray[np.uint64]
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
class Folded:
    """A folded text and the way back: `starts` and `ends` int32[bytes] are characters of the original."""

    data: bytes
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """The words of some articles, one after another; article i has the words `first[i]:first[i + 1]`.

    `hashes` uint64[n]; `starts`, `ends` int32[n] in characters of each article's own text; `alone` bool[n], or None
    where no script is without spaces.
    """

    hashes: Words
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    alone: NDArray[np.bool_] | None
    first: Offsets

    def __len__(self) -> int:
        return len(self.first) - 1

    def only(self, low: int, high: int) -> TokenBatch:
        """Articles `low` to `high` as a batch."""
        first = self.first[low : high + 1]
        span = slice(first[0], first[-1])
        alone = None if self.alone is None else self.alone[span]
        return TokenBatch(self.hashes[span], self.starts[span], self.ends[span], alone, first - first[0])

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


def tokenize_batch(texts: Sequence[str], *, seed: int = SEED, room: kernel.Room | None = None) -> TokenBatch:
    """The words of some texts. Texts that cannot be encoded (lone surrogates) are folded like any other.

    In a `room` that is given, the words hold only until it is used again.
    """
    library = kernel.library()
    if library is None:
        parts = [_in_numpy(some, seed) for some in batches(texts)]
        return parts[0] if len(parts) == 1 else _together(parts)
    if room is not None and sum(map(len, texts)) > AT_ONCE:
        return _in_parts(library, texts, seed, room)
    room = room or kernel.Room()
    return _in_kernel(library, *laid(texts, room), texts.__getitem__, seed, room)


def _in_parts(library: CDLL, texts: Sequence[str], seed: int, room: kernel.Room) -> TokenBatch:
    """The same of many texts: their words lie side by side, they themselves only until they are read."""
    most = sum(map(len, texts)) + len(texts) + 1  # pages that are not written to are no memory
    hashes = room.array("all hashes", most, np.uint64)
    starts, ends = room.array("all starts", most, np.int32), room.array("all ends", most, np.int32)
    first, alone = [np.zeros(1, np.int64)], []
    low = 0
    for some in batches(texts, AT_ONCE):
        there = hashes[low:], starts[low:], ends[low:]
        part = _in_kernel(library, *laid(some, room), some.__getitem__, seed, room, there)
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
    return TokenBatch(hashes[:high], starts[:high], ends[:high], marks, np.concatenate(first))


def joined(texts: Sequence[str], room: kernel.Room | None = None) -> tuple[NDArray[np.uint8], Offsets]:
    """Texts in UTF-8, one after another and with 64 bytes behind the last; text i at `bounds[i]:bounds[i + 1]`.

    In a `room` that is given, they hold only until other texts are joined in it.
    """
    if room is not None and (gathered := gather(texts, room)) is not None:
        return gathered[:2]
    pieces = [_encoded(text) for text in texts]
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
) -> TokenBatch:
    batch, said = _words(library, data, bounds, seed, room, there, narrow)
    others = {index: other for index, other in recomposed(said, text, seed) if not _put(batch, index, other)}
    return _replaced(batch, others) if others else batch


def _put(batch: TokenBatch, index: int, other: TokenBatch) -> bool:
    """Exchange an article's words in their places; whether they fit there."""
    own = slice(int(batch.first[index]), int(batch.first[index + 1]))
    if own.stop - own.start != len(other.hashes) or (batch.alone is None) != (other.alone is None):
        return False
    batch.hashes[own], batch.starts[own], batch.ends[own] = other.hashes, other.starts, other.ends
    if batch.alone is not None:
        batch.alone[own] = other.alone
    return True


def _words(
    library: CDLL,
    data: NDArray[np.uint8],
    bounds: Offsets,
    seed: int,
    room: kernel.Room,
    there: kernel.Places | None = None,
    narrow: kernel.Narrow = None,
) -> tuple[TokenBatch, NDArray[np.uint8]]:
    """The words of texts as they are (`there`, where that is given), and what the kernel says of each."""
    found = kernel.words(library, data, bounds, unicode.columns(), seed, room, unicode.fill, there, narrow)
    (hashes, starts, ends, alone), first, said = found
    return TokenBatch(hashes, starts, ends, alone.view(bool) if (said & kernel.HAS_ALONE).any() else None, first), said


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
            yield index, TokenBatch(batch.hashes, starts, ends, batch.alone, batch.first)


def _encoded(text: str) -> bytes:
    """The text in UTF-8."""
    try:
        return text.encode()  # twice as fast as with "surrogatepass"
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


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
        return TokenBatch(
            np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.int32), None, np.zeros(1, np.int64)
        )
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
    )


def _in_numpy(texts: Sequence[str], seed: int) -> TokenBatch:
    """The same without the kernel; also what composes text that is not in normal form C."""
    pieces: list[bytes] = []
    folded: dict[int, Folded] = {}
    for index, text in enumerate(texts):
        piece = _encoded(text).replace(_CURLY, b"'")
        if piece.translate(None, _IN_PLACE):
            folded[index] = _fold(text)
            piece = folded[index].data
        pieces.append(piece)
    buffer, offsets = _join(pieces)
    if strangers := _fold_in_place(buffer, offsets):
        for index in strangers - folded.keys():
            folded[index] = _fold(texts[index])
            pieces[index] = folded[index].data
        buffer, offsets = _join(pieces)
        _fold_in_place(buffer, offsets)
    _drop_outer_apostrophes(buffer)
    inside = buffer != _BLANK
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    edges += 1
    starts, ends = edges[::2], edges[1::2]
    alone = _alone(buffer, starts) if folded else None
    hashes = _hash(buffer, starts, ends - starts, seed)
    first = np.append(np.searchsorted(starts, offsets), len(starts))
    base = np.repeat(offsets, np.diff(first))
    starts, ends = starts - base, ends - base
    for index, piece in enumerate(pieces):
        if index in folded or not piece.isascii():
            span = slice(first[index], first[index + 1])
            starts[span], ends[span] = _characters(piece, folded.get(index), starts[span], ends[span])
    return TokenBatch(hashes, starts.astype(np.int32), ends.astype(np.int32), alone, first)


def _characters(piece: bytes, folded: Folded | None, starts: Offsets, ends: Offsets) -> tuple[Offsets, Offsets]:
    """The characters of an article's text at which the words from bytes `starts` to `ends` begin and end."""
    if folded is not None:
        return folded.starts[starts].astype(np.int64), folded.ends[ends - 1].astype(np.int64)
    leads = np.cumsum((np.frombuffer(piece, np.int8) >= -0x40).view(np.uint8), dtype=np.int64)
    return leads[starts] - 1, leads[ends - 1]


def _join(pieces: list[bytes]) -> tuple[NDArray[np.uint8], Offsets]:
    """One buffer with padding around every piece, ASCII folded; and where each piece begins."""
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    offsets = np.cumsum(lengths + len(_PAD)) - lengths
    joined = bytearray(_PAD.join([b"", *pieces, b""]))
    return np.frombuffer(joined.translate(_ASCII), np.uint8), offsets


def _fold_in_place(buffer: NDArray[np.uint8], offsets: Offsets) -> set[int]:
    """Fold Latin-1 letters and blank out punctuation. Returns the articles that need `_fold` instead."""
    high = np.flatnonzero(buffer >= 0x80)
    if not high.size:
        return set()
    lead = buffer[high]
    strange: list[Offsets] = []
    at = high[lead == 0xC2]
    if at.size:
        strange.append(at[_SPECIAL_AFTER_C2[buffer[at + 1]]])
        buffer[at] = buffer[at + 1] = _BLANK
    at = high[lead == 0xE2]
    if at.size:
        second, third = buffer[at + 1], buffer[at + 2]
        invisible = (second == 0x80) & (((third >= 0x8B) & (third <= 0x8F)) | ((third >= 0xAA) & (third <= 0xAE)))
        punctuation = ((second == 0x80) & ~invisible) | ((second == 0x82) & (third == 0xAC)) | _SYMBOLS[second]
        strange.append(at[~punctuation])
        at = at[punctuation]
        buffer[at] = buffer[at + 1] = buffer[at + 2] = _BLANK
    at = high[lead == 0xC3]
    if at.size:
        second = buffer[at + 1]
        sharp, sign = at[second == 0x9F], at[(second == 0x97) | (second == 0xB7)]
        buffer[at + 1] |= 0x20  # capital to small: 80..9E to A0..BE
        buffer[sharp] = buffer[sharp + 1] = ord("s")
        buffer[sign] = buffer[sign + 1] = _BLANK
    if not any(found.size for found in strange):
        return set()
    return set((np.searchsorted(offsets, np.concatenate(strange), "right") - 1).tolist())


def _drop_outer_apostrophes(buffer: NDArray[np.uint8]) -> None:
    """Keep an apostrophe only between two letters or digits."""
    at = np.flatnonzero(buffer == _APOSTROPHE)
    if at.size:
        before, after = buffer[at - 1], buffer[at + 1]
        inner = (before != _BLANK) & (before != _APOSTROPHE) & (after != _BLANK) & (after != _APOSTROPHE)
        buffer[at[~inner]] = _BLANK


def _hash(buffer: NDArray[np.uint8], starts: Offsets, lengths: Offsets, seed: int) -> Words:
    """A seeded hash of each word, eight bytes at a time; only words longer than eight bytes cost a second turn."""
    if not len(starts):
        return np.empty(0, np.uint64)
    eights = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    hashes: Words = eights[starts]
    hashes &= _MASKS.take(lengths, mode="clip")
    hashes ^= np.uint64(seed)
    hashes *= _K1
    at = np.flatnonzero(lengths > 8)
    done = 8
    while at.size:
        rest = lengths.take(at) - done
        chunk = eights[starts.take(at) + done]
        chunk &= _MASKS.take(rest, mode="clip")
        before = hashes.take(at)
        before ^= before >> _TOP
        chunk ^= before
        chunk *= _K2
        hashes[at] = chunk
        at = at[rest > 8]
        done += 8
    hashes ^= hashes >> _TOP
    return hashes


def _alone(buffer: NDArray[np.uint8], starts: Offsets) -> NDArray[np.bool_]:
    """Which words are a character of a script without spaces."""
    alone = np.zeros(len(starts), bool)
    at = np.flatnonzero(buffer[starts] >= 0xE0)
    if at.size:
        b0, b1, b2, b3 = (buffer[starts[at] + k].astype(np.uint32) & mask for k, mask in enumerate((0x0F, 63, 63, 63)))
        codes = np.where(
            buffer[starts[at]] < 0xF0,
            (b0 << 12) | (b1 << 6) | b2,
            ((b0 & 7) << 18) | (b1 << 12) | (b2 << 6) | b3,
        )
        alone[at] = unicode.known(codes).kinds[codes] & unicode.KIND == unicode.ALONE
    return alone


def _fold(text: str) -> Folded:
    """Fold any text, with a blank for every separator and around every character that is a word by itself."""
    read = composed(text)
    codes = np.frombuffer(read.text.encode("utf-32-le", "surrogatepass"), "<u4")
    places = np.arange(len(codes))
    starts, ends = read.starts(places), read.past(places)
    tables = unicode.known(codes)
    kinds = tables.kinds[codes] & unicode.KIND
    kept = kinds != unicode.DROPPED
    if not kept.all():
        codes, starts, ends, kinds = codes[kept], starts[kept], ends[kept], kinds[kept]
    values = tables.folds[codes]
    values[(kinds == unicode.SEPARATOR) & (values != _APOSTROPHE)] = _BLANK
    expanded = values >= unicode.LONG
    if expanded.any():
        rows = tables.longer[values[expanded] & ~np.uint32(unicode.LONG)]
        counts = np.ones(len(codes), np.int64)
        counts[expanded] = (rows > 0).sum(axis=1)
        values, kinds, expanded = (np.repeat(column, counts) for column in (values, kinds, expanded))
        starts, ends = np.repeat(starts, counts), np.repeat(ends, counts)
        values[expanded] = rows[rows > 0]
    alone = kinds == unicode.ALONE
    if alone.any():
        at = np.flatnonzero(alone)
        marked = np.zeros(len(values) + 1, bool)
        marked[:-1] = unicode.known(values).kinds[values] & unicode.MARK > 0
        after = at + 1
        at = np.concatenate([at, after[~marked[after]]])
        values = np.insert(values, at, _BLANK)
        padded = np.append(starts, 0)
        starts, ends = np.insert(starts, at, padded[at]), np.insert(ends, at, padded[at])
    data = values.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass").encode("utf-8", "surrogatepass")
    widths = 1 + (values >= 0x80) + (values >= 0x800) + (values >= 0x10000).astype(np.int64)
    return Folded(data, np.repeat(starts, widths).astype(np.int32), np.repeat(ends, widths).astype(np.int32))
