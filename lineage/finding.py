"""Every overlap among some articles: sketch, join, verify, reword."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import partial
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lineage.article import each
from lineage.dataclass import dataclass
from lineage.errors import UsageError
from lineage.kernel import Prints, Room
from lineage.model import Article, Furniture, Overlap, Skipped, Span
from lineage.overlap.aside import Aside
from lineage.overlap.candidates import MERGE_GAP, Segments, centred, distinct, segments, without
from lineage.overlap.chains import Stock, chain, needed
from lineage.overlap.formulas import Formulas
from lineage.overlap.partitions import Partitions
from lineage.overlap.passages import Wanted, overlaps, phrases, unclaimed
from lineage.overlap.recurrence import Recurring, recurring
from lineage.overlap.reprints import Families, folded
from lineage.overlap.rewording import with_rewrites
from lineage.overlap.rewrites import EXHAUSTIVE, NEWS
from lineage.overlap.rewrites import Profile as Rewrites
from lineage.overlap.shingles import SHINGLE
from lineage.overlap.stock import stocked
from lineage.overlap.winnow import sketch
from lineage.reading.shelf import Articles, Columns, shelved
from lineage.reports.wording import count, too_many_holders
from lineage.settings import Settings
from lineage.text.tokens import AT_ONCE, batches, laid, tokenize_batch

Profile = Literal["news", "exhaustive"]
Labels = dict[str, str | None]  # the articles' ids and outlets, in order
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd: no two collections' numbers times it are equal
PROFILES = {"news": NEWS, "exhaustive": EXHAUSTIVE}


@dataclass(slots=True)
class SetAside:
    """What was not compared, or not with everything: see `OverlapStream`."""

    furniture: list[Furniture] = field(default_factory=list)
    formulas: Counter[str] = field(default_factory=Counter)
    crowded: int = 0


class OverlapStream(Iterator[Overlap]):
    """Overlaps one after another, and what was set aside on the way.

    `furniture` names the passages that recur from story to story and were not compared; `crowded` counts the
    fingerprints with more holders than `max_holders`, each of which was paired with one of them only. Both are
    complete once the first overlap is out. Of the overlaps only those are made that are `wanted`. `formulas` counts the
    pairs that were left out because all that they share is a phrase shorter than what the fingerprints guarantee to
    find (12 words with a window of 8), or little that recurs in unrelated articles (`lineage.overlap.formulas`), by its
    wording: on real news names with titles, turns of speech and standing sentences of background.

    The articles may be of several collections that know nothing of each other: `collections` has the number of each
    article's, from 0, and `aside` what was set aside of each; `furniture`, `crowded` and `formulas` are of the first.
    """

    def __init__(
        self,
        articles: Articles,
        settings: Settings,
        rewrites: Rewrites | None,
        families: Families | None = None,
        wanted: Wanted | None = None,
        collections: NDArray[np.int64] | None = None,
    ) -> None:
        self.aside = [SetAside() for _ in range(1 if collections is None else int(collections.max(initial=0)) + 1)]
        self.standing: dict[str, NDArray[np.int64]] = {}  # the words at which furniture's fingerprints stand
        self._collections = collections
        shelf = shelved(articles)
        self._found = self._find(shelf, settings, families, wanted)
        if rewrites is not None:
            self._found = with_rewrites(self._found, shelf, rewrites, self.standing)

    def __iter__(self) -> Iterator[Overlap]:
        return self._found

    def __next__(self) -> Overlap:
        return next(self._found)

    @property
    def furniture(self) -> list[Furniture]:
        """The passages that recur from story to story."""
        return self.aside[0].furniture

    @property
    def formulas(self) -> Counter[str]:
        """The pairs that share only a short phrase or formula, by its wording."""
        return self.aside[0].formulas

    @property
    def crowded(self) -> int:
        """The fingerprints with too many holders."""
        return self.aside[0].crowded

    def _of(self, article: int) -> SetAside:
        """What was set aside of an article's collection."""
        return self.aside[0 if self._collections is None else int(self._collections[article])]

    def _find(
        self, articles: Sequence[Article], settings: Settings, families: Families | None, wanted: Wanted | None
    ) -> Iterator[Overlap]:
        tunables = settings.overlap
        seen: Labels = {}
        collected = Partitions(tunables.in_memory)
        first = 0
        for sketched in _sketched(articles, tunables.window, 0 if families is None else families.stands, seen):
            collected.add(*_apart(sketched, first, self._collections))
            first += len(sketched[-1])
        names, outlets = list(seen), _numbered(seen.values())
        postings, holders = collected.shared()
        furniture = recurring(postings, holders, collected.counts, outlets, MERGE_GAP)
        for article, passage in _furniture(furniture, articles):
            self._of(article).furniture.append(passage)
        at = np.sort(holders.postings[furniture.entries])
        standing = postings.articles[at], postings.words[at].astype(np.int64)
        self.standing.update(_standing(*standing, names))
        holders = without(holders, furniture.entries)
        formulas = Formulas.of(postings, holders, collected.counts)
        if families is not None:
            holders = folded(postings, holders, families)
        crowded, whole = holders.crowded(tunables.max_holders), np.zeros(len(names), bool)
        whole[postings.articles[holders.postings[crowded]]] = True  # not all that these share is seen
        for start in distinct(holders.starts[crowded]).tolist():
            self._of(int(postings.articles[holders.postings[start]])).crowded += 1
        holders = centred(postings, holders, tunables.max_holders)
        room = Room()
        for found in segments(postings, holders, max_holders=tunables.max_holders):
            present, local = _localised(found)
            texts = [articles[i].text for i in present]
            stock = stocked(texts, room, needed=needed(local, whole[present]))
            runs = chain(local, stock, least_words=tunables.least_words, least_identity=tunables.least_identity)
            ids = [names[i] for i in present]
            aside = _aside(standing, present, stock)
            guaranteed = tunables.window + SHINGLE - 1
            runs = unclaimed(runs, stock, tunables.least_words)
            short, runs = phrases(runs, stock, guaranteed, formulas.among(present), tunables.least_words, texts)
            if aside is not None:
                short = short.take(~short.aside(aside))
            for number, start, end in zip(short.left.tolist(), *(side.tolist() for side in short.a), strict=True):
                self._of(present[number]).formulas[_wording(texts[number][start:end])] += 1
            place = dict(zip(ids, range(len(ids)), strict=True))
            for overlap in overlaps(runs, stock, ids, aside, wanted and _of_all(wanted, present)):
                if overlap.narrated + overlap.quoted >= guaranteed:
                    yield overlap
                    continue
                number = place[overlap.a]
                words = (_wording(texts[number][slice(*passage.a)]) for passage in overlap.passages)
                self._of(present[number]).formulas.update(words)


