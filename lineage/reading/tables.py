"""CSV and its kin: a header, then a row an article."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from lineage.patterns import pattern
from lineage.reading.fields import NOT_UTF8, Record
from lineage.reading.packed import UnreadableError, lines, too_long
from lineage.reading.source import Source

_QUOTED = pattern('"[^"]*"?')
_AFTER_RETURN = pattern("(?<=\r)(?!\n)")


class _TooLongError(Exception):
    """A row is longer than the limit for one record."""


class _Lines(Iterator[str]):
    """Lines for the csv module, with an eye on the row that they make up."""

    def __init__(self, pieces: Iterator[bytes], limit: int) -> None:
        self._lines = lines(pieces, limit)
        self._limit = limit
        self._waiting: list[str] = []  # parts of a line that are still to be given, last first
        self.number = 0  # of the last line given
        self.begin_row()

    def begin_row(self) -> None:
        """Forget the row before."""
        self.first: int | None = None  # the line in which the row begins
        self.ended = False  # whether it asked for more than there is
        self.utf8 = True
        self._held = 0  # bytes

    def __next__(self) -> str:
        if not self._waiting:
            self._waiting = self._decoded()
        if self.first is None:
            self.first = self.number
        return self._waiting.pop()

    def head(self) -> str:
        """The first line that is not blank, which stays to be given; empty if there is none."""
        for text in self:
            if text.strip():
                self._waiting.append(text)
                self.first = self.number
                return text
            self.begin_row()
        return ""

    def _decoded(self) -> list[str]:
        try:
            self.number, line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self._held += self._limit + 1 if line is None else len(line) + 1
        if line is None or self._held > self._limit + 1:
            self.first = self.first or self.number
            raise _TooLongError
        if self.number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            text = line.decode() + "\n"
        except UnicodeDecodeError:
            self.utf8 = False
            text = line.decode(errors="replace") + "\n"
        return _AFTER_RETURN.split(text)[::-1] if "\r" in text else [text]  # a return alone ends a row too


def comma_table(source: Source) -> Iterator[Record]:
    """Rows under a header. The delimiter is what the header has most of, if not a comma: semicolon or tab."""
    return _table(source, ",")


def tab_table(source: Source) -> Iterator[Record]:
    """The same where the delimiter is a tab if the header has none."""
    return _table(source, "\t")


def _table(source: Source, delimiter: str) -> Iterator[Record]:
    given = _Lines(source.pieces, source.limit)
    try:
        head = _QUOTED.sub("", given.head())
        delimiter = max((delimiter, *",;\t"), key=head.count)
        rows = csv.reader(given, delimiter=delimiter)
        header = _next(rows, source.limit)
    except (_TooLongError, csv.Error):
        raise UnreadableError("the header cannot be understood") from None
    if header is None:
        return
    if given.ended or not given.utf8:
        raise UnreadableError("the header has an open quotation mark" if given.ended else f"the header is {NOT_UTF8}")
    yield from _rows(rows, given, header, source.limit)


def _rows(rows: Any, source: _Lines, header: list[str], limit: int) -> Iterator[Record]:
    while True:
        source.begin_row()
        try:
            row = _next(rows, limit)
            reason = _amiss(row, source, header)
        except _TooLongError:
            row, reason = [], too_long(limit)
        except csv.Error as error:
            row, reason = [], f"broken CSV ({str(error).split(' - ')[0]})"
        if row is None:
            return
        begin = source.first or source.number
        if reason:
            lost = f"; lost up to line {source.number}" if source.number > begin else ""
            yield Record(begin, reason=reason + lost)
        elif row:
            yield Record(begin, dict(zip(header, row, strict=True)))


def _amiss(row: list[str] | None, source: _Lines, header: list[str]) -> str | None:
    """What is wrong with a row. A row that asked for lines beyond the last one has an open quotation mark."""
    if not row:
        return None
    if source.ended:
        return "a quotation mark is never closed"
    if not source.utf8:
        return NOT_UTF8
    return None if len(row) == len(header) else f"{len(row)} cells where the header has {len(header)}"


def _next(rows: Any, limit: int) -> list[str] | None:
    """The next row. The csv module's limit for a cell is the whole process's, so it is lifted for a moment only."""
    before = csv.field_size_limit(limit + 1)
    try:
        found: list[str] | None = next(rows, None)
        return found
    finally:
        csv.field_size_limit(before)
