"""Articles from paths, one after another. Nothing is fetched from anywhere, whatever a record says."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import BinaryIO

from lineage.errors import UsageError
from lineage.model import Article, SkipKind, Skipped
from lineage.patterns import pattern
from lineage.reading.fields import checked
from lineage.reading.files import Reader, plain
from lineage.reading.folders import folder_articles
from lineage.reading.formats import BUNDLES, KINDS, format_of, is_bundle
from lineage.reading.limits import LIMITS, Limits
from lineage.reading.packed import BLOCK, SUFFIXES, UnreadableError, ahead, arriving, begun
from lineage.reading.source import Spread

_BEGINNINGS = {  # of what comes through standard input, which has no name; the rest is plain text
    ".json": pattern(rb"\{|\[\s*(?:\{|\]|$)"),
    ".html": pattern(rb"<!doctype\s+html|<html\b", re.IGNORECASE),
    ".warc": pattern(rb"WARC/\d\.\d+\r?\n"),
}


class ArticleStream(Iterator[Article]):
    """Articles, one after another; `skipped` has everything that was not read, or not as given, so far."""

    def __init__(self, make: Callable[[ArticleStream], Iterator[Article]], on_skip: Callable[[Skipped], None] | None):
        self.skipped: list[Skipped] = []
        self.bytes_read = 0  # of files, as they lie on the disk
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

    def count(self, read: int) -> None:
        """Take note of bytes that were read."""
        self.bytes_read += read

    def skip(
        self, file: str, reason: str, line: int | None = None, kind: SkipKind = "unreadable", record: str | None = None
    ) -> None:
        """Take note of something that was not read."""
        skipped = Skipped(file, reason, line, record, kind)
        self.skipped.append(skipped)
        if self._on_skip is not None:
            self._on_skip(skipped)


def stream_articles(
    *paths: str | os.PathLike[str],
    mapping: Mapping[str, str] | None = None,
    on_skip: Callable[[Skipped], None] | None = None,
    stdin: BinaryIO | None = None,
    limits: Limits = LIMITS,
    spread: Spread = map,
) -> ArticleStream:
    """Articles from folders and files of all formats, plain or packed; `-` is standard input.

    `mapping` names columns, `{field: column}`. `spread` is as `map`, but may do the work in other processes; it is
    given the pages of web archives. What cannot be read goes to `ArticleStream.skipped`, and to `on_skip` at
    once. Raises `UsageError` for a path that does not exist or is of a kind that is not read.
    """
    mapping = checked(mapping)
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise UsageError(
                f"a path is text or a Path, not a {type(path).__name__}; give them one by one, as in *paths"
            )
    places = [None if os.fspath(path) == "-" else Path(path) for path in paths]
    for place in places:
        if place is not None:
            _refuse(place)

    def make(stream: ArticleStream) -> Iterator[Article]:
        """The articles of all places, one after another."""
        reader = Reader(stream.skip, mapping, limits, stream.count, spread)
        for place in places:
            if place is None:
                yield from _standard_input(reader, stdin or sys.stdin.buffer)
            elif os.path.isdir(place):
                yield from folder_articles(reader, place)
            else:
                yield from reader.file(place)

    return ArticleStream(make, on_skip)


def _refuse(path: Path) -> None:
    """Raise `UsageError` if nothing can come of a path. One that is there but closed to us is told when it is read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UsageError(f"{path}: no such file or folder{_near(path)}") from None
    except OSError:
        return
    if os.path.isdir(path) or is_bundle(path.name):
        return
    format = format_of(path.name)
    if format is None:
        kinds = f"{', '.join(KINDS)}, {', '.join(BUNDLES)}, also with {', '.join(SUFFIXES)}"
        raise UsageError(f"{path}: not a kind that is read; use a folder, or {kinds}")
    if format.missing:
        raise UsageError(f"{path}: {format.missing}")


def _near(path: Path) -> str:
    try:
        near = difflib.get_close_matches(path.name, os.listdir(path.parent), 1)
    except (OSError, ValueError):
        return ""
    return f"; did you mean {path.parent / near[0]}?" if near else ""


def _standard_input(reader: Reader, stdin: BinaryIO) -> Iterator[Article]:
    """JSON, lines or documents, an HTML page or a web archive by how they begin; else one plain text."""
    try:
        head, pieces = ahead(arriving(stdin, reader.limits), BLOCK, _tells)
    except (UnreadableError, OSError) as error:
        reader.skip("standard input", plain(error))
        return
    if head:
        kind = next((kind for kind, begins in _BEGINNINGS.items() if begins.match(begun(head))), ".txt")
        name = PurePath(f"stdin{kind}")
        yield from reader.articles("standard input", name, reader.source(pieces))


def _tells(head: bytes) -> bool:
    """Whether the beginning of a file tells what it is: its first line, where it may be more than plain text."""
    text = begun(head)
    return b"\n" in text if text.startswith((b"{", b"[", b"<", b"W")) else bool(text)
