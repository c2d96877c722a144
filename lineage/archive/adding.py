"""Articles come into an archive: a batch with its segment, and with what it shares with everything before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from lineage.archive import joining, recurrence, segments
from lineage.archive.catalogue import Row, told
from lineage.archive.holdings import FOLDER, Holdings
from lineage.archive.matching import shingle_spans
from lineage.archive.records import Packer, article_of, digest_of, plain, row_of
from lineage.archive.register import Register, minutes_of
from lineage.archive.segments import Rows
from lineage.archive.sharing import keep_pairs, save_marks, soil
from lineage.kernel import Room
from lineage.model import Article
from lineage.overlap.winnow import fingerprints
from lineage.text.tokens import batches, tokenize_batch

TIER = 8  # segments of about one size that are merged into one: each posting is written log8(articles) times


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding articles: how many were new, known already (same id and text), and new versions of known
    ones (same id, another text; these are counted as new, too); how many pairs were found to share passages.
    """

    new: int = 0
    known: int = 0
    versions: int = 0
    pairs: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(
            self.new + other.new, self.known + other.known, self.versions + other.versions, self.pairs + other.pairs
        )


class Preparing(TypedDict):
    """How articles are made ready; see `prepare`."""

    window: int
    seed: int
    keep_text: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """Articles made ready to be added, which another process may do: digests, words of each, fingerprints of each,
    compressed texts (none where text is not kept), and postings, sorted, whose articles are places in `articles`.
    """

    articles: Sequence[Article]
    digests: Sequence[bytes]
    words: Sequence[int]
    prints: NDArray[np.int64]
    packed: Sequence[bytes]
    rows: Rows

    def only(self, places: Sequence[int]) -> Prepared:
        """Some of the articles."""
        if len(places) == len(self.articles):
            return self
        new = np.full(len(self.articles), -1)
        new[places] = np.arange(len(places))
        kept = new[self.rows.articles] >= 0
        rows = self.rows.take(kept)
        return Prepared(
            [self.articles[i] for i in places],
            [self.digests[i] for i in places],
            [self.words[i] for i in places],
            self.prints[places],
            [self.packed[i] for i in places] if self.packed else (),
            rows.numbered(new[rows.articles]),
        )


def prepare(
    articles: Sequence[Article], *, window: int, seed: int, keep_text: bool, room: Room | None = None
) -> Prepared:
    """Sketch and compress articles."""
    words: list[int] = []
    prints: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    parts: list[Rows] = []
    for some in batches(article.text for article in articles):
        batch = tokenize_batch(some, seed=seed, room=room)
        hashes, places, contexts, own = fingerprints(batch.hashes, batch.first, batch.alone, window)
        number = np.repeat(np.arange(len(words), len(words) + len(own)), own).astype(np.uint32)
        starts = lengths = None
        if not keep_text:
            starts, lengths = shingle_spans(batch, places, own)
        columns = (segments.keys_of(hashes), number, places.astype(np.uint32), segments.narrowed(contexts))
        parts.append(Rows(*columns, starts, lengths))
        prints.append(own)
        words.extend(np.diff(batch.first).tolist())
    rows = Rows.joined(parts, spans=not keep_text)
    rows = rows.sorted()  # of equal ones, articles and words ascend already
    packed = list(map(Packer().pack, (article.text for article in articles))) if keep_text else ()
    return Prepared(articles, [digest_of(article) for article in articles], words, np.concatenate(prints), packed, rows)


def unknown(held: Holdings, articles: Sequence[Article], digests: Sequence[bytes] = ()) -> list[int]:
    """The places of the articles that are not there with this id and text, each of them once."""
    there = {row[3] for row in held.catalogue.rows_in("articles", "id", list({plain(a.id) for a in articles}))}
    places: list[int] = []
    for place, article in enumerate(articles):
        digest = digests[place] if digests else digest_of(article)
        if digest not in there:
            there.add(digest)
            places.append(place)
    return places


def add(held: Holdings, prepared: Prepared, *, run: int) -> Added:
    """Keep prepared articles; to be called within a transaction."""
    read = len(prepared.articles)
    fresh = prepared.only(unknown(held, prepared.articles, prepared.digests))
    if not fresh.articles:
        return Added(known=read)
    first = len(held.register)
    names, versions = _names(held, fresh)
    numbered = enumerate(zip(names, fresh.articles, fresh.digests, fresh.words, strict=True), first)
    held.catalogue.insert("articles", (row_of(number, *entry, run) for number, entry in numbered))
    held.catalogue.write_all("INSERT INTO texts VALUES (?, ?)", enumerate(fresh.packed, first))
    _enrol(held, first, fresh)
    rows = fresh.rows.numbered(fresh.rows.articles + np.uint32(first))
    pairs = _join(held, rows, {number: article.text for number, article in enumerate(fresh.articles, first)})
    _append(held, rows)
    held.catalogue.say(articles=len(held.register))
    return Added(len(fresh.articles), read - len(fresh.articles), versions, pairs)


