"""MinHash: bit for bit datasketch's, and estimates within their stated error."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.errors import SketchMismatchError
from lineage.overlap.minhash import Signatures, candidate_pairs, families, signatures
from lineage.overlap.shingles import NO_SHINGLE


def made_of(articles: list[list[int]], *, count: int = 128, seed: int = 1) -> Signatures:
    flat = [value for article in articles for value in article]
    first = np.concatenate([[0], np.cumsum([len(article) for article in articles])]).astype(np.int64)
    return signatures(np.array(flat, np.uint64), first, count=count, seed=seed)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2**64 - 2), max_size=40), min_size=1, max_size=5),
    st.sampled_from([(128, 1), (64, 7), (16, 1)]),
)
def test_equals_datasketch_bit_for_bit(articles: list[list[int]], parameters: tuple[int, int]) -> None:
    count, seed = parameters
    made = made_of(articles, count=count, seed=seed)
    for i, article in enumerate(articles):
        peer = MinHash(count, seed, hashfunc=lambda value: value >> 32, scheme="affine32")
        for value in article:
            peer.update(value)
        assert made.values[i].tolist() == peer.hashvalues.tolist()
        assert made.to_datasketch(i) == peer
        assert made.to_datasketch_lean(i) == LeanMinHash(peer)
        assert made.sizes[i] == len(article)


def test_there_and_back() -> None:
    made = made_of([[5 << 32, 6 << 32], [7 << 32]])
    for sketches in ([made.to_datasketch(i) for i in (0, 1)], [made.to_datasketch_lean(i) for i in (0, 1)]):
        back = Signatures.from_datasketch(sketches, [2, 1])
        assert back.values.tolist() == made.values.tolist()
        assert back.seed == made.seed
    rng = np.random.default_rng(1)
    big = made_of([rng.integers(0, 2**63, 1000).tolist()])
    assert Signatures.from_datasketch([big.to_datasketch(0)]).sizes[0] == pytest.approx(1000, rel=0.3)


def test_strangers_are_refused_with_both_named() -> None:
    one, other = made_of([[1]]), made_of([[1]], seed=2)
    with pytest.raises(SketchMismatchError, match=r"seed 1 .* seed 2"):
        one.refuse_strangers(other)
    one.refuse_strangers(made_of([[3]]))
    with pytest.raises(SketchMismatchError):
        Signatures.from_datasketch([one.to_datasketch(0), other.to_datasketch(0)])


@pytest.mark.parametrize("common", [100, 500, 900])
def test_estimates_lie_within_their_error(common: int) -> None:
    rng = np.random.default_rng(common)
    off = 0
    for _ in range(40):
        pool = rng.choice(2**62, 2000 - common, replace=False).astype(np.uint64) << np.uint64(1)
        made = made_of([pool[:1000].tolist(), pool[1000 - common :].tolist()])
        share, error = made.resemblance(0, 1)
        off += abs(share - common / (2000 - common)) > 2 * error
        within, spread = made.containment(0, 1)
        off += abs(within - common / 1000) > 2 * spread
    assert off <= 12  # 5 % of 80 expected; 12 or more has a chance below .001


def test_families_are_stars_however_many_copies() -> None:
    rng = np.random.default_rng(3)
    original = rng.integers(0, 2**63, 300).tolist()
    copies = [original[:290] + rng.integers(0, 2**63, 10).tolist() for _ in range(200)]
    others = [rng.integers(0, 2**63, 300).tolist() for _ in range(20)]
    made = made_of([others[0], *copies, *others[1:]])
    assert families(made).tolist() == [0] + [1] * 200 + list(range(201, 220))
    assert sum(1 for _ in candidate_pairs(made)) <= 32 * 219


def test_articles_without_shingles_are_alone() -> None:
    made = made_of([[int(NO_SHINGLE)], [int(NO_SHINGLE)], []])
    assert made.sizes.tolist() == [0, 0, 0]
    assert families(made).tolist() == [0, 1, 2]
