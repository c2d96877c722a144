"""Articles come into an archive: a batch with its segment, and with what it shares with everything before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lineage.archive import joining, recurrence, segments
from lineage.archive.catalogue import Row, told
from lineage.archive.holdings import FOLDER, Holdings
from lineage.archive.records import article_of, digest_of, name_of, plain, row_of
from lineage.archive.register import Blocks, Columns, Register, Signatures, minutes_of
from lineage.archive.rows import Rows
from lineage.archive.sharing import copies, keep_pairs, save_marks, soil
from lineage.archive.sketching import Sketched
from lineage.archive.texts import Block
from lineage.dataclass import dataclass
from lineage.model import Article

_T = TypeVar("_T", bound=Columns)

TIER = 4  # segments of about one size that are merged into one: each posting is written log4(batches) times


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


@dataclass(frozen=True, slots=True)
class Unknown:
    """Articles that are not there with their ids and texts, with their digests; the rows of those that are there with
    the id of one of them, as they were when the archive had `size` articles.
    """

    articles: Sequence[Article]
    digests: Sequence[bytes]
    namesakes: Sequence[Row]
    size: int

    @property
    def texts(self) -> list[str]:
        """Those of the articles."""
        return [article.text for article in self.articles]

    def now(self, held: Holdings) -> tuple[Unknown, list[int]]:
        """Those that are still unknown, and which these are: others may have come meanwhile."""
        if len(held.register) == self.size:
            return self, list(range(len(self.articles)))
        return _among(held, self.articles, self.digests)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Articles ready to be added."""

    unknown: Unknown
    sketches: Sketched


def unknown(held: Holdings, articles: Sequence[Article]) -> Unknown:
    """The articles that are not there with this id and text, each of them once."""
    return _among(held, articles, [digest_of(article) for article in articles])[0]


def _among(held: Holdings, articles: Sequence[Article], digests: Sequence[bytes]) -> tuple[Unknown, list[int]]:
    """The unknown ones among some articles, and which these are."""
    namesakes = held.namesakes({plain(article.id) for article in articles})
    places = _new(digests, namesakes)
    return Unknown([articles[i] for i in places], [digests[i] for i in places], namesakes, len(held.register)), places


def _new(digests: Sequence[bytes], there: Iterable[Row]) -> list[int]:
    """The places of the digests that no row has, each of them once."""
    seen = {row[3] for row in there}
    places: list[int] = []
    for place, digest in enumerate(digests):
        if digest not in seen:
            seen.add(digest)
            places.append(place)
    return places


def add(held: Holdings, prepared: Prepared, *, run: int) -> Added:
    """Keep prepared articles; to be called within a transaction."""
    read = len(prepared.unknown.articles)
    fresh, places = prepared.unknown.now(held)
    if not places:
        return Added(known=read)
    first = len(held.register)
    names, versions = _names(held, fresh)
    sketches = prepared.sketches if len(places) == read else prepared.sketches.only(places, fresh.texts)
    numbered = enumerate(zip(names, fresh.articles, fresh.digests, sketches.words.tolist(), strict=True), first)
    held.catalogue.insert("articles", (row_of(number, *entry, run) for number, entry in numbered))
    if held.keeps_text:
        _keep_texts(held, first, sketches.blocks)
    _enrol(held, first, fresh, sketches)
    rows = sketches.rows.numbered(sketches.rows.articles + np.uint32(first))
    texts = dict(enumerate(fresh.texts, first))
    held.last_texts |= texts  # who takes from somebody most often does so within days
    pairs = _join(held, rows, texts)
    held.last_texts = texts
    _append(held, rows)
    held.catalogue.say(articles=len(held.register))
    return Added(len(places), read - len(places), versions, pairs)


def _keep_texts(held: Holdings, first: int, blocks: Sequence[Block]) -> None:
    """Write texts behind those that are there."""
    end = held.blocks.bytes_held
    with told(held.folder):
        held.texts_file.write(blocks, end)
    _extend(held, held.blocks, Blocks.of_blocks(first, end, blocks), first)


def _names(held: Holdings, fresh: Unknown) -> tuple[list[str], int]:
    """A name for each article, and how many are versions of one that is there.

    Versions of one id are named by time and text, whichever came first.
    """
    ids = [plain(article.id) for article in fresh.articles]
    names = [name_of(id) for id in ids]
    by_id: dict[str, list[int]] = {}
    for place, id in enumerate(ids):
        by_id.setdefault(id, []).append(place)
    there: dict[str, list[Row]] = {}
    for row in fresh.namesakes:
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
            name = name_of(id, number)
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


def _enrol(held: Holdings, first: int, fresh: Unknown, sketches: Sketched) -> None:
    """Note what is known by number of each article."""
    names = [plain(article.outlet) if article.outlet else None for article in fresh.articles]
    given = {name for name in names if name is not None}
    known: dict[str | None, int] = {
        name: number for number, name in held.catalogue.rows_in("outlets", "name", sorted(given))
    }
    more = sorted(given - known.keys())
    known |= {name: number for number, name in enumerate(more, held.catalogue.count("outlets"))}
    held.catalogue.insert("outlets", ((known[name], name) for name in more))
    own = Register(
        outlets=np.array([-1 if name is None else known[name] for name in names], np.int32),
        prints=sketches.prints.astype(np.int32),
        ranks=np.array([int.from_bytes(digest[:8], "little") for digest in fresh.digests], np.uint64),
        minutes=np.array([minutes_of(article.published) for article in fresh.articles], np.int64),
    )
    _extend(held, held.register, own, first, len(own))
    _extend(held, held.signatures, Signatures.of_values(sketches.signatures), first, len(own))


def _extend(held: Holdings, there: _T, more: _T, *batch: int) -> None:
    """Keep the columns of a batch, of which `batch` tells the rest, behind those that are there already."""
    held.catalogue.insert(more.TABLE, [(*batch, *more.bytes())])
    there.extend(more)


def _join(held: Holdings, rows: Rows, texts: dict[int, str]) -> int:
    """Find what fresh postings share with all others, and keep it; how many pairs."""
    entries = joining.gathered(rows, held.segments(), not held.keeps_text, held.marks, held.register, held.room)
    again = recurrence.look(entries, held.register, held.marks, held.tunables.max_holders)
    entries = joining.compared(entries, held.marks)
    near = copies(held, entries)
    again |= _changed(held, entries, near)
    held.catalogue.write_all("INSERT OR IGNORE INTO again VALUES (?)", ((number,) for number in sorted(again)))
    found = keep_pairs(held, entries, near, texts)
    save_marks(held)
    return found


def _changed(held: Holdings, entries: joining.Entries, near: NDArray[np.int64]) -> set[int]:
    """The articles that were there before and have become near copies of another one because of what is fresh."""
    groups = np.zeros(len(entries.keys), bool)
    groups[entries.group[near >= 0]] = True
    old = np.repeat(groups, entries.sizes) & ~entries.is_fresh
    before = copies(held, entries.only(old))
    return set(entries.rows.articles[old][before != near[old]].tolist())


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
    """Segments of one tier are alike in size, to a factor of `TIER`."""
    return int(np.log2(max(postings, 1)) / np.log2(TIER))
