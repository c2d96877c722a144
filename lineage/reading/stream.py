"""Articles from paths, one after another. Nothing is fetched from anywhere, whatever a record says."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from lineage.errors import UsageError
from lineage.model import Article, SkipKind, Skipped
from lineage.reading import fields, formats
from lineage.reading.limits import LIMITS, Limits
from lineage.reading.packed import BLOCK, SUFFIXES, UnreadableError, blocks

TEXTS, JSON_LINES, TABLES = (".txt", ".md"), (".jsonl", ".ndjson"), (".csv", ".tsv")
KINDS = (*TEXTS, *JSON_LINES, *TABLES)
INDEX = tuple(f"articles.jsonl{suffix}" for suffix in ("", *SUFFIXES))  # a folder's own list of its articles


class ArticleStream(Iterator[Article]):
    """Articles, one after another; `skipped` has everything that was not read, or not as given, so far."""

    def __init__(self, make: Callable[[ArticleStream], Iterator[Article]], on_skip: Callable[[Skipped], None] | None):
        self.skipped: list[Skipped] = []
        self._on_skip = on_skip
        self._articles = make(self)

    def __iter__(self) -> ArticleStream:
        return self

    def __next__(self) -> Article:
        return next(self._articles)

    def map(self, change: Callable[[Article], Article]) -> ArticleStream:
        """The same stream with every article changed."""
        self._articles = map(change, self._articles)
        return self

    def skip(self, file: str, reason: str, line: int | None = None, kind: SkipKind = "unreadable") -> None:
        """Take note of something that was not read."""
        skipped = Skipped(file, reason, line, kind=kind)
        self.skipped.append(skipped)
        if self._on_skip is not None:
            self._on_skip(skipped)


def stream_articles(
    *paths: str | os.PathLike[str],
    mapping: Mapping[str, str] | None = None,
    on_skip: Callable[[Skipped], None] | None = None,
    stdin: BinaryIO | None = None,
    limits: Limits = LIMITS,
) -> ArticleStream:
    """Articles from folders, text files, JSON lines and tables, plain or packed; `-` is standard input.

    `mapping` names columns, `{field: column}`. Each record that cannot be read goes to `ArticleStream.skipped`, and to
    `on_skip` at once. Raises `UsageError` for a path that does not exist or is of a kind that is not read.
    """
    columns = fields.checked(mapping)
    places = [None if os.fspath(path) == "-" else Path(path) for path in paths]
    for place in places:
        if place is not None:
            _refuse(place)

    def make(stream: ArticleStream) -> Iterator[Article]:
        for place in places:
            if place is None:
                yield from _standard_input(stream, stdin or sys.stdin.buffer, columns, limits)
            elif place.is_dir():
                yield from _folder(stream, place, columns, limits)
            else:
                yield from _file(stream, place, columns, limits)

    return ArticleStream(make, on_skip)


def kind_of(path: Path) -> str | None:
    """The suffix that tells how to read a file, or None if it is of another kind."""
    name = Path(path.stem) if path.suffix.lower() in SUFFIXES else path
    suffix = name.suffix.lower()
    return suffix if suffix in KINDS else None


def _refuse(path: Path) -> None:
    if not path.exists():
        there = os.listdir(path.parent) if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, there, 1)
        raise UsageError(
            f"{path}: no such file or folder" + (f"; did you mean {path.parent / near[0]}?" if near else "")
        )
    if not path.is_dir() and kind_of(path) is None:
        raise UsageError(f"{path}: not a kind that is read; use a folder, or {', '.join(KINDS)}, also .gz and .zst")


def _folder(stream: ArticleStream, folder: Path, columns: dict[str, str], limits: Limits) -> Iterator[Article]:
    """A folder's index, then its other files and folders by name; hidden ones are left alone."""
    try:
        entries = sorted((entry for entry in folder.iterdir() if not entry.name.startswith(".")), key=lambda p: p.name)
    except OSError as error:
        stream.skip(str(folder), _plain(error))
        return
    named: set[Path] = set()
    for index in (entry for entry in entries if entry.name in INDEX):
        named.add(index)
        yield from _file(stream, index, columns, limits, folder, named)
    for entry in entries:
        if entry in named:
            continue
        if entry.is_dir():
            yield from _folder(stream, entry, columns, limits)
        elif entry.is_file() and kind_of(entry) is not None:
            yield from _file(stream, entry, columns, limits)
        else:
            stream.skip(str(entry), "of another kind; not read", kind="noted")


