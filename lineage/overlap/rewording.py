"""Overlaps looked at again: reworded passages as values, with their grades.

A passage whose words do not keep their order is *related*: two reports of one event look like that. It is told apart
from what is shared, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.model import Article, Grade, Overlap, Passage, Span
from lineage.overlap.alike import Free, Seeds, seeds_of_pairs
from lineage.overlap.boxes import Box
from lineage.overlap.collection import Parsed, Prepared, Sentences, paired, parse_all
from lineage.overlap.passages import EXACT
from lineage.overlap.recurrence import STANDING
from lineage.overlap.rewrites import LEAST_IDENTITY, Profile, Reworded, promising, rewritten, uncovered
from lineage.text.quotes import find_quotes
from lineage.text.tokens import Tokens

LEAST_EQUAL = 0.35  # of a reworded passage's longer side, words that are equal and in order: below it read as unlike
AT_ONCE = 64  # pairs whose texts are parsed together
PARSED = 1_000  # texts that are kept parsed for their next pair, 50 KB each
CUT = 20_000  # texts of which is kept where words and sentences begin, 4 KB each


def with_rewrites(
    found: Iterable[Overlap],
    articles: Sequence[Article],
    profile: Profile,
    standing: Mapping[str, NDArray[np.int64]] = {},
    words: Mapping[str, Tokens] | None = None,
    held: dict[str, Parsed] | None = None,
) -> Iterator[Overlap]:
    """The overlaps with the reworded passages of their articles added, and with the related ones beside them.

    How common a word is, is told from the two articles alone: what a pair shares does not depend on other articles.
    `standing` tells, by article, at which words furniture stands; what is reworded furniture is left out. `words` are
    the articles' by their ids, if they are known already. In `held` are those texts that are parsed, by id: whoever
    gives it finds there what was parsed, of many articles the last ones.
    """
    texts = {article.id: article.text for article in articles}
    quotes = cache(lambda id: find_quotes(texts[id]))
    for overlap, pair in _promising(found, texts, words, {} if held is None else held, profile):
        if pair is None:
            yield overlap
            continue
        a, b, counts = paired(pair.a, pair.b)
        seen = rewritten(a, b, counts, profile, _held(overlap), pair.boxes)
        added: list[Passage] = []
        related: list[Passage] = []
        for stretch in seen:
            passage = _passage(stretch, a, b, (quotes(overlap.a), quotes(overlap.b)))
            if _stands(passage, a, standing.get(overlap.a)):
                continue
            if _counts(passage, stretch.ordered, profile):
                added.append(passage)
            elif not stretch.ordered:
                related.append(replace(passage, grade="related"))
        yield _joined(overlap, added, related, a, b) if seen else overlap


def _held(overlap: Overlap) -> list[tuple[Span, Span]]:
    return [(passage.a, passage.b) for passage in overlap.passages]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two texts with the boxes that are worth looking at."""

    a: Parsed
    b: Parsed
    boxes: list[Box]


def _promising(
    found: Iterable[Overlap],
    texts: Mapping[str, str],
    words: Mapping[str, Tokens] | None,
    held: dict[str, Parsed],
    profile: Profile,
) -> Iterator[tuple[Overlap, _Pair | None]]:
    """Each overlap with its two texts, or None if what its passages leave has nothing that is alike; a text that was
    parsed for an earlier pair is so still, mostly.
    """
    sentences = lru_cache(CUT)(lambda id: Sentences.of(texts[id], words[id] if words else None))
    few = len(texts) <= PARSED  # then all are parsed, which takes less than to cut them into sentences first
    cut: Callable[[str], Sentences | Parsed] = held.__getitem__ if few else sentences
    stream = iter(found)
    while some := list(islice(stream, AT_ONCE)):
        if len(held) > PARSED:
            held.clear()
        if few:
            _parse({id for one in some for id in (one.a, one.b)}, texts, words, held)
        free = [
            (uncovered(cut(one.a), (p.a for p in one.passages)), uncovered(cut(one.b), (p.b for p in one.passages)))
            for one in some
        ]
        wanted = [all(map(np.count_nonzero, both)) for both in free]
        _parse(
            {id for one, more in zip(some, wanted, strict=True) if more for id in (one.a, one.b)}, texts, words, held
        )
        looked = [(one, own) for one, own, more in zip(some, free, wanted, strict=True) if more]
        alike = _alike([(held[one.a], held[one.b]) for one, _ in looked], [own for _, own in looked], profile)
        for one, more in zip(some, wanted, strict=True):
            best = promising(next(alike), held[one.a], held[one.b], profile) if more else None
            yield one, _Pair(held[one.a], held[one.b], best) if best else None


