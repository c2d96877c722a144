"""Postings as columns: what of an article's fingerprints an archive keeps and joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.overlap.candidates import sort

_KEY_BITS = np.uint64(16)
_LOWER_BITS = np.uint64(32)  # of a key, which has 48

Keys = NDArray[np.uint64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Postings: key uint64[m] (the 48 uppermost bits of a fingerprint), article uint32[m], word uint32[m], context
    uint32[m] (a byte of each of the two words before it and the two behind); and where text is not kept the characters
    of the shingle: start uint32[m], length uint16[m].
    """

    keys: Keys
    articles: NDArray[np.uint32]
    words: NDArray[np.uint32]
    contexts: NDArray[np.uint32]
    starts: NDArray[np.uint32] | None = None
    lengths: NDArray[np.uint16] | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def columns(self) -> list[NDArray[Any]]:
        """Those that there are."""
        columns = (self.keys, self.articles, self.words, self.contexts, self.starts, self.lengths)
        return [column for column in columns if column is not None]

    def take(self, at: Any) -> Rows:
        """Some of the postings."""
        starts = None if self.starts is None else self.starts[at]
        lengths = None if self.lengths is None else self.lengths[at]
        return Rows(self.keys[at], self.articles[at], self.words[at], self.contexts[at], starts, lengths)

    def numbered(self, articles: NDArray[Any]) -> Rows:
        """The same postings with other numbers of articles."""
        return replace(self, articles=articles.astype(np.uint32))

    def sorted(self) -> Rows:
        """By key; those with one key stay in their order."""
        return self.take(in_order(self.keys))

    @classmethod
    def none(cls, spans: bool) -> Rows:
        """No postings."""
        whole, half = np.empty(0, np.uint32), np.empty(0, np.uint16)
        return cls(np.empty(0, np.uint64), whole, whole, whole, *((whole, half) if spans else ()))

    @classmethod
    def joined(cls, parts: Sequence[Rows], spans: bool) -> Rows:
        """Postings one after another."""
        if not parts:
            return cls.none(spans)
        if len(parts) == 1:
            return parts[0]
        names = ("keys", "articles", "words", "contexts", *(("starts", "lengths") if spans else ()))
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def keys_of(hashes: Keys) -> Keys:
    """What a segment keeps of fingerprints: two different ones in 3 million million are taken for one."""
    return hashes >> _KEY_BITS


def among(keys: Keys, wanted: Keys) -> NDArray[np.bool_]:
    """Which keys are among some ascending ones. Of many keys most are told from these by their upper bits."""
    if not len(wanted):
        return np.zeros(len(keys), bool)
    if len(keys) <= len(wanted):
        return _equal(keys, wanted)
    sieve = np.zeros(1 << 16, bool)
    sieve[(wanted >> _LOWER_BITS).astype(np.int64)] = True
    found: NDArray[np.bool_] = sieve[(keys >> _LOWER_BITS).astype(np.int64)]
    maybe = np.flatnonzero(found)
    found[maybe] = _equal(keys[maybe], wanted)
    return found


def _equal(keys: Keys, wanted: Keys) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = wanted[np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)] == keys
    return found


def in_order(keys: Keys) -> Integers:
    """Which keys come first, second and so on; equal ones in their order.

    The places are sorted along in the lowest bits: much quicker than an argsort. Where that cuts bits of keys that
    differ in these only, which happens once in ten batches, it is done the slow way.
    """
    bits = np.uint64(max(1, len(keys).bit_length()))
    packed = keys << _KEY_BITS
    packed >>= bits
    packed <<= bits
    packed |= np.arange(len(keys), dtype=np.uint64)
    sort(packed)
    packed &= (np.uint64(1) << bits) - np.uint64(1)
    order = packed.view(np.int64)
    placed = keys[order]
    return order if (placed[1:] >= placed[:-1]).all() else np.argsort(keys, kind="stable")
