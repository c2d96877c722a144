"""From a record with whatever column names people have to an `Article`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lineage.errors import UsageError
from lineage.model import Article, SkipKind

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "uid", "uuid", "guid", "article_id", "doc_id", "docid"),
    "text": ("text", "body", "content", "article", "fulltext", "full_text", "maintext", "articlebody"),
    "outlet": ("outlet", "series", "source", "publisher", "publication", "domain", "site", "feed", "newspaper"),
    "published": (
        "published", "date", "timestamp", "published_at", "publishedat", "publish_date", "published_date", "pub_date",
        "pubdate", "date_publish", "datetime", "time", "created_at",
    ),
    "title": ("title", "headline"),
    "url": ("url", "link", "uri"),
    "author": ("author", "byline", "authors", "creator"),
    "language": ("language", "lang"),
}  # fmt: skip

NOT_UTF8 = "not UTF-8; save it as UTF-8 (in a spreadsheet: as CSV UTF-8)"
EARLIEST, LATEST = 10**8, 4_102_444_800  # seconds since 1970 that are taken for a time, 1973 to 2100: no bare years


class Record(NamedTuple):
    """What stands in one place of a file: the columns of a record, or the reason why it cannot be read.

    `line` counts from 1 and is where it begins (in files that have no lines its number), None for a whole file. `note`
    says what was not taken as given; `kind` whether what cannot be read was meant to be an article.
    """

    line: int | None
    columns: Mapping[str, Any] = {}
    reason: str | None = None
    note: str | None = None
    kind: SkipKind = "unreadable"


class BadRecordError(Exception):
    """A record that is no article. The message says why."""


def checked(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """The user's own columns, `{field: column}`. Raises `UsageError` for a field that does not exist."""
    for field in mapping or {}:
        if field not in NAMES:
            near = difflib.get_close_matches(field, NAMES, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"--map: no field is called {field!r}{hint} Known are {', '.join(NAMES)}.")
    return dict(mapping or {})


def given(record: Mapping[str, Any], mapping: Mapping[str, str]) -> tuple[dict[str, Any], set[str]]:
    """The values that a record has for the fields of an article, and the columns that were taken for them.

    The first column of a field that is not empty counts; an empty text counts if there is no other.
    """
    folded = {str(name).strip().casefold(): name for name in reversed(list(record))}
    values: dict[str, Any] = {}
    used: set[str] = set()
    for field, names in NAMES.items():
        columns = (mapping[field],) if field in mapping else tuple(folded[n] for n in names if n in folded)
        found = next((column for column in columns if record.get(column) not in (None, "")), None)
        if found is not None:
            values[field] = record[found]
        elif field == "text" and any(record.get(column) is not None for column in columns):
            values[field] = ""
        used.update(columns[:1] if found is None else (found,))
    return values, used


def article(record: Mapping[str, Any], fallback: str, mapping: Mapping[str, str]) -> tuple[Article, list[str]]:
    """The article in a record, and notes on what could not be taken as given.

    `fallback` is its id if the record has none. Raises `BadRecordError` if there is no text.
    """
    values, used = given(record, mapping)
    if "text" not in values:
        raise BadRecordError(no_text(record, mapping))
    if not isinstance(values["text"], str):
        raise BadRecordError(f"the text is {kind(values['text'])}, not a string")
    made = Article(
        _string(values.get("id")) or fallback,
        values["text"],
        _string(values.get("outlet")),
        _published(values.get("published")),
        _string(values.get("title")),
        _string(values.get("url")),
        _string(values.get("author")),
        _string(values.get("language")),
        extra={str(name): value for name, value in record.items() if name not in used},
    )
    notes = [] if made.text.strip() else ["the text is empty"]
    if isinstance(made.published, str):
        notes.append(f"the time {made.published[:40]!r} is not understood; use ISO 8601")
    return made, notes


def no_text(record: Mapping[str, Any], mapping: Mapping[str, str]) -> str:
    """Why a record is no article that has no text."""
    return f"no text: expected a field {mapping.get('text', 'text')!r}, found {_few(record)}"


def _string(value: Any) -> str | None:
    """Text of a value: a list joined by commas, a mapping by its name or title."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, list):
        return ", ".join(filter(None, map(_string, value))) or None
    if isinstance(value, dict):
        return _string(value.get("name") or value.get("title") or value.get("id"))
    return str(value).strip() or None


def _published(value: Any) -> str | datetime | None:
    """Text as it is; a number as a compact date (`20241219`, with or without `hhmmss`), else as seconds or
    milliseconds since 1970."""
    if isinstance(value, dict):
        value = value.get("$date")
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) in (10, 13):
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        digits = f"{value:.0f}"
        seconds = value / 1000 if value > LATEST else value
        if len(digits) not in (8, 14) and EARLIEST <= seconds < LATEST:
            return datetime.fromtimestamp(seconds, UTC)
        return digits
    return _string(value)


def _few(record: Mapping[str, Any]) -> str:
    """The first columns of a record, in words."""
    names = [repr(str(name))[:40] + (" (null)" if record[name] is None else "") for name in list(record)[:6]]
    return ", ".join(names) + (", …" if len(record) > 6 else "") if names else "an empty record"


def kind(value: Any) -> str:
    """What a value is, in JSON's words."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return "null" if value is None else names.get(type(value), "an object")
