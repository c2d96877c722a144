"""What is measured: each contender takes the same articles and says how many pairs or passages it found.

128 permutations, 32 bands of 4, shingles of 5 words; the peers' texts are folded and cut by `str.lower().split()`,
which is the fastest that Python can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from lineage import pipeline
from lineage.model import Article
from lineage.overlap.candidates import group
from lineage.overlap.minhash import candidate_pairs, signatures
from lineage.overlap.shingles import shingles
from lineage.text.tokens import batches, tokenize_batch

Contender = Callable[[Sequence[Article]], int]


def passages(articles: Sequence[Article]) -> int:
    """Ours, whole: articles in, passages with offsets out."""
    return sum(len(overlap.passages) for overlap in pipeline.find_overlaps(articles))


def sketch_and_sort(articles: Sequence[Article]) -> int:
    """Ours, candidates only: winnowed fingerprints and one sort."""
    return len(group(pipeline.sketch((article.text for article in articles), 8)).postings)


def minhash(articles: Sequence[Article]) -> int:
    """Ours, near-duplicates: signatures bit for bit datasketch's, bands by sorting."""
    from lineage.overlap.minhash import Signatures

    values, sizes = [], []
    for some in batches(article.text for article in articles):
        batch = tokenize_batch(some)
        made = signatures(shingles(batch.hashes, batch.first, batch.alone), batch.first)
        values.append(made.values)
        sizes.append(made.sizes)
    return sum(1 for _ in candidate_pairs(Signatures(np.concatenate(values), np.concatenate(sizes))))


def rensa(articles: Sequence[Article]) -> int:
    """rensa: RMinHash and its LSH, candidates only."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    found = 0
    for number, words in enumerate(_words(articles)):
        made = RMinHash(num_perm=128, seed=1)
        made.update(words)
        found += len(index.query(made))
        index.insert(number, made)
    return found


def datasketch_update(articles: Sequence[Article]) -> int:
    """datasketch: `update` in a loop, as its documentation begins."""
    from datasketch import MinHash

    def make(words: list[str]) -> MinHash:
        made = MinHash(128)
        for shingle in words:
            made.update(shingle.encode())
        return made

    return _datasketch(make(words) for words in _words(articles))


def datasketch_batch(articles: Sequence[Article]) -> int:
    """datasketch: `update_batch`."""
    from datasketch import MinHash

    def make(words: list[str]) -> MinHash:
        made = MinHash(128)
        made.update_batch([shingle.encode() for shingle in words])
        return made

    return _datasketch(make(words) for words in _words(articles))


def datasketch_best(articles: Sequence[Article]) -> int:
    """datasketch at its best: `generator` with xxh32 for a hash."""
    import xxhash
    from datasketch import MinHash

    encoded = ([shingle.encode() for shingle in words] for words in _words(articles))
    return _datasketch(MinHash.generator(encoded, num_perm=128, hashfunc=xxhash.xxh32_intdigest))


def _datasketch(sketches: Iterator[object]) -> int:
    from datasketch import MinHashLSH

    index = MinHashLSH(num_perm=128, params=(32, 4))
    found = 0
    for number, made in enumerate(sketches):
        found += len(index.query(made))
        index.insert(number, made)
    return found


def _words(articles: Sequence[Article]) -> Iterator[list[str]]:
    for article in articles:
        words = article.text.lower().split()
        yield [" ".join(words[at : at + 5]) for at in range(len(words) - 4)]


CONTENDERS: dict[str, Contender] = {
    "lineage, passages with offsets": passages,
    "lineage, sketch and sort": sketch_and_sort,
    "lineage, MinHash": minhash,
    "rensa": rensa,
    "datasketch, generator and xxh32": datasketch_best,
    "datasketch, update_batch": datasketch_batch,
    "datasketch, update": datasketch_update,
}
