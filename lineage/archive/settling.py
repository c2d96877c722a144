"""Decide anew what recurs, and find anew what that changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from lineage.archive import joining, recurrence
from lineage.archive.holdings import Holdings
from lineage.archive.marks import STALE, WAITING
from lineage.archive.matching import wordings
from lineage.archive.records import passages_of
from lineage.archive.rows import Keys, Rows
from lineage.archive.sharing import copies, keep_pairs, save_marks, soil
from lineage.archive.sketching import fingerprinted
from lineage.overlap.aside import stands
from lineage.overlap.candidates import changes, distinct

AT_ONCE = 20_000  # articles whose fingerprints are made anew at a time


def settle(held: Holdings) -> int:
    """Decide what is furniture, and find the pairs anew of the articles for which that changes something; how many
    these are. To be called within a transaction.
    """
    before = held.marks.furniture()
    aside = recurrence.decide(held.segments(), held.register, held.marks, not held.keeps_text)
    for key in held.marks.with_bit(WAITING).tolist():
        held.marks.put(key, WAITING, False)
    stale = held.marks.with_bit(STALE)
    touched = holders(held, stale)
    if len(touched):
        soil(held, touched.tolist())
        _among(held, touched)
    again = np.array([n for (n,) in held.catalogue.execute("SELECT article FROM again ORDER BY article")], np.int64)
    if held.keeps_text:
        now = held.marks.furniture()
        gone, new = np.setdiff1d(before, now), np.setdiff1d(now, before)
        again = distinct(np.concatenate([again, holders(held, gone), _standing(held, holders(held, new))]))
    if len(again):
        _with_all(held, again)
        held.catalogue.execute("DELETE FROM again")
    for key in stale.tolist():
        held.marks.put(key, STALE, False)
    save_marks(held)
    _name_furniture(held, aside)
    held.catalogue.say(settled=len(held.register))
    held.let_go()
    return len(np.union1d(touched, again))


def holders(held: Holdings, keys: Keys) -> NDArray[np.int64]:
    """The articles that hold one of some ascending fingerprints, ascending."""
    parts = [rows.articles for rows, _ in recurrence.holders(held.segments(), keys)]
    return distinct(np.concatenate([np.empty(0, np.uint32), *parts]).astype(np.int64))


def _standing(held: Holdings, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of some articles, those of which a passage that is kept stands where furniture does. It may be shared with an
    article that has none: with its own wording at the edge, or the next sentence.
    """
    texts = held.texts(numbers.tolist())
    spans = {n: own for n, own in zip(numbers.tolist(), held.aside_spans(texts), strict=True) if own}
    found: set[int] = set()
    for column in ("a", "b"):
        for a, b, *_, passages in held.catalogue.rows_in("overlaps", column, list(spans)):
            for passage in passages_of(passages):
                for number, span in ((a, passage.a), (b, passage.b)):
                    if stands(span, spans.get(number, ())):
                        found.add(number)
    return np.array(sorted(found), np.int64)


def _among(held: Holdings, numbers: NDArray[np.int64]) -> None:
    """Find anew what some articles share among themselves."""
    # + keeps SQLite from trying every a with every b
    _forget(held, numbers, "a IN (SELECT number FROM chosen) AND +b IN (SELECT number FROM chosen)")
    rows = _postings(held, numbers)
    new = changes(rows.keys)
    shared = ~(new & np.append(new[1:], True))
    copies = [n for (n,) in held.catalogue.execute("SELECT article FROM copies JOIN chosen ON number = article")]
    # what one of them holds alone makes no pair; but whether it is still a near copy depends on all that it holds
    _find(held, rows.take(shared | np.isin(rows.articles, copies)), numbers, numbers)


def _with_all(held: Holdings, numbers: NDArray[np.int64]) -> None:
    """Find anew what some articles share with all others, and among themselves."""
    for column in "ab":
        _forget(held, numbers, f"{column} IN (SELECT number FROM chosen)")
    _find(held, _postings(held, numbers), numbers, None)


def _find(held: Holdings, rows: Rows, numbers: NDArray[np.int64], only: NDArray[np.int64] | None) -> None:
    """Find what some articles, which have the postings `rows`, share with all others; only those pairs if `only` tells
    which.
    """
    held.catalogue.delete_in("copies", "article", numbers.tolist())
    spans = not held.keeps_text
    found = joining.gathered(rows, held.segments(), spans, held.marks, held.register, held.room, numbers)
    entries = joining.compared(found, held.marks)
    keep_pairs(held, entries, copies(held, entries), {}, only)


def _forget(held: Holdings, numbers: NDArray[np.int64], which: str) -> None:
    """Take the overlaps of some articles away, which are `chosen` in the condition; their stories are dirty."""
    held.catalogue.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (number INTEGER PRIMARY KEY)")
    held.catalogue.execute("DELETE FROM chosen")
    held.catalogue.write_all("INSERT INTO chosen VALUES (?)", ((number,) for number in numbers.tolist()))
    gone = f"FROM overlaps WHERE {which}"
    held.catalogue.execute(f"INSERT OR IGNORE INTO dirty SELECT a {gone} UNION SELECT b {gone}")
    held.catalogue.delete("overlaps", f"WHERE {which}")


def _postings(held: Holdings, numbers: NDArray[np.int64]) -> Rows:
    """The postings of some articles, sorted; from the texts where these are kept, which is quicker than looking
    through all segments.
    """
    if not held.keeps_text:
        return recurrence.postings_of(held.segments(), numbers, True)
    parts: list[Rows] = []
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        texts = held.texts(some.tolist())
        _, _, made = fingerprinted(texts, window=held.tunables.window, seed=held.seed, spans=False, room=held.room)
        parts.append(Rows(made.keys, some[made.articles].astype(np.uint32), made.words, made.contexts))
    return Rows.joined(parts, spans=False).sorted()


def _name_furniture(held: Holdings, aside: Sequence[recurrence.Aside]) -> None:
    """Write down the passages that are set aside, with their wording where text is kept."""
    numbers = sorted({passage.article for passage in aside})
    place = {number: at for at, number in enumerate(numbers)}
    printed_by = held.register.outlets[numbers].tolist()
    outlets: dict[int, str] = dict(held.catalogue.rows_in("outlets", "number", sorted(set(printed_by))))
    told: Iterable[tuple[int, int, str]] = repeat((0, 0, ""), len(aside))  # where no text is kept
    if held.keeps_text:
        places = ((place[passage.article], passage.first, passage.last) for passage in aside)
        told = wordings(held.texts(numbers), held.seed, places)
    made = [
        (words, passage.holders, passage.article, start, end, outlets[printed_by[place[passage.article]]])
        for passage, (start, end, words) in zip(aside, told, strict=True)
    ]
    held.catalogue.delete("furniture")
    held.catalogue.insert("furniture", made)
