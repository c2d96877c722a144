"""The stage functions: reading with outlets guessed, and every overlap among some articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from os import PathLike
from typing import Any, Literal

import numpy as np
import xxhash
from numpy.typing import NDArray

from lineage.descent.witness import WORDS_A_CHARACTER, Witness
from lineage.errors import UsageError
from lineage.model import Article, Credit, Furniture, Overlap, Passage, Provenance, Skipped, Span
from lineage.overlap.candidates import MERGE_GAP, Postings, Segments, segments, without
from lineage.overlap.chains import Stock, chain
from lineage.overlap.collection import Collection, Prepared
from lineage.overlap.partitions import Partitions
from lineage.overlap.passages import overlaps
from lineage.overlap.recurrence import Recurring, recurring
from lineage.overlap.rewrites import EXHAUSTIVE, NEWS, rewritten
from lineage.overlap.rewrites import Profile as Rewrites
from lineage.overlap.shingles import SHINGLE
from lineage.overlap.winnow import fingerprints
from lineage.reading import ArticleStream, stream_articles
from lineage.reading.shelf import Articles, shelved
from lineage.settings import Settings
from lineage.text.credits import find_credits
from lineage.text.furniture import find_furniture
from lineage.text.outlets import Registry, guess_outlet
from lineage.text.quotes import find_quotes
from lineage.text.tokens import batches, tokenize, tokenize_batch
from lineage.text.wires import strange_wires
from lineage.version import __version__

Profile = Literal["news", "exhaustive"]
PROFILES = {"news": NEWS, "exhaustive": EXHAUSTIVE}


def read_articles(
    *paths: str | PathLike[str],
    mapping: Mapping[str, str] | None = None,
    on_skip: Callable[[Skipped], None] | None = None,
    registry: Registry | None = None,
) -> ArticleStream:
    """Articles from folders and files, one after another; outlets that are not given are guessed from the text.

    `mapping` gives the columns of fields, as `{"text": "fulltext"}`. What cannot be read is in the stream's
    `skipped`, and is handed to `on_skip` at once. Raises `UsageError` for a path that does not exist.
    """
    known = registry or Registry.load()
    return stream_articles(*paths, mapping=mapping, on_skip=on_skip).map(lambda article: _with_outlet(article, known))


def _with_outlet(article: Article, registry: Registry) -> Article:
    if article.outlet or not (found := guess_outlet(article.text, registry)):
        return article
    return replace(article, outlet=found[0].name, guessed=(*article.guessed, "outlet"))


def unique(articles: Iterable[Article]) -> tuple[list[Article], list[Skipped]]:
    """The articles with ids that differ, and a note for each that was left out or renamed."""
    held: dict[str, Article] = {}
    noted: list[Skipped] = []
    for article in articles:
        twin = held.get(article.id)
        if twin is None:
            held[article.id] = article
        elif twin.text == article.text:
            noted.append(Skipped(article.id, "the same id and text occurred already", record=article.id, kind="noted"))
        else:
            number = 2
            while f"{article.id}#{number}" in held:
                number += 1
            name = f"{article.id}#{number}"
            held[name] = replace(article, id=name)
            noted.append(Skipped(article.id, f"the id occurred already; renamed to {name}", record=name, kind="noted"))
    return list(held.values()), noted


def set_aside(stream: OverlapStream) -> Iterator[Skipped]:
    """What `find_overlaps` did not compare, or not with everything, in words."""
    for passage in stream.furniture:
        shown = passage.text if len(passage.text) <= 60 else passage.text[:59] + "…"
        reason = f"set aside as furniture, in {passage.holders} articles: “{shown}”"
        yield Skipped(passage.outlet or "", reason, record=passage.article, kind="noted")
    if stream.crowded:
        reason = f"{stream.crowded} fingerprints have too many holders; each of these was compared with the first only"
        yield Skipped("", reason, kind="capped")


def provenance(articles: Iterable[Article], changed: Mapping[str, Any], now: datetime) -> Provenance:
    """What made a result. The digest covers ids and texts, in no order."""
    digest = 0
    for article in articles:
        digest ^= xxhash.xxh3_128_intdigest(f"{article.id}\0{article.text}".encode("utf-8", "surrogatepass"))
    return Provenance(__version__, dict(changed), f"{digest:032x}", now)


def registry(articles: Sequence[Article], settings: Settings) -> Registry:
    """The shipped outlets and the user's, with the outlets of the articles and the wires that these name."""
    known = Registry.load(*settings.registry_files).with_outlets(a.outlet for a in articles if a.outlet)
    return known.with_outlets(strange_wires(article.text for article in articles), kind="wire")