def _names(held: Holdings, fresh: Prepared) -> tuple[list[str], int]:
    """A name for each article, its id where that is free. Versions of one id are named by time and text, whichever
    came first: `id`, `id#2`, `id#3`. Also how many are versions of one that is there.
    """
    names = [plain(article.id) for article in fresh.articles]
    by_id: dict[str, list[int]] = {}
    for place, id in enumerate(names):
        by_id.setdefault(id, []).append(place)
    there: dict[str, list[Row]] = {}
    for row in held.catalogue.rows_in("articles", "id", list(by_id)):
        there.setdefault(row[2], []).append(row)
    versions = 0
    renamed: list[tuple[str, Row]] = []
    for id, places in by_id.items():
        own = there.get(id, [])
        if len(own) + len(places) == 1:
            continue
        versions += len(places) - (not own)
        order: list[tuple[int, bytes, int, Row]] = [
            (minutes_of(fresh.articles[place].published), fresh.digests[place], place, ()) for place in places
        ]
        order += [(minutes_of(article_of(row, "").published), row[3], -1, row) for row in own]
        for number, (_, _, place, row) in enumerate(sorted(order), 1):
            name = id if number == 1 else f"{id}#{number}"
            if not row:
                names[place] = name
            elif row[1] != name:
                renamed.append((name, row))
    _rename(held, renamed)
    return names, versions


def _rename(held: Holdings, renamed: Sequence[tuple[str, Row]]) -> None:
    """Give articles that are there other names, and have their stories looked at again."""
    held.catalogue.delete_in("articles", "number", [row[0] for _, row in renamed])
    held.catalogue.insert("articles", ((row[0], name, *row[2:]) for name, row in renamed))
    soil(held, (row[0] for _, row in renamed))


def _enrol(held: Holdings, first: int, fresh: Prepared) -> None:
    """Note what is known by number of each article."""
    names = [plain(article.outlet) if article.outlet else None for article in fresh.articles]
    known: dict[str | None, int] = {name: number for number, name in held.catalogue.rows("outlets")}
    more = sorted({name for name in names if name is not None} - set(known))
    known |= {name: len(known) + i for i, name in enumerate(more)}
    held.catalogue.insert("outlets", ((known[name], name) for name in more))
    own = Register.of_columns(
        np.array([-1 if name is None else known[name] for name in names], np.int32),
        fresh.prints.astype(np.int32),
        np.array([int.from_bytes(digest[:8], "little") for digest in fresh.digests], np.uint64),
        np.array([minutes_of(article.published) for article in fresh.articles], np.int64),
    )
    held.catalogue.insert("batches", [(first, len(own), *own.bytes())])
    held.register.extend(own)


def _join(held: Holdings, rows: Rows, texts: dict[int, str]) -> int:
    """Find what fresh postings share with all others, and keep it; how many pairs."""
    entries = joining.gathered(rows, held.segments(), not held.keeps_text, held.marks, held.register)
    again = recurrence.look(entries, held.register, held.marks, held.tunables.max_holders)
    held.catalogue.write_all("INSERT OR IGNORE INTO again VALUES (?)", ((number,) for number in sorted(again)))
    found = keep_pairs(held, entries, texts)
    save_marks(held)
    return found


def _append(held: Holdings, rows: Rows) -> None:
    """Write postings as a segment, and merge segments where there are many of one size."""
    widest = int(rows.words.max(initial=0))
    with told(held.folder):
        spans = not held.keeps_text
        name, digest = segments.write(held.folder / FOLDER, [rows], len(rows), widest=widest, spans=spans)
    held.catalogue.insert("segments", [(name, digest, len(rows), widest)])
    tiers: dict[int, list[Row]] = {}
    for row in held.catalogue.rows("segments"):
        tiers.setdefault(_tier(row[2]), []).append(row)
    for tier in sorted(tiers):
        if len(tiers[tier]) >= TIER:
            merged = merge(held, tiers[tier])
            tiers.setdefault(_tier(merged[2]), []).append(merged)


def merge(held: Holdings, listed: Sequence[Row]) -> Row:
    """Merge segments. The old files go when the archive is next opened to be written to: somebody may read them."""
    opened = [held.segment(name, digest) for name, digest, _, _ in listed]
    postings, widest = sum(row[2] for row in listed), max(row[3] for row in listed)
    with told(held.folder):
        folder, parts = held.folder / FOLDER, segments.merged(opened)
        name, digest = segments.write(folder, parts, postings, widest=widest, spans=not held.keeps_text)
    held.catalogue.delete_in("segments", "name", [row[0] for row in listed])
    row = (name, digest, postings, widest)
    held.catalogue.insert("segments", [row])
    return row


def _tier(postings: int) -> int:
    """Segments of one tier are alike in size, to a factor of 8."""
    return int(np.log2(max(postings, 1)) / 3)
