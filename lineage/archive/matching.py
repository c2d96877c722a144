"""What the articles of a stretch share, told from their texts; or from their fingerprints alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.archive.aside import aside_in
from lineage.archive.joining import Joined
from lineage.archive.rows import Keys, Rows
from lineage.dataclass import dataclass
from lineage.kernel import Room
from lineage.model import Overlap, Passage, Span
from lineage.overlap.chains import chain
from lineage.overlap.passages import Columns, columns, phrases, unclaimed
from lineage.overlap.shingles import SHINGLE
from lineage.overlap.stock import stocked
from lineage.overlap.winnow import density
from lineage.text.tokens import TokenBatch, tokenize_batch

PASSAGES, FINGERPRINTS = "passages", "fingerprints"  # kinds of an overlap: verified in the texts, or not

# what an archive is made with unless something else is asked for: the defaults of `lineage.settings`
DEFAULTS: Mapping[str, str] = {"window": "8", "least_words": "8", "least_identity": "0.8", "max_holders": "1000"}

Found = tuple[int, int, Overlap, str]


@dataclass(frozen=True, slots=True)
class Tunables:
    """How shared passages are found; see `lineage.settings.Overlap`."""

    window: int
    least_words: int
    least_identity: float
    max_holders: int

    @property
    def guaranteed(self) -> int:
        """Words of a shared run from which it is never missed."""
        return self.window + SHINGLE - 1


def verified(
    joined: Joined, texts: Sequence[str], seed: int, tunables: Tunables, aside: Keys, room: Room | None = None
) -> Columns:
    """What each two articles share, as `lineage.overlap.passages.columns` has it; `texts` are those of
    `joined.numbers`, and `aside` are the fingerprints of furniture. Pairs that share less than what is never missed are
    left out.
    """
    stock = stocked(texts, room, seed=seed)
    least = tunables.least_words
    runs = chain(joined.stretches, stock, least_words=least, least_identity=tunables.least_identity)
    _, runs = phrases(unclaimed(runs, stock, least), stock, tunables.guaranteed, texts=texts)
    return columns(runs, stock, aside_in(stock, aside, tunables.window), least=tunables.guaranteed)


def unverified(joined: Joined, rows: Rows, prints: NDArray[np.int32], tunables: Tunables) -> Iterator[Found]:
    """The numbers of two articles, what they share and of what kind it is, from fingerprints alone: passages reach from
    the first to the last that is shared, two at least; up to window - 1 words more on either side are shared, too, but
    not seen.

    Their words count as equal, their identity is the share of the fingerprints to be expected that are shared; nothing
    is known of quotations.
    """
    found, numbers = joined.stretches, joined.numbers
    assert rows.starts is not None
    assert rows.lengths is not None
    places = rows.articles.astype(np.uint64) << np.uint64(32) | rows.words
    order = np.argsort(places)
    spans = places[order], rows.starts[order].astype(np.int64), rows.lengths[order].astype(np.int64)
    left, right = numbers[found.left], numbers[found.right]
    counted = found.last - found.first + SHINGLE
    sides = [
        _characters(spans, own, found.first - shift, found.last - shift)
        for own, shift in ((left, np.zeros_like(found.shift)), (right, found.shift))
    ]
    whole = [density(tunables.window) / np.maximum(prints[own], 1) for own in (left, right)]
    held: dict[tuple[int, int], list[Passage]] = {}
    shares: dict[tuple[int, int], tuple[float, float]] = {}
    for k in np.flatnonzero(counted >= tunables.least_words).tolist():
        pair = int(left[k]), int(right[k])
        words = int(counted[k])
        passage = Passage(Span(*sides[0][k].tolist()), Span(*sides[1][k].tolist()), words, 1.0, 0.0, "edited")
        held.setdefault(pair, []).append(passage)
        shares[pair] = float(whole[0][k]), float(whole[1][k])
    for (a, b), passages in held.items():
        total = sum(passage.words for passage in passages)
        a_in_b, b_in_a = (min(1.0, total * rate) for rate in shares[a, b])
        overlap = Overlap(str(a), str(b), tuple(sorted(passages, key=lambda p: p.a)), a_in_b, b_in_a, total, 0)
        yield a, b, overlap, FINGERPRINTS


def _characters(
    spans: tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]],
    articles: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> NDArray[np.int64]:
    """From the first character of one shingle to the last of another, int64[k, 2]."""
    places, starts, lengths = spans
    at = [
        np.searchsorted(places, articles.astype(np.uint64) << np.uint64(32) | word.astype(np.uint64))
        for word in (first, last)
    ]
    return np.stack([starts[at[0]], starts[at[1]] + lengths[at[1]]], axis=1)


def shingle_spans(
    batch: TokenBatch, places: NDArray[np.int32], counts: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """The first character and the length of each fingerprint's words; a length beyond 65,535 is cut."""
    article = np.repeat(np.arange(len(counts)), counts)
    at = places + batch.first[:-1][article]
    last = np.minimum(at + SHINGLE, batch.first[1:][article]) - 1
    lengths = batch.ends[last].astype(np.int64) - batch.starts[at]
    return batch.starts[at].astype(np.uint32), np.minimum(lengths, (1 << 16) - 1).astype(np.uint16)


def wordings(texts: Sequence[str], seed: int, places: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, str]]:
    """From which to which character the words of passages stand, and the passages. Each is told as the number of its
    text, and the words with which its first and its last shingle begin.
    """
    batch = tokenize_batch(texts, seed=seed)
    for number, first, last in places:
        begin, stop = batch.first[number : number + 2].tolist()
        start, end = int(batch.starts[begin + first]), int(batch.ends[min(begin + last + SHINGLE, stop) - 1])
        yield start, end, " ".join(texts[number][start:end].split()).encode("utf-8", "replace").decode()