def _apart(sketched: Prints, first: int, collections: NDArray[np.int64] | None) -> Prints:
    """The fingerprints of article `first` and the next with hashes that no other collection has."""
    if collections is None:
        return sketched
    hashes, words, contexts, counts = sketched
    own = collections[first : first + len(counts)].astype(np.uint64)
    return hashes ^ np.repeat(own * _SPREAD, counts), words, contexts, counts


def _sketched(articles: Sequence[Article], window: int, whole: int, seen: Labels) -> Iterator[Prints]:
    """The fingerprints of articles batch after batch, of the first `whole` every shingle; what the articles are called
    goes to `seen`. Of the texts of a table no string is made.
    """
    if isinstance(articles, Columns) and not whole:
        for id, outlet in articles.labels():
            _see(id, outlet, seen)
        room = Room()
        for data, bounds in articles.encoded(AT_ONCE):
            yield sketch(data, bounds, partial(_decoded, data, bounds), window, room)
    else:
        texts = _texts(articles, seen)
        yield from sketches(islice(texts, whole), 1)
        yield from sketches(texts, window)


def _texts(articles: Iterable[Article], seen: Labels) -> Iterator[str]:
    """The articles' texts; what they are called goes to `seen`."""
    for article in each(articles):
        _see(article.id, article.outlet, seen)
        yield article.text