def witnesses(articles: Sequence[Article], registry: Registry) -> list[Witness]:
    """Each article with its words and marks."""
    result: list[Witness] = []
    for some in batches(article.text for article in articles):
        batch = tokenize_batch(some)
        for index, text in enumerate(some):
            article = articles[len(result)]
            outlet = registry.resolve(article.outlet) if article.outlet else None
            own = outlet.id if outlet else None
            quotes = find_quotes(text)
            credits = find_credits(text, registry, article=article.id, quotes=quotes, own_outlet=own)
            furniture = find_furniture(text)
            result.append(
                Witness.of(
                    article,
                    batch.article(index),
                    quotes=quotes,
                    furniture=furniture,
                    credits=credits,
                    outlet=own,
                )
            )
    return result


def outlets_from_credits(
    articles: Sequence[Article], overlaps: Iterable[Overlap], found: Sequence[Witness], least_words: int
) -> list[Article]:
    """Guess the outlets that no text says of itself from the credits of articles that share narration with it.

    If an article credits an outlet that no article of the input has, the article without an outlet with which it
    shares the most narration, `least_words` at least, is taken to be that outlet's.
    """
    known = {witness.outlet for witness in found}
    by_id = {witness.article.id: witness for witness in found}
    votes: dict[str, list[tuple[int, str, Credit]]] = {}
    for overlap in overlaps:
        for mine, other in ((overlap.a, overlap.b), (overlap.b, overlap.a)):
            if by_id[mine].article.outlet is None and overlap.narrated >= least_words:
                for credit in by_id[other].credits:
                    if credit.name and (credit.outlet or credit.name.casefold()) not in known:
                        votes.setdefault(mine, []).append((overlap.narrated, other, credit))
    claimed: dict[tuple[str, str], tuple[int, str, str]] = {}
    for mine, entries in votes.items():
        for narrated, other, credit in entries:
            key = (other, credit.outlet or (credit.name or "").casefold())
            claimed[key] = max(claimed.get(key, (0, "", "")), (narrated, mine, credit.name or ""))
    names: dict[str, set[str]] = {}
    for _, mine, given in claimed.values():
        names.setdefault(mine, set()).add(given)
    return [
        replace(article, outlet=min(names[article.id]), guessed=(*article.guessed, "outlet"))
        if len(names.get(article.id, ())) == 1
        else article
        for article in articles
    ]


class OverlapStream(Iterator[Overlap]):
    """Overlaps one after another, and what was set aside on the way.

    `furniture` names the passages that recur from story to story and were not compared; `crowded` counts the
    fingerprints with more holders than `max_holders`, each of which was paired with the first holder only. Both are
    complete once the first overlap is out.
    """

    def __init__(self, articles: Articles, settings: Settings, rewrites: Rewrites | None) -> None:
        self.furniture: list[Furniture] = []
        self.crowded = 0
        shelf = shelved(articles)
        self._found = self._find(shelf, settings)
        if rewrites is not None:
            self._found = with_rewrites(self._found, shelf, rewrites)

    def __iter__(self) -> Iterator[Overlap]:
        return self._found

    def __next__(self) -> Overlap:
        return next(self._found)

    def _find(self, articles: Sequence[Article], settings: Settings) -> Iterator[Overlap]:
        tunables = settings.overlap
        seen: dict[str, str | None] = {}
        made = Partitions(tunables.in_memory)
        for sketched in sketches(_texts(articles, seen), tunables.window):
            made.add(*sketched)
        names, outlets = list(seen), _numbered(seen.values())
        postings, holders = made.shared()
        aside = recurring(postings, holders, made.counts, outlets, MERGE_GAP)
        self.furniture.extend(_furniture(aside, articles))
        holders = without(holders, aside.entries)
        self.crowded = len(np.unique(holders.starts[holders.ends - holders.starts > tunables.max_holders]))
        for found in segments(postings, holders, max_holders=tunables.max_holders):
            present, local = _localised(found)
            stock = stocked([articles[i].text for i in present])
            runs = chain(local, stock, least_words=tunables.least_words, least_identity=tunables.least_identity)
            yield from overlaps(runs, stock, [names[i] for i in present], least_words=tunables.least_words)


def _texts(articles: Iterable[Article], seen: dict[str, str | None]) -> Iterator[str]:
    """The articles' texts; their ids, which must differ, go to `seen` with the outlets."""
    for article in articles:
        if article.id in seen:
            raise UsageError(f"two articles have the same id, {article.id!r}; ids must differ")
        seen[article.id] = article.outlet
        yield article.text


def find_overlaps(
    articles: Articles,
    *,
    profile: Profile = "news",
    rewrites: bool = False,
    settings: Settings = Settings(),
) -> OverlapStream:
    """Every pair of articles that share a passage, with all their passages, in the articles' order.

    `articles` may be a list, a generator (whose texts are then kept in a temporary file, not in memory) or an Arrow
    table or record batch with the columns `id` and `text`, and `outlet` if there is one.

    Passages are chains of equal words: exact ones and edited ones. With `rewrites`, the pairs found so are looked at
    again for reworded passages; `profile` says how much must speak for one (`news` demands the words' order). The pairs
    are complete for passages with up to `settings.overlap.max_holders` holders; of a passage with more, each holder is
    paired with the first. What an outlet prints in article after article is set aside and named in the stream's
    `furniture`. Raises `UsageError` when two articles have one id.
    """
    return OverlapStream(articles, settings, PROFILES[profile] if rewrites else None)


