"""The words of texts in numpy: what the kernel's `words.c` does, for where there is no kernel, and to hold it against.

All texts of a batch lie in one byte buffer, and there is no loop over words. ASCII and western European text is folded
in place; any other text is folded first (`_fold`), which keeps a map back.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.text import unicode
from lineage.text.composing import composed

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

Hashes = NDArray[np.uint64]
Offsets = NDArray[np.int64]
Places = NDArray[np.int32]
Columns = tuple[Hashes, Places, Places, NDArray[np.bool_] | None, Offsets]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back: `starts` and `ends` int32[bytes] are characters of the original."""

    data: bytes
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


def words(texts: Sequence[str], seed: int) -> Columns:
    """The words of some texts, one after another: hashes uint64[n], the characters at which they begin and end in
    their texts int32[n], which are one character of a script without spaces bool[n] (None if there is none), and where
    each text's words begin, int64[texts + 1].
    """
    pieces: list[bytes] = []
    folded: dict[int, Folded] = {}
    for index, text in enumerate(texts):
        piece = encoded(text).replace(_CURLY, b"'")
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
    return hashes, starts.astype(np.int32), ends.astype(np.int32), alone, first


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


def _hash(buffer: NDArray[np.uint8], starts: Offsets, lengths: Offsets, seed: int) -> Hashes:
    """A seeded hash of each word, eight bytes at a time; only words longer than eight bytes cost a second turn."""
    if not len(starts):
        return np.empty(0, np.uint64)
    eights = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    hashes: Hashes = eights[starts]
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


def encoded(text: str) -> bytes:
    """The text in UTF-8."""
    try:
        return text.encode()  # twice as fast as with "surrogatepass"
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
