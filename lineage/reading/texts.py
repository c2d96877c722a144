"""Plain text, with front matter or without: one article a file, its text kept to the letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lineage.patterns import pattern
from lineage.reading.fields import Record
from lineage.reading.source import Source

FRONT_MATTER_KEYS = frozenset({"id", "outlet", "published", "title", "url", "author", "language"})
_KEY = pattern(r"([A-Za-z_][A-Za-z0-9_-]*)[ \t]*:(.*)")
_ITEM = pattern(r"[ \t]*- (.*)")


def plain_text(source: Source) -> Iterator[Record]:
    """The one record of a text, with a note if it is not UTF-8."""
    text, note = decode(source.whole())
    fields, body = front_matter(text)
    yield Record(None, {**fields, "text": body}, note=note)


def decode(data: bytes) -> tuple[str, str | None]:
    """Text from bytes: UTF-8, UTF-16 with a byte order mark, else Windows-1252 with a note."""
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16", "replace"), "read as UTF-16"
        return data.decode("cp1252", "replace"), "not UTF-8; read as Windows-1252"


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The `key: value` rows at the top, between `---` rows or before a blank row, and the text after them.

    Between `---` rows any key counts, and a key may have a list of `- item` rows. Without them only the keys of
    `FRONT_MATTER_KEYS` do, and all rows must have one: a news text may well begin with "Moscow: ".
    """
    fields: dict[str, Any] = {}
    key = ""
    fenced = False
    start = 0
    while start < len(text):
        begin, end = start, text.find("\n", start)
        start = len(text) if end < 0 else end + 1
        row = text[begin:start].rstrip()
        if begin == 0 and row == "---":
            fenced = True
        elif row == ("---" if fenced else ""):
            return (fields, _body(text, start, fenced)) if fields else ({}, text)
        elif fenced and (not row or row.startswith("#")):
            continue
        elif fenced and key and (item := _ITEM.fullmatch(row)) and not (isinstance(fields[key], str) and fields[key]):
            fields[key] = fields[key] or []
            fields[key].append(_bare(item[1]))
        elif (match := _KEY.fullmatch(row)) and (fenced or match[1].lower() in FRONT_MATTER_KEYS):
            key = match[1].lower()
            fields[key] = _bare(match[2])
        else:
            break
    return {}, text


def _body(text: str, start: int, fenced: bool) -> str:
    """What follows the front matter; after a fence one blank row belongs to neither."""
    body = text[start:]
    return body.removeprefix("\r\n" if body.startswith("\r\n") else "\n") if fenced else body


def _bare(value: str) -> str:
    return value.strip().strip("\"'")
