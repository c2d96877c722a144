"""What articles of an archive share, found and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap

import numpy as np
import orjson
from numpy.typing import NDArray

from lineage.archive import joining, matching
from lineage.archive.catalogue import Row
from lineage.archive.holdings import Holdings
from lineage.archive.records import overlap_row, overlap_rows
from lineage.overlap.candidates import distinct


def copies(held: Holdings, entries: joining.Entries) -> NDArray[np.int64]:
    """For each posting the article that its article is a near copy of, -1 if of none."""
    return joining.copies(entries, held.marks, held.register, held.within, held.signatures.values)


def keep_pairs(
    held: Holdings,
    entries: joining.Entries,
    copies: NDArray[np.int64],
    texts: Mapping[int, str],
    only: NDArray[np.int64] | None = None,
) -> int:
    """Verify the pairs of some entries and keep what they share; their stories are to be looked at. How many pairs.

    `texts` are those that are at hand, by article number; with `only`, pairs of other articles are left out.
    """
    count, found = 0, set[int]()
    numbers = distinct(entries.rows.articles[(copies >= 0) & entries.is_fresh].astype(np.int64))
    held.catalogue.write_all("INSERT OR IGNORE INTO copies VALUES (?)", ((number,) for number in numbers.tolist()))
    for joined in joining.pairs(entries, copies, held.marks, held.register, held.tunables.window, held.within, only):
        rows = list(_verified(held, joined, entries, texts))
        held.catalogue.insert("overlaps", rows)
        found.update(number for row in rows for number in row[:2])
        count += len(rows)
    soil(held, found)
    return count


def _verified(
    held: Holdings, joined: joining.Joined, entries: joining.Entries, texts: Mapping[int, str]
) -> Iterator[Row]:
    if not held.keeps_text:
        return starmap(overlap_row, matching.unverified(joined, entries.rows, held.register.prints, held.tunables))
    numbers = joined.numbers.tolist()
    missing = [number for number in numbers if number not in texts]
    others = dict(zip(missing, held.texts(missing), strict=True))
    own = [texts[number] if number in texts else others[number] for number in numbers]
    furniture = held.marks.furniture()
    found = matching.verified(joined, own, held.seed, held.tunables, furniture, held.room)
    return overlap_rows(found, joined.numbers, matching.PASSAGES)


def soil(held: Holdings, numbers: Iterable[int]) -> None:
    """Have the stories of articles looked at again."""
    listed = orjson.dumps(sorted(map(int, numbers))).decode()
    held.catalogue.execute("INSERT OR IGNORE INTO dirty SELECT value FROM json_each(?)", [listed])


def save_marks(held: Holdings) -> None:
    """Keep the marks that have changed."""
    saved = list(held.marks.saved())
    held.catalogue.delete_in("marked", "key", [key for key, _, _ in saved])
    held.catalogue.insert("marked", [row for row in saved if row[1]])
