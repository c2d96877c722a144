"""MinHash: 128-permutation signatures, bit for bit those of datasketch's `affine32` scheme (datasketch 2.0).

A signature estimates resemblance (Broder 1997): the share of equal values is the Jaccard similarity of the two
sets of shingles, with a standard error of sqrt(j * (1 - j) / permutations), .044 at most for 128. With the sizes of
the sets it also estimates containment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.dataclass import dataclass
from lineage.errors import SketchMismatchError
from lineage.overlap.candidates import distinct, joined
from lineage.overlap.shingles import NO_SHINGLE
from lineage.overlap.shingles import shingles as shingles_of
from lineage.text import unicode
from lineage.text.tokens import AT_ONCE, TokenBatch, batches, laid, recomposed, tokenize_batch
from lineage.text.tokens import SEED as WORD_SEED

if TYPE_CHECKING:
    from datasketch import LeanMinHash, MinHash

PERMUTATIONS = 128  # datasketch's default; a standard error of at most .044
SEED = 1  # datasketch's default
BANDS = 32  # of 4 values: a pair of resemblance .5 shares one with .87, of .7 with .9999
EMPTY = np.uint32(2**32 - 1)

Signature = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Signatures:
    """MinHash signatures of some articles: `values` uint32[n, permutations], `sizes` int64[n] shingles in each.

    Two sets of signatures with other parameters refuse each other.
    """

    values: NDArray[np.uint32]
    sizes: NDArray[np.int64]
    seed: int = SEED

    @property
    def permutations(self) -> int:
        """Values in a signature."""
        return int(self.values.shape[1])

    def refuse_strangers(self, other: Signatures) -> None:
        """Raise `SketchMismatchError`, naming both, unless `other` was made with the same parameters."""
        mine, theirs = (self.permutations, self.seed), (other.permutations, other.seed)
        if mine != theirs:
            raise SketchMismatchError(
                f"signatures with {mine[0]} permutations and seed {mine[1]} cannot be compared with "
                f"{theirs[0]} permutations and seed {theirs[1]}: make both with the same settings"
            )

    def resemblance(self, i: int, j: int) -> tuple[float, float]:
        """The estimated Jaccard similarity of two articles, and its standard error."""
        share = float(np.mean(self.values[i] == self.values[j]))
        return share, math.sqrt(max(share * (1 - share), 1 / self.permutations**2) / self.permutations)

    def containment(self, i: int, j: int) -> tuple[float, float]:
        """The estimated share of i's shingles that j has too, and its standard error (by the delta method)."""
        share, error = self.resemblance(i, j)
        both = int(self.sizes[i] + self.sizes[j]) / max(1, int(self.sizes[i]))
        return min(1.0, both * share / (1 + share)), both * error / (1 + share) ** 2

    def to_datasketch(self, i: int) -> MinHash:
        """The signature of one article as a `datasketch.MinHash`."""
        from datasketch import MinHash

        return MinHash(self.permutations, self.seed, hashvalues=self.values[i].copy(), scheme="affine32")

    def to_datasketch_lean(self, i: int) -> LeanMinHash:
        """The signature of one article as a `datasketch.LeanMinHash`."""
        from datasketch import LeanMinHash

        return LeanMinHash(seed=self.seed, hashvalues=self.values[i].copy(), scheme="affine32")

    @classmethod
    def from_datasketch(cls, sketches: Sequence[Any], sizes: Sequence[int] | None = None) -> Signatures:
        """Signatures from `MinHash` or `LeanMinHash` objects of scheme `affine32` with one seed.

        Without `sizes` they are estimated from the signatures. Raises `SketchMismatchError` for mixed ones.
        """
        kinds = {(sketch.scheme, sketch.seed, len(sketch.hashvalues)) for sketch in sketches}
        if len(kinds) != 1 or next(iter(kinds))[0] != "affine32":
            raise SketchMismatchError(f"expected sketches of scheme affine32 with one seed and length, got {kinds}")
        values = np.array([sketch.hashvalues for sketch in sketches], np.uint32)
        if sizes is None:
            estimated = values.shape[1] / np.maximum(values / float(EMPTY), 1e-12).sum(axis=1) - 1
            return cls(values, np.rint(estimated).astype(np.int64), next(iter(kinds))[1])
        return cls(values, np.asarray(sizes, np.int64), next(iter(kinds))[1])


@cache
def permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The factors and summands of datasketch's `affine32` permutations, uint32[count, 1] each."""
    random = np.random.RandomState(seed)
    factors = random.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    summands = random.randint(0, 1 << 32, count, dtype=np.uint32)
    return factors[:, None], summands[:, None]


