"""Care of an archive: what it holds, whether it is whole, and how it takes less room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lineage.archive.adding import merge
from lineage.archive.catalogue import COLUMNS, FILE, LOCK
from lineage.archive.holdings import FOLDER, Holdings
from lineage.archive.segments import Segment
from lineage.archive.texts import TEXTS
from lineage.errors import ArchiveDamagedError


def info(held: Holdings) -> dict[str, Any]:
    """What an archive holds and what it was made with, ready for JSON. Sizes are bytes on the disk."""
    catalogue = held.catalogue
    runs = catalogue.execute("SELECT began, ended, version, input, added, known, versions FROM runs ORDER BY run DESC")
    last = runs.fetchone()
    names = ("began", "ended", "version", "input", "added", "known", "versions")
    made = {key: value for key, value in sorted(catalogue.meta().items()) if key not in ("articles", "settled")}
    segments = list(catalogue.rows("segments"))
    return {
        "articles": len(held),
        "stories": catalogue.count("stories"),
        "pairs": catalogue.count("overlaps"),
        "derivations": catalogue.count("derivations"),
        "sources": catalogue.count("sources"),
        "furniture": catalogue.count("furniture"),
        "waiting": catalogue.count("dirty"),
        "segments": len(segments),
        "fingerprints": sum(row[2] for row in segments),
        "segment_bytes": sum((held.folder / FOLDER / row[0]).stat().st_size for row in segments),
        "catalogue_bytes": sum(path.stat().st_size for path in held.folder.glob(f"{FILE}*")),
        "text_bytes": held.blocks.bytes_held,
        "made_with": made,
        "runs": catalogue.count("runs"),
        "last_run": None if last is None else dict(zip(names, last, strict=True)),
    }


def verify(held: Holdings) -> Iterator[str]:
    """What is wrong with an archive, one line each; nothing if it is whole. Everything is read."""
    for (said,) in held.catalogue.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"{held.catalogue.path}: {said}"
    for table in COLUMNS:
        try:
            for _ in held.catalogue.rows(table):
                pass
        except ArchiveDamagedError as error:
            yield str(error)
    for name, digest, postings, _ in held.catalogue.rows("segments"):
        path = held.folder / FOLDER / name
        try:
            segment = Segment(path, digest)
        except FileNotFoundError:
            yield f"{path}: is not there"
            continue
        except ArchiveDamagedError as error:
            yield str(error)
            continue
        if len(segment) != postings:
            yield f"{path}: has {len(segment):,} fingerprints instead of {postings:,}"
        yield from segment.verify()
    if held.keeps_text:
        yield from _texts(held)
    yield from _strays(held.folder)


def _texts(held: Holdings) -> Iterator[str]:
    numbers = [number for (number,) in held.catalogue.execute("SELECT number FROM articles ORDER BY number")]
    for start in range(0, len(numbers), 1000):
        try:
            held.articles(numbers[start : start + 1000])
        except ArchiveDamagedError:
            for number in numbers[start : start + 1000]:
                try:
                    held.articles([number])
                except ArchiveDamagedError as error:
                    yield f"{error} (article number {number})"


def _strays(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        if path.name not in (LOCK, FOLDER, TEXTS) and not path.name.startswith((FILE, f".{FILE}")):
            yield f"{path}: does not belong to the archive"


def compact(held: Holdings) -> None:
    """Merge all segments into one. To be called within a transaction."""
    listed = list(held.catalogue.rows("segments"))
    if len(listed) > 1:
        merge(held, listed)
