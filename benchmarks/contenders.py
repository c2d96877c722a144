"""What is measured: each contender takes the same articles and says how many pairs or passages it found.

128 permutations in 32 bands of 4, shingles of 5 words. The peers that want Python strings get their words from
`str.lower().split()` and their shingles from `map` and `zip`, the fastest way that was found; most of their time goes
there all the same, as it does for their users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from lineage import finding
from lineage.model import Article
from lineage.overlap.minhash import Signatures, candidate_pairs, signed
from lineage.overlap.partitions import Partitions
from lineage.settings import Settings

PERMUTATIONS, BANDS, ROWS = 128, 32, 4


def _articles(articles: Sequence[Article]) -> Any:
    return articles


@dataclass(frozen=True, slots=True)
class Contender:
    """`run(prepare(articles))` gives the number of results; only `run` is on the clock.

    `finds` says what is counted. `package` must be installed. On more than `most` articles a run takes over a minute
    or so, and is left out.
    """

    about: str
    finds: str
    run: Callable[[Any], int]
    package: str = "lineage"
    most: int = 10_000_000
    prepare: Callable[[Sequence[Article]], Any] = _articles

    @property
    def installed(self) -> bool:
        """Whether it can be run here."""
        return find_spec(self.package) is not None


def passages(articles: Sequence[Article]) -> int:
    """Ours, whole: articles in, passages with offsets out."""
    return sum(len(overlap.passages) for overlap in finding.find_overlaps(articles))


def sketch_and_sort(articles: Sequence[Article]) -> int:
    """Ours, candidates only: winnowed fingerprints and one sort."""
    made = Partitions(Settings().overlap.in_memory)
    for sketched in finding.sketches((article.text for article in articles), 8):
        made.add(*sketched)
    return len(made.shared()[0])


def minhash_signatures(articles: Sequence[Article]) -> Signatures:
    """Signatures bit for bit datasketch's, from texts."""
    return signed(article.text for article in articles)


def minhash(articles: Sequence[Article]) -> int:
    """Ours, near-duplicates: signatures and bands by sorting."""
    return band_sort(minhash_signatures(articles))


def band_sort(made: Signatures) -> int:
    """Ours, the join alone: bands of ready signatures, by sorting."""
    return sum(1 for _ in candidate_pairs(made, BANDS))


def rensa(articles: Sequence[Article]) -> int:
    """rensa: RMinHash and its LSH. Its calls for many at once were tried and are no faster."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=PERMUTATIONS, num_bands=BANDS)
    found = 0
    for number, words in enumerate(_shingles(articles)):
        made = RMinHash(num_perm=PERMUTATIONS, seed=1)
        made.update(words)
        found += len(index.query(made))
        index.insert(number, made)
    return found


def gaoya(articles: Sequence[Article]) -> int:
    """gaoya: its own tokenising in Rust; a query and an insertion each read the text."""
    index = import_module("gaoya.minhash").MinHashStringIndex(32, 0.5, BANDS, ROWS, None, "word", True, (5, 5))
    found = 0
    for number, article in enumerate(articles):
        found += len(index.query(article.text))
        index.insert_document(number, article.text)
    return found


def polars(articles: Sequence[Article]) -> int:
    """polars: pairs that share any shingle, by hash and join; words are cut at blanks only."""
    import polars as pl

    texts = pl.LazyFrame({"text": [article.text for article in articles]}).with_row_index("article")
    cut = pl.col("text").str.to_lowercase().str.split(" ").alias("word")
    words = texts.select("article", cut).explode("word").with_columns(pl.col("word").hash())
    shingle = pl.col("word")
    for ahead in range(1, 5):
        shingle = shingle * 0x9FB21C651E98DF25 + pl.col("word").shift(-ahead)
    held = words.select("article", shingle.alias("shingle"), pl.col("article").shift(-4).alias("last"))
    held = held.filter(pl.col("article") == pl.col("last")).group_by("shingle").agg(pl.col("article").unique())
    held = held.filter(pl.col("article").list.len() > 1).explode("article")
    pairs = held.join(held, on="shingle").filter(pl.col("article") < pl.col("article_right"))
    return int(pairs.select("article", "article_right").unique().collect().height)


def datasketch_update(articles: Sequence[Article]) -> int:
    """datasketch: `update` in a loop, as its documentation begins."""
    from datasketch import MinHash

    def make(words: list[str]) -> MinHash:
        made = MinHash(PERMUTATIONS)
        for shingle in words:
            made.update(shingle.encode())
        return made

    return lsh(make(words) for words in _shingles(articles))


def datasketch_batch(articles: Sequence[Article]) -> int:
    """datasketch: `update_batch`."""
    from datasketch import MinHash

    def make(words: list[str]) -> MinHash:
        made = MinHash(PERMUTATIONS)
        made.update_batch([shingle.encode() for shingle in words])
        return made

    return lsh(make(words) for words in _shingles(articles))


def datasketch_best(articles: Sequence[Article]) -> int:
    """datasketch at its best: `generator` with xxh32 for a hash."""
    import xxhash
    from datasketch import MinHash

    encoded = ([shingle.encode() for shingle in words] for words in _shingles(articles))
    return lsh(MinHash.generator(encoded, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest))


def lsh(sketches: Iterable[Any]) -> int:
    """datasketch's LSH: a query and an insertion for each sketch."""
    from datasketch import MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    found = 0
    for number, made in enumerate(sketches):
        found += len(index.query(made))
        index.insert(number, made)
    return found


def _sketches(articles: Sequence[Article]) -> list[Any]:
    made = minhash_signatures(articles)
    return [made.to_datasketch(number) for number in range(len(made.values))]


def _shingles(articles: Iterable[Article]) -> Iterator[list[str]]:
    for article in articles:
        words = article.text.lower().split()
        yield list(map(" ".join, zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)))


PAIRS, TWINS = "pairs that share a band", "pairs that share a shingle"
CONTENDERS: dict[str, Contender] = {
    "passages": Contender("lineage, every passage with its offsets", "passages", passages),
    "sketch": Contender("lineage, winnowed sketch and sort", "shared fingerprints", sketch_and_sort),
    "minhash": Contender("lineage, MinHash and bands", "pairs that share a band, as stars", minhash),
    "rensa": Contender("rensa", PAIRS, rensa, "rensa", most=200_000),
    "gaoya": Contender("gaoya", "pairs above .5", gaoya, "gaoya", most=200_000),
    "polars": Contender("polars, shingle join", TWINS, polars, "polars", most=100_000),
    "datasketch-best": Contender("datasketch, generator and xxh32", PAIRS, datasketch_best, "datasketch", most=100_000),
    "datasketch-batch": Contender("datasketch, update_batch", PAIRS, datasketch_batch, "datasketch", most=50_000),
    "datasketch-update": Contender("datasketch, update", PAIRS, datasketch_update, "datasketch", most=10_000),
    "join": Contender(
        "lineage, band join of ready signatures", "pairs, as stars", band_sort, prepare=minhash_signatures
    ),
    "join-datasketch": Contender(
        "datasketch, LSH insert and query of ready sketches", PAIRS, lsh, "datasketch", 200_000, _sketches
    ),
}
