"""The articles of one file, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from lineage.dataclass import dataclass
from lineage.model import Article, SkipKind
from lineage.reading.fields import BadRecordError, Record, article
from lineage.reading.json_lines import json_lines
from lineage.reading.limits import Limits
from lineage.reading.packed import SUFFIXES, UnreadableError, blocks
from lineage.reading.tables import table
from lineage.reading.texts import plain_text

TEXTS, JSON_LINES, TABLES = (".txt", ".md"), (".jsonl", ".ndjson"), (".csv", ".tsv")
KINDS = (*TEXTS, *JSON_LINES, *TABLES)


class Skip(Protocol):
    """Who takes note of what was not read."""

    def __call__(
        self, file: str, reason: str, line: int | None = None, kind: SkipKind = "unreadable", record: str | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads files with the user's column names (`{field: column}`) and limits; tells `skip` what it could not."""

    skip: Skip
    mapping: Mapping[str, str]
    limits: Limits
    count: Callable[[int], None] | None = None  # is told of bytes that were read

    def file(self, path: Path, complete: Callable[[Record], Record] | None = None) -> Iterator[Article]:
        """The articles of a file; `complete` may change each of its records first."""
        found = self._records(path)
        records = found if complete is None else map(complete, found)
        return self.articles(str(path), records, stem(path), whole=kind_of(path) in TEXTS)

    def text(self, path: Path) -> Record:
        """The record of a text file. Raises `UnreadableError` or `OSError`."""
        return plain_text(blocks(path, self.limits, self.count), self.limits.record_bytes)

    def articles(self, name: str, records: Iterable[Record], stem: str, *, whole: bool) -> Iterator[Article]:
        """The articles in records, each told if it cannot be read, and the end of all if they end too early.

        `name` is the file's, for messages; `stem` begins the ids of records without one. If the file is `whole`,
        it is one article and the user's column names are not for it.
        """
        count = 0
        mapping = {} if whole else self.mapping
        try:
            for record in records:
                made = self._article(name, record, stem if whole else f"{stem}:{record.line}", mapping)
                if made is not None:
                    count += 1
                    yield made
        except UnreadableError as error:
            self.skip(name, f"{error}" + ("" if whole else f", after {count} articles"))
        except OSError as error:
            self.skip(name, plain(error))

    def _records(self, path: Path) -> Iterator[Record]:
        kind = kind_of(path)
        pieces, limit = blocks(path, self.limits, self.count), self.limits.record_bytes
        if kind in JSON_LINES:
            yield from json_lines(pieces, limit)
        elif kind in TABLES:
            yield from table(pieces, limit, "\t" if kind == ".tsv" else ",")
        else:
            yield plain_text(pieces, limit)

    def _article(self, name: str, record: Record, fallback: str, mapping: Mapping[str, str]) -> Article | None:
        if record.reason:
            self.skip(name, record.reason, record.line)
            return None
        try:
            made, notes = article(record.columns, fallback, mapping)
        except BadRecordError as error:
            self.skip(name, str(error), record.line)
            return None
        for note in ([record.note] if record.note else []) + notes:
            self.skip(name, note, record.line, "noted", made.id)
        return made


def kind_of(path: Path) -> str | None:
    """The suffix that tells how to read a file, or None if it is of another kind."""
    name = Path(path.stem) if path.suffix.lower() in SUFFIXES else path
    suffix = name.suffix.lower()
    return suffix if suffix in KINDS else None


def stem(path: Path) -> str:
    """The name of a file without the suffixes that tell how to read it."""
    name = Path(path.stem) if path.suffix.lower() in SUFFIXES else Path(path.name)
    return name.stem if name.suffix.lower() in KINDS else name.name


def plain(error: Exception) -> str:
    """What went wrong, in the system's words."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
