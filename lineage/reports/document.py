"""Results as JSON documents. Keys are the nouns' fields; `lineage.schema.json` beside this file describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

import orjson

from lineage.model import Lineage, Overlap, Span

SCHEMA = "lineage/1"  # the major version changes when a key is renamed, removed or means something else


def lineage_document(lineage: Lineage) -> bytes:
    """A whole lineage, as UTF-8 JSON with two blanks of indentation and a line break at the end."""
    content = {"schema": SCHEMA, **_plain(lineage)}
    content["articles"] = [
        {**_plain(article), "precision": article.precision, "class": lineage.classes.get(id)}
        for id, article in lineage.articles.items()
    ]
    return _json(content)


def overlap_document(overlap: Overlap) -> bytes:
    """What two articles share, as UTF-8 JSON."""
    return _json({"schema": SCHEMA, **_plain(overlap)})


def _json(content: Any) -> bytes:
    return orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _plain(value: Any) -> Any:
    """Nouns as mappings, spans as {start, end}, times as ISO text."""
    if isinstance(value, Span):
        return {"start": value.start, "end": value.end}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