def _alike(
    pairs: Sequence[tuple[Parsed, Parsed]], free: Sequence[tuple[Free, Free]], profile: Profile
) -> Iterator[Seeds]:
    """The sentences of each pair of texts that are alike, of those that are free."""
    texts = list({id(text): text for pair in pairs for text in pair}.values())
    number = {id(text): place for place, text in enumerate(texts)}
    counts, found = seeds_of_pairs(texts, [(number[id(a)], number[id(b)]) for a, b in pairs], free, profile.seed)
    ends = np.cumsum(counts)
    for first, end in zip((ends - counts).tolist(), ends.tolist(), strict=True):
        yield found.take(slice(first, end))


def _parse(
    ids: Set[str], texts: Mapping[str, str], words: Mapping[str, Tokens] | None, held: dict[str, Parsed]
) -> None:
    """Parse the texts that are not held."""
    missing = sorted(ids - held.keys())
    parsed = parse_all((texts[id] for id in missing), (words[id] for id in missing) if words else None)
    held.update(zip(missing, parsed, strict=True))


def _counts(passage: Passage, ordered: bool, profile: Profile) -> bool:
    """Whether a passage is shared, and not only related. The profile that does not ask for order takes all."""
    if not profile.ordered:
        return True
    return ordered and passage.words >= profile.chain_words and passage.identity >= LEAST_EQUAL


def _joined(overlap: Overlap, added: list[Passage], related: list[Passage], a: Prepared, b: Prepared) -> Overlap:
    """The overlap with more passages; of those that it has already the ones within an added one are a part of it."""
    beside = tuple(sorted(related, key=lambda passage: passage.a))
    if not added:
        return replace(overlap, related=beside)
    kept = [passage for passage in overlap.passages if not any(_within(passage, whole) for whole in added)]
    passages = sorted([*kept, *added], key=lambda passage: passage.a)
    words = sum(passage.words for passage in passages)
    inside = round(sum(passage.words * passage.quoted for passage in passages))
    shares = min(1.0, words / len(a)), min(1.0, words / len(b))
    return Overlap(overlap.a, overlap.b, tuple(passages), *shares, words - inside, inside, beside)


def _stands(passage: Passage, text: Prepared, standing: NDArray[np.int64] | None) -> bool:
    """Whether most of a passage is furniture of the first article."""
    if standing is None:
        return False
    low, high = np.searchsorted(text.starts, (passage.a.start, passage.a.end)).tolist()
    inside = np.zeros(high - low, bool)
    for first in standing.tolist():
        inside[max(0, first - low) : max(0, first + STANDING - low)] = True
    return bool(2 * inside.sum() > high - low)


def _within(passage: Passage, whole: Passage) -> bool:
    """Whether a passage lies within another on both sides."""
    return all(
        outer.start <= inner.start and inner.end <= outer.end
        for inner, outer in ((passage.a, whole.a), (passage.b, whole.b))
    )


def _passage(found: Reworded, a: Prepared, b: Prepared, quotes: tuple[Sequence[Span], Sequence[Span]]) -> Passage:
    """A reworded passage: its words are those that stand in both in the same order."""
    places = a.starts.searchsorted(np.array([left for left, _ in found.blocks], np.int64).reshape(-1, 2))
    words = (places[:, 1] - places[:, 0]).tolist()
    equal, quoted = sum(words), 0
    if all(quotes):
        both = (_inside(left, quotes[0]) and _inside(right, quotes[1]) for left, right in found.blocks)
        quoted = sum(count for count, inside in zip(words, both, strict=True) if inside)
    sizes = [
        int(np.diff(np.searchsorted(text.starts, (span.start, span.end)))[0])
        for text, span in ((a, found.a), (b, found.b))
    ]
    identity = equal / max(1, *sizes)
    grade: Grade = "exact" if identity >= EXACT else "edited" if identity >= LEAST_IDENTITY else "rewritten"
    return Passage(found.a, found.b, equal, identity, quoted / max(1, equal), grade, tuple(found.blocks))


def _inside(span: Span, quotes: Sequence[Span]) -> bool:
    """Whether a stretch lies in a quotation."""
    return any(quote.start <= span.start and span.end <= quote.end for quote in quotes)
