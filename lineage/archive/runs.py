"""The record of what was scanned when, with what was skipped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lineage.archive.adding import Added
from lineage.archive.holdings import Holdings
from lineage.archive.records import plain
from lineage.archive.sharing import soil
from lineage.model import Skipped


def begin(held: Holdings, source: str, version: str) -> int:
    """Note that a scan of some input begins; its number. What was skipped of that input before is forgotten.

    Where the stories were inferred by another version, all are to be inferred again: results of two are not mixed.
    """
    for (run,) in held.catalogue.execute("SELECT run FROM runs WHERE input = ?", [plain(source)]).fetchall():
        held.catalogue.delete("skipped", "WHERE run = ?", [run])
    if held.catalogue.meta().get("inferred_by", version) != version:
        soil(held, [number for (number,) in held.catalogue.execute("SELECT article FROM told")])
    held.catalogue.say(inferred_by=version)
    found = held.catalogue.execute(
        "INSERT INTO runs (version, began, input, added, known, versions) VALUES (?, ?, ?, 0, 0, 0)",
        [version, _now(), plain(source)],
    ).lastrowid
    assert found is not None
    return found


def end(held: Holdings, run: int, added: Added, skipped: Iterable[Skipped]) -> None:
    """Note that it has ended, and what was skipped."""
    held.catalogue.execute(
        "UPDATE runs SET ended = ?, added = ?, known = ?, versions = ? WHERE run = ?",
        [_now(), added.new, added.known, added.versions, run],
    )
    held.catalogue.delete("skipped", "WHERE run = ?", [run])
    held.catalogue.insert(
        "skipped",
        (
            (run, plain(s.file), s.line, None if s.record is None else plain(s.record), s.kind, plain(s.reason))
            for s in skipped
        ),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