def premix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The finaliser of MurmurHash3, with which datasketch spreads its input."""
    mixed = values ^ (values >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


def signatures(
    shingles: NDArray[np.uint64], first: NDArray[np.int64], *, count: int = PERMUTATIONS, seed: int = SEED
) -> Signatures:
    """Signatures of articles from their shingles; article i has `shingles[first[i]:first[i + 1]]`.

    The hash handed to the permutations is a shingle's upper 32 bits; an article without a shingle has the empty
    signature.
    """
    factors, summands = permutations(count, seed)
    mixed = premix((shingles >> np.uint64(32)).astype(np.uint32))
    kept = shingles != NO_SHINGLE
    bounds = np.concatenate([[0], np.cumsum(kept)])[first]
    mixed = mixed[kept]
    library = kernel.library()
    if library is not None:
        return Signatures(kernel.signatures(library, mixed, bounds, factors, summands), np.diff(bounds), seed)
    values = np.full((len(first) - 1, count), EMPTY)
    room = np.empty(count * int(np.diff(bounds).max(initial=0)), np.uint32)
    for i, (low, high) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        if high > low:
            permuted = room[: count * (high - low)].reshape(count, high - low)
            np.multiply(mixed[low:high], factors, out=permuted)
            permuted += summands
            permuted.min(axis=1, out=values[i])
    return Signatures(values, np.diff(bounds), seed)


def signed(texts: Iterable[str], *, count: int = PERMUTATIONS, seed: int = SEED) -> Signatures:
    """Signatures of texts, in their order; as `signatures` gives them for the shingles of their words."""
    room, library = kernel.Room(), kernel.library()
    values, sizes = [np.empty((0, count), np.uint32)], [np.empty(0, np.int64)]
    for some in batches(texts, AT_ONCE):
        if library is None:
            made = _signed(tokenize_batch(some), count, seed)
            values.append(made.values)
            sizes.append(made.sizes)
            continue
        data, bounds, narrow = laid(some, room)
        by = permutations(count, seed)
        own, number, said = kernel.sign(
            library, data, bounds, unicode.columns(), WORD_SEED, by, room, unicode.fill, narrow
        )
        for index, batch in recomposed(said, some.__getitem__):
            made = _signed(batch, count, seed)
            own[index], number[index] = made.values[0], made.sizes[0]
        values.append(own)
        sizes.append(number)
    return Signatures(np.concatenate(values), np.concatenate(sizes), seed)


def _signed(batch: TokenBatch, count: int, seed: int) -> Signatures:
    return signatures(shingles_of(batch.hashes, batch.first, batch.alone), batch.first, count=count, seed=seed)


def candidate_pairs(made: Signatures, bands: int = BANDS) -> Iterator[tuple[int, int]]:
    """Pairs of articles that share a band, by sorting: each later holder of a band with its first one (a star).

    Each pair comes once, in the order of its articles; an article without a shingle is in none.
    """
    rows = made.permutations // bands
    having = np.flatnonzero(made.sizes > 0)
    found: list[NDArray[np.int64]] = []
    for band in range(bands):
        members, opens = joined(_band_keys(made.values[having, band * rows : (band + 1) * rows]))
        sizes = np.diff(opens)
        hubs = np.repeat(members[opens[:-1]], sizes)
        others = hubs != members
        found.append(hubs[others] << 32 | members[others])
    pairs = distinct(np.concatenate(found))
    yield from zip(having[pairs >> 32].tolist(), having[pairs & 0xFFFFFFFF].tolist(), strict=True)


def _band_keys(rows: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One 64-bit key for the values of a band, uint64[n]."""
    keys = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        keys ^= column
        keys *= np.uint64(0x9FB21C651E98DF25)
        keys ^= keys >> np.uint64(32)
    return keys


def families(made: Signatures, *, least_resemblance: float = 0.8, bands: int = BANDS) -> NDArray[np.int64]:
    """For each article the first article of its family of near-duplicates, int64[n].

    Two articles are in one family if they share a band and are estimated to resemble each other by
    `least_resemblance` (.8: reprints with other headers and footers), directly or through others.
    """
    leader = np.arange(len(made.values))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = int(leader[i])
        return i

    for one, other in candidate_pairs(made, bands):
        low, high = sorted((find(one), find(other)))
        if low != high and made.resemblance(one, other)[0] >= least_resemblance:
            leader[high] = low
    return np.array([find(i) for i in range(len(leader))], np.int64)
