"""Articles come into an archive: a batch with its segment, and with what it shares with everything before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.archive import joining, recurrence, segments
from lineage.archive.catalogue import Row, told
from lineage.archive.holdings import FOLDER, Holdings
from lineage.archive.records import article_of, digest_of, plain, row_of
from lineage.archive.register import Register, Signatures, minutes_of
from lineage.archive.rows import Rows
from lineage.archive.sharing import copies, keep_pairs, save_marks, soil
from lineage.archive.sketching import Sketched
from lineage.dataclass import dataclass
from lineage.model import Article
from lineage.patterns import pattern

_VERSION = pattern(r"#\d+\Z")
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
class Prepared:
    """Articles ready to be added, with their digests."""

    articles: Sequence[Article]
    digests: Sequence[bytes]
    sketches: Sketched

    @classmethod
    def of(cls, some: Sequence[tuple[Article, bytes]], sketches: Sketched) -> Prepared:
        """Articles with their digests, whose texts were sketched."""
        return cls([article for article, _ in some], [digest for _, digest in some], sketches)

    def only(self, places: Sequence[int]) -> Prepared:
        """Some of the articles."""
        if len(places) == len(self.articles):
            return self
        articles, digests = [self.articles[i] for i in places], [self.digests[i] for i in places]
        return Prepared(articles, digests, self.sketches.only(places))


def unknown(held: Holdings, articles: Sequence[Article]) -> list[tuple[Article, bytes]]:
    """The articles that are not there with this id and text, each of them once, with their digests."""
    digests = [digest_of(article) for article in articles]
    return [(articles[place], digests[place]) for place in _new(digests, namesakes(held, articles))]


def namesakes(held: Holdings, articles: Sequence[Article]) -> list[Row]:
    """The rows of the articles that are there with the id of one of some."""
    return list(held.catalogue.rows_in("articles", "id", list({plain(article.id) for article in articles})))


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
    read = len(prepared.articles)
    there = namesakes(held, prepared.articles)
    fresh = prepared.only(_new(prepared.digests, there))
    if not fresh.articles:
        return Added(known=read)
    first = len(held.register)
    names, versions = _names(held, fresh, there)
    sketches = fresh.sketches
    numbered = enumerate(zip(names, fresh.articles, fresh.digests, sketches.words.tolist(), strict=True), first)
    held.catalogue.insert("articles", (row_of(number, *entry, run) for number, entry in numbered))
    held.catalogue.write_all("INSERT INTO texts VALUES (?, ?)", enumerate(sketches.packed, first))
    _enrol(held, first, fresh)
    rows = sketches.rows.numbered(sketches.rows.articles + np.uint32(first))
    pairs = _join(held, rows, {number: article.text for number, article in enumerate(fresh.articles, first)})
    _append(held, rows)
    held.catalogue.say(articles=len(held.register))
    return Added(len(fresh.articles), read - len(fresh.articles), versions, pairs)


def _names(held: Holdings, fresh: Prepared, namesakes: Iterable[Row]) -> tuple[list[str], int]:
    """A name for each article, and how many are versions of one that is there: whose rows are among `namesakes`.

    Versions of one id are named by time and text, whichever came first.
    """
    ids = [plain(article.id) for article in fresh.articles]
    names = [_name(id, 1) for id in ids]
    by_id: dict[str, list[int]] = {}
    for place, id in enumerate(ids):
        by_id.setdefault(id, []).append(place)
    there: dict[str, list[Row]] = {}
    for row in namesakes:
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
            name = _name(id, number)
            if not row:
                names[place] = name
            elif row[1] != name:
                renamed.append((name, row))
    _rename(held, renamed)
    return names, versions


def _name(id: str, number: int) -> str:
    """`id`, `id#2`, `id#3`; and `id#2#1` where the id itself looks like the name of a version."""
    return id if number == 1 and not _VERSION.search(id) else f"{id}#{number}"


def _rename(held: Holdings, renamed: Sequence[tuple[str, Row]]) -> None:
    """Give articles that are there other names, and have their stories looked at again."""
    held.catalogue.delete_in("articles", "number", [row[0] for _, row in renamed])
    held.catalogue.insert("articles", ((row[0], name, *row[2:]) for name, row in renamed))
    soil(held, (row[0] for _, row in renamed))


def _enrol(held: Holdings, first: int, fresh: Prepared) -> None:
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
        prints=fresh.sketches.prints.astype(np.int32),
        ranks=np.array([int.from_bytes(digest[:8], "little") for digest in fresh.digests], np.uint64),
        minutes=np.array([minutes_of(article.published) for article in fresh.articles], np.int64),
    )
    held.catalogue.insert("batches", [(first, len(own), *own.bytes())])
    held.register.extend(own)
    signed = Signatures.of_values(fresh.sketches.signatures)
    there = held.signatures  # read before more are kept
    held.catalogue.insert("signatures", [(first, len(signed), *signed.bytes())])
    there.extend(signed)


def _join(held: Holdings, rows: Rows, texts: dict[int, str]) -> int:
    """Find what fresh postings share with all others, and keep it; how many pairs."""
    entries = joining.gathered(rows, held.segments(), not held.keeps_text, held.marks, held.register)
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
    old = ~entries.is_fresh
    before = copies(held, entries.kept(groups).only(old[np.repeat(groups, entries.sizes)]))
    now = near[np.repeat(groups, entries.sizes) & old]
    articles = entries.rows.articles[np.repeat(groups, entries.sizes) & old]
    return set(articles[before != now].tolist())


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