def with_rewrites(found: Iterable[Overlap], articles: Sequence[Article], profile: Rewrites) -> Iterator[Overlap]:
    """The overlaps with the reworded passages of their articles added."""
    collection = Collection()
    ready = {article.id: collection.prepare(article.text) for article in articles}
    for overlap in found:
        a, b = ready[overlap.a], ready[overlap.b]
        held = [(passage.a, passage.b) for passage in overlap.passages]
        added = [
            _rewritten(one, other, blocks, a, b) for one, other, blocks in rewritten(a, b, collection, profile, held)
        ]
        if not added:
            yield overlap
            continue
        kept = [passage for passage in overlap.passages if not any(_within(passage, whole) for whole in added)]
        passages = sorted([*kept, *added], key=lambda passage: passage.a)
        words = sum(passage.words for passage in passages)
        inside = round(sum(passage.words * passage.quoted for passage in passages))
        shares = min(1.0, words / len(a)), min(1.0, words / len(b))
        yield Overlap(overlap.a, overlap.b, tuple(passages), *shares, words - inside, inside)


def _within(passage: Passage, whole: Passage) -> bool:
    """Whether a passage lies within another on both sides."""
    return all(
        outer.start <= inner.start and inner.end <= outer.end
        for inner, outer in ((passage.a, whole.a), (passage.b, whole.b))
    )


def _rewritten(one: Span, other: Span, blocks: list[tuple[Span, Span]], a: Prepared, b: Prepared) -> Passage:
    """A reworded passage: its words are those that stand in both in the same order."""
    equal, quoted = 0, 0
    marks = [find_quotes(text.text) for text in (a, b)]
    for left, right in blocks:
        low, high = np.searchsorted(a.starts, (left.start, left.end))
        equal += int(high - low)
        inside = [
            any(q.start <= s.start and s.end <= q.end for q in own) for own, s in zip(marks, (left, right), strict=True)
        ]
        quoted += int(high - low) if all(inside) else 0
    sizes = [
        int(np.diff(np.searchsorted(text.starts, (span.start, span.end)))[0]) for text, span in ((a, one), (b, other))
    ]
    return Passage(one, other, equal, equal / max(sizes), quoted / max(1, equal), "rewritten", tuple(blocks))


def _numbered(outlets: Iterable[str | None]) -> NDArray[np.int64]:
    """A number for each outlet, -1 where it is not known."""
    numbers: dict[str, int] = {}
    return np.array([-1 if o is None else numbers.setdefault(o, len(numbers)) for o in outlets], np.int64)


def _furniture(aside: Recurring, articles: Sequence[Article]) -> Iterator[Furniture]:
    """The passages set aside, with their wording; those with the most holders first."""
    order = np.lexsort((aside.first, aside.article, -aside.holders))
    for k in order.tolist():
        article = articles[int(aside.article[k])]
        words = tokenize(article.text)
        last = min(int(aside.last[k]) + SHINGLE, len(words)) - 1
        span = Span(int(words.starts[aside.first[k]]), int(words.ends[last]))
        wording = " ".join(article.text[span.start : span.end].split())
        yield Furniture(wording, int(aside.holders[k]), article.id, span, article.outlet)


def sketches(
    texts: Iterable[str], window: int
) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint32], NDArray[np.int64]]]:
    """The fingerprints of texts, batch after batch: hash, word in its text, context, and how many each text has."""
    for some in batches(texts):
        batch = tokenize_batch(some)
        yield fingerprints(batch.hashes, batch.first, batch.alone, window)


def sketch(texts: Iterable[str], window: int) -> Postings:
    """The fingerprints of texts, numbered in their order."""
    columns = list(zip(*sketches(texts, window), strict=True))
    if not columns:
        return Postings.none()
    hashes, words, contexts, counts = (np.concatenate(column) for column in columns)
    return Postings(hashes, np.repeat(np.arange(len(counts), dtype=np.int32), counts), words, contexts)


def stocked(texts: Sequence[str]) -> Stock:
    """The words of some texts laid end to end, with their places and quotation marks."""
    batch = tokenize_batch(texts)
    weights = None if batch.alone is None else np.where(batch.alone, np.float32(WORDS_A_CHARACTER), np.float32(1))
    base, sizes = batch.first[:-1], np.diff(batch.first)
    return Stock(batch.hashes, batch.starts, batch.ends, lambda i: find_quotes(texts[i]), weights, base, sizes)


def _localised(found: Segments) -> tuple[list[int], Segments]:
    """The numbers of the articles that occur, and the segments with articles renumbered among these."""
    present, numbers = np.unique(np.concatenate([found.left, found.right]), return_inverse=True)
    left, right = numbers[: len(found)], numbers[len(found) :]
    return present.tolist(), Segments(left, right, found.shift, found.first, found.last)