def _wording(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _see(id: str, outlet: str | None, seen: Labels) -> None:
    if id in seen:
        raise UsageError(f"two articles have the same id, {id!r}; ids must differ")
    seen[id] = outlet


def find_overlaps(
    articles: Articles,
    *,
    profile: Profile = "news",
    rewrites: bool = False,
    settings: Settings = Settings(),
    families: Families | None = None,
) -> OverlapStream:
    """Every pair of articles that share a passage, with all their passages, in the articles' order.

    `articles` may be a list, a generator (whose texts are then kept in a temporary file, not in memory) or whatever
    holds Arrow's columns: a table, record batch, struct column or frame (of pyarrow, polars, pandas) with `id` and
    `text`, and `outlet` if there is one; or a column of texts alone, whose rows' numbers are the ids, from "0".

    Passages are chains of equal words: exact ones and edited ones. With `rewrites`, the pairs found so are looked at
    again for reworded passages; `profile` says how much must speak for one (`news` demands the words' order). The pairs
    are complete for passages with up to `settings.overlap.max_holders` holders; of a passage with more, each holder is
    paired with the one that has the most such passages. What an outlet prints in article after article is set aside and
    named in the stream's `furniture`. With `families` (`lineage.overlap.reprints`) reprints are compared with the
    article that stands for their family, and only that one with all others. Raises `UsageError` when two articles have
    one id, for what is no article, and for a profile that does not exist.
    """
    how = profiled(profile)
    return OverlapStream(articles, settings, how if rewrites else None, families)


def profiled(profile: Profile) -> Rewrites:
    """What a profile demands of rewritten passages. Raises `UsageError` for one that does not exist."""
    if profile not in PROFILES:
        raise UsageError(f"there is no profile {profile!r}; use {' or '.join(map(repr, PROFILES))}")
    return PROFILES[profile]


def _numbered(outlets: Iterable[str | None]) -> NDArray[np.int64]:
    """A number for each outlet, -1 where it is not known."""
    numbers: dict[str, int] = {}
    return np.array([-1 if o is None else numbers.setdefault(o, len(numbers)) for o in outlets], np.int64)


def _furniture(aside: Recurring, articles: Sequence[Article]) -> Iterator[tuple[int, Furniture]]:
    """The passages set aside, with their articles and wording; those with the most holders first."""
    if not len(aside.article):
        return
    order = np.lexsort((aside.first, aside.article, -aside.holders))
    owners = distinct(aside.article)
    local = np.searchsorted(owners, aside.article)
    texts = [articles[i].text for i in owners.tolist()]
    words = tokenize_batch(texts)
    last = words.first[local] + np.minimum(aside.last + SHINGLE, np.diff(words.first)[local]) - 1
    starts, ends = words.starts[words.first[local] + aside.first], words.ends[last]
    for k in order.tolist():
        number, text, span = int(aside.article[k]), texts[local[k]], Span(int(starts[k]), int(ends[k]))
        article, wording = articles[number], _wording(text[span.start : span.end])
        yield number, Furniture(wording, int(aside.holders[k]), article.id, span, article.outlet)


def _standing(
    articles: NDArray[np.int32], words: NDArray[np.int64], names: Sequence[str]
) -> dict[str, NDArray[np.int64]]:
    """The words at which the furniture's fingerprints stand, by article; given by article and word, ascending."""
    edges = np.flatnonzero(np.diff(articles, prepend=-1, append=-1)) if len(words) else np.zeros(1, np.int64)
    return {
        names[int(articles[low])]: words[low:high]
        for low, high in zip(edges.tolist(), edges[1:].tolist(), strict=False)
    }


def _aside(standing: tuple[NDArray[np.int32], NDArray[np.int64]], present: Sequence[int], stock: Stock) -> Aside | None:
    """Where furniture stands in the articles `present`, if it does in any; given by article and word, ascending."""
    articles, words = standing
    numbers = np.array(present, articles.dtype)
    low, high = np.searchsorted(articles, numbers), np.searchsorted(articles, numbers, "right")
    sizes = high - low
    at = np.arange(int(sizes.sum())) + np.repeat(low - (np.cumsum(sizes) - sizes), sizes)
    return Aside.of(stock, np.repeat(np.arange(len(numbers)), sizes), words[at]) if len(at) else None


def sketches(texts: Iterable[str], window: int) -> Iterator[Prints]:
    """The fingerprints of texts, batch after batch: hash, word in its text, context, and how many each text has.

    What comes out holds until the next batch.
    """
    room = Room()
    for some in batches(texts, AT_ONCE):
        data, bounds, narrow = laid(some, room)
        yield sketch(data, bounds, some.__getitem__, window, room, narrow=narrow)


def _decoded(data: NDArray[np.uint8], bounds: NDArray[np.int64], index: int) -> str:
    return data[bounds[index] : bounds[index + 1]].tobytes().decode("utf-8", "surrogatepass")


def _of_all(wanted: Wanted, present: Sequence[int]) -> Wanted:
    """The same asked about the articles `present` by their numbers among these."""
    numbers = np.array(present, np.int64)
    return lambda one, other, narrated: wanted(numbers[one], numbers[other], narrated)


def _localised(found: Segments) -> tuple[list[int], Segments]:
    """The numbers of the articles that occur, and the segments with articles renumbered among these."""
    numbers = distinct(np.concatenate([found.left, found.right]))
    left, right = np.searchsorted(numbers, found.left), np.searchsorted(numbers, found.right)
    return numbers.tolist(), Segments(left, right, found.shift, found.first, found.last)


def in_words(aside: SetAside) -> Iterator[Skipped]:
    """What was not compared, or not with everything, in words."""
    for passage in aside.furniture:
        shown = passage.text if len(passage.text) <= 60 else passage.text[:59] + "…"
        reason = f"set aside as furniture, in {passage.holders} articles: “{shown}”"
        yield Skipped(passage.outlet or "", reason, record=passage.article, kind="noted")
    if aside.formulas:
        (wording, pairs), more = aside.formulas.most_common(1)[0], len(aside.formulas) - 1
        others = f" and {more} more" if more else ""
        many = count(aside.formulas.total(), "pair of articles shares", "pairs of articles share")
        times = count(pairs, "time")
        reason = f"{many} only a short phrase or formula: “{wording}” ({times}){others}"
        yield Skipped("", reason, kind="noted")
    if aside.crowded:
        yield Skipped("", too_many_holders(aside.crowded), kind="capped")
