"""One function a format: records from bytes, as (line, record) or (line, why not)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import Any

import orjson

from lineage.reading.packed import UnreadableError, lines

Record = tuple[int, dict[str, Any] | str]  # the line it begins in, and the record or the reason why there is none

FRONT_MATTER_KEYS = frozenset({"id", "outlet", "published", "title", "url", "author", "language"})
_KEY = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*)")


def json_lines(pieces: Iterator[bytes], limit: int) -> Iterator[Record]:
    """Objects, one a line. Blank lines are no records."""
    for number, line in lines(pieces, limit):
        if line is None:
            yield number, f"longer than {limit:,} bytes, the limit for one record"
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        yield number, _object(line)


def _object(line: bytes) -> dict[str, Any] | str:
    """The object in a line, or why there is none. A lone surrogate, which orjson refuses, costs the line nothing."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        reason = f"broken JSON ({str(error).split(': line')[0]})"
        if b"\\ud" not in line.lower():
            return reason
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            return reason
    return record if isinstance(record, dict) else "not an object"


def table(pieces: Iterator[bytes], limit: int) -> Iterator[Record]:
    """Rows under a header; the delimiter (comma, semicolon or tab) is what the header has most of."""
    stream = TextIOWrapper(BufferedReader(_Joined(pieces)), encoding="utf-8-sig", errors="surrogateescape", newline="")
    head = stream.readline(limit)
    if not head.strip():
        return
    delimiter = max(",;\t", key=head.count)
    before = csv.field_size_limit(limit)
    try:
        header = next(csv.reader([head], delimiter=delimiter))
        rows = csv.reader(stream, delimiter=delimiter)
        yield from _rows(rows, header, limit)
    finally:
        csv.field_size_limit(before)


def _rows(rows: Any, header: list[str], limit: int) -> Iterator[Record]:
    while True:
        begin = rows.line_num + 2  # the header is line 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield begin, f"broken CSV ({error})"
            continue
        if not row:
            continue
        if len(row) != len(header):
            yield begin, f"{len(row)} cells where the header has {len(header)}"
        elif any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
            yield begin, "not UTF-8"
        else:
            yield begin, dict(zip(header, row, strict=True))


class _Joined(RawIOBase):
    """Blocks of bytes as a readable stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def plain_text(pieces: Iterator[bytes], limit: int) -> tuple[dict[str, Any], str | None]:
    """The one record of a text file, and a note if it is not UTF-8. The text is kept to the letter."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > limit:
            raise UnreadableError(f"longer than {limit:,} bytes, the limit for one record")
    text, note = decode(bytes(data))
    fields, body = front_matter(text)
    return {**fields, "text": body}, note


def decode(data: bytes) -> tuple[str, str | None]:
    """Text from bytes: UTF-8, UTF-16 with a byte order mark, else Windows-1252 with a note."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), "read as UTF-16"
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "not UTF-8; read as Windows-1252"


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The `key: value` lines at the top, between `---` lines or before a blank line, and the text after them."""
    rows = text.split("\n")
    fenced = rows[0].strip() == "---"
    fields: dict[str, Any] = {}
    for number, row in enumerate(rows[1:] if fenced else rows, 1 if fenced else 0):
        if row.strip() == ("---" if fenced else "") and (fields or fenced):
            return fields, "\n".join(rows[number + 1 :]).removeprefix("\n" if fenced else "")
        match = _KEY.fullmatch(row.rstrip("\r"))
        if not match or match[1].lower() not in FRONT_MATTER_KEYS:
            return {}, text
        fields[match[1].lower()] = match[2].strip().strip("\"'")
    return {}, text