def _file(
    stream: ArticleStream,
    path: Path,
    columns: dict[str, str],
    limits: Limits,
    folder: Path | None = None,
    named: set[Path] | None = None,
) -> Iterator[Article]:
    """The articles of one file; those of an index may name other files of the `folder`, which join `named`."""
    kind = kind_of(path)
    count = 0
    try:
        if kind in TEXTS:
            text, note = formats.plain_text(blocks(path, limits), limits.record_bytes)
            if note:
                stream.skip(str(path), note, kind="noted")
            yield from _article(stream, str(path), None, text, _stem(path), {})
            return
        read = formats.json_lines if kind in JSON_LINES else formats.table
        for line, found in read(blocks(path, limits), limits.record_bytes):
            record = found
            if isinstance(found, dict) and folder is not None and named is not None and "file" in found:
                whole = _with_file(stream, path, line, found, folder, named, columns, limits)
                if whole is None:
                    continue
                record = whole
            for article in _record(stream, str(path), line, record, f"{_stem(path)}:{line}", columns):
                count += 1
                yield article
    except UnreadableError as error:
        stream.skip(str(path), f"{error}" + ("" if kind in TEXTS else f", after {count} articles"))
    except OSError as error:
        stream.skip(str(path), _plain(error))


def _with_file(
    stream: ArticleStream,
    index: Path,
    line: int,
    record: dict[str, Any],
    folder: Path,
    named: set[Path],
    columns: dict[str, str],
    limits: Limits,
) -> dict[str, Any] | None:
    """A record of an index that names a file: with the file's text, if it has none itself."""
    path = folder / str(record["file"])
    if not path.resolve().is_relative_to(folder.resolve()):
        stream.skip(str(index), f"names {str(record['file'])!r}, which is outside the folder", line)
        return None
    named.add(path)
    if any(record.get(name) is not None for name in (columns.get("text", "text"), *fields.NAMES["text"])):
        return record
    try:
        found, note = formats.plain_text(blocks(path, limits), limits.record_bytes)
    except (UnreadableError, OSError) as error:
        stream.skip(str(index), f"names {record['file']}: {_plain(error)}", line)
        return None
    if note:
        stream.skip(str(path), note, kind="noted")
    return {"id": _stem(path), **found, **{name: value for name, value in record.items() if value is not None}}


def _record(
    stream: ArticleStream, file: str, line: int, found: dict[str, Any] | str, fallback: str, columns: dict[str, str]
) -> Iterator[Article]:
    if isinstance(found, str):
        stream.skip(file, found, line)
    else:
        yield from _article(stream, file, line, found, fallback, columns)


def _article(
    stream: ArticleStream, file: str, line: int | None, record: dict[str, Any], fallback: str, columns: dict[str, str]
) -> Iterator[Article]:
    try:
        article, notes = fields.article(record, fallback, columns)
    except fields.BadRecordError as error:
        stream.skip(file, str(error), line)
        return
    for note in notes:
        stream.skip(file, note, line, "noted")
    yield article


def _standard_input(
    stream: ArticleStream, stdin: BinaryIO, columns: dict[str, str], limits: Limits
) -> Iterator[Article]:
    """JSON lines, or one plain text if it does not begin with a brace."""
    first = stdin.read1(BLOCK) if hasattr(stdin, "read1") else stdin.read(BLOCK)

    def pieces() -> Iterator[bytes]:
        yield first
        yield from iter(lambda: stdin.read(BLOCK), b"")

    name = "standard input"
    if first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        for line, found in formats.json_lines(pieces(), limits.record_bytes):
            yield from _record(stream, name, line, found, f"stdin:{line}", columns)
    elif first.strip():
        try:
            record, note = formats.plain_text(pieces(), limits.record_bytes)
        except UnreadableError as error:
            stream.skip(name, str(error))
            return
        if note:
            stream.skip(name, note, kind="noted")
        yield from _article(stream, name, None, record, "stdin", {})


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (*SUFFIXES, *KINDS):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name


def _plain(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
