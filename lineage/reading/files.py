"""The articles of one file, by its format, or of those inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path, PurePath
from typing import Protocol

from lineage.dataclass import dataclass
from lineage.model import Article, SkipKind
from lineage.reading.fields import BadRecordError, Record, article
from lineage.reading.formats import Format, format_of, is_bundle, stem
from lineage.reading.limits import Limits
from lineage.reading.packed import UnreadableError, blocks, packing, unpacked
from lineage.reading.source import Source, Spread


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
    spread: Spread = map  # does what takes long for each record, in its order
    _missed: set[str] = field(default_factory=set)  # extras that are missing, as was told already

    def file(
        self, path: Path, complete: Callable[[Record], Record] | None = None, *, asked: bool = True
    ) -> Iterator[Article]:
        """The articles of a file that the user `asked` for, or that is in a folder; `complete` may change each of its
        records first.
        """
        source = self._opened(path, asked)
        return self._bundle(path, source) if is_bundle(path.name) else self.articles(str(path), path, source, complete)

    def whole(self, path: Path) -> Record:
        """The record of a file that is one article. Raises `UnreadableError` or `OSError`."""
        format = format_of(path.name)
        if format is None or not format.whole:
            raise UnreadableError("no file of one article")
        if format.missing:
            raise UnreadableError(format.missing)
        (record,) = format.records(self._opened(path, True))
        return record

    def articles(
        self, name: str, path: PurePath, source: Source, complete: Callable[[Record], Record] | None = None
    ) -> Iterator[Article]:
        """The articles of a source, each told if it cannot be read, and the end of all if they end too early.

        `name` is the file's, for messages; `path` tells the format, and begins the ids of records without one.
        """
        format = format_of(path.name)
        if format is None:
            self.skip(name, "of another kind; not read", kind="noted")
        elif format.missing:
            self.skip(name, format.missing, kind="noted" if format.missing in self._missed else "unreadable")
            self._missed.add(format.missing)
        else:
            records = format.records(source)
            yield from self.made(name, records if complete is None else map(complete, records), format, stem(path))

    def made(self, name: str, records: Iterable[Record], format: Format, stem: str) -> Iterator[Article]:
        """The articles that records of a format are; `stem` begins their ids."""
        count = 0
        mapping = self.mapping if format.named else {}
        try:
            for record in records:
                made = self._article(name, record, stem if format.whole else f"{stem}:{record.line}", mapping)
                if made is not None:
                    count += 1
                    yield made
        except UnreadableError as error:
            self.skip(name, f"{error}" + ("" if format.whole else f", after {count} articles"))
        except OSError as error:
            self.skip(name, plain(error))

    def _bundle(self, path: Path, source: Source) -> Iterator[Article]:
        """The articles of the files in a zip or tar file."""
        from lineage.reading.bundles import members

        try:
            for member in members(path.name, source):
                inner = self.source(unpacked(member.path.name, member.pieces, self.limits), asked=False)
                yield from self.articles(f"{path}/{member.path}", member.path, inner)
        except UnreadableError as error:
            self.skip(str(path), str(error))
        except OSError as error:
            self.skip(str(path), plain(error))

    def source(self, pieces: Iterator[bytes], place: Path | None = None, *, asked: bool = True) -> Source:
        """What a format reads from: bytes, and where they lie just so, if they do."""
        return Source(pieces, self.limits, self.mapping, place, self.count, asked, self.spread)

    def _opened(self, path: Path, asked: bool) -> Source:
        pieces = blocks(path, self.limits, self.count)
        return self.source(pieces, None if packing(path.name) else path, asked=asked)

    def _article(self, name: str, record: Record, fallback: str, mapping: Mapping[str, str]) -> Article | None:
        if record.reason:
            self.skip(name, record.reason, record.line, record.kind)
            return None
        try:
            made, notes = article(record.columns, fallback, mapping)
        except BadRecordError as error:
            self.skip(name, str(error), record.line)
            return None
        for note in ([record.note] if record.note else []) + notes:
            self.skip(name, note, record.line, "noted", made.id)
        return made


def plain(error: Exception) -> str:
    """What went wrong, in the system's words."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
