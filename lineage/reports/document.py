"""Results as JSON documents. Keys are the nouns' fields; `lineage.schema.json` beside this file describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import orjson

from lineage.answers import Check, Flow, Story, Use
from lineage.model import Article, Lineage, Overlap, Span
from lineage.patterns import pattern

LINEAGE, OVERLAP = "lineage/1", "lineage-overlap/1"  # the number grows when a key goes or means something else
CHECK, USES = "lineage-check/1", "lineage-uses/1"
DEEPEST = 100  # levels of an article's `extra`: no news record is deeper, and JSON readers stop at a few hundred
LARGEST = 2**63 - 1  # what JSON readers take for a whole number
_SURROGATES = pattern(r"[\ud800-\udfff]")


def lineage_document(lineage: Lineage) -> bytes:
    """A whole lineage, as UTF-8 JSON with two blanks of indentation and a line break at the end.

    The same lineage gives the same bytes: lists whose order means nothing are sorted, the keys of mappings too.
    """
    articles = [
        {**_plain(lineage.articles[id]), "precision": lineage.articles[id].precision, "class": lineage.classes.get(id)}
        for id in sorted(lineage.articles)
    ]
    content = {field.name: getattr(lineage, field.name) for field in fields(lineage)}
    content["derivations"] = sorted(lineage.derivations, key=lambda claim: claim.child)  # its parents keep their order
    content["sources"] = sorted(lineage.sources, key=lambda source: source.id)
    content["relations"] = sorted(lineage.relations, key=lambda relation: (relation.a, relation.b, relation.kind))
    content["unresolved"] = sorted(lineage.unresolved, key=lambda question: (question.a, question.b))
    content["credits"] = sorted(lineage.credits, key=lambda credit: (credit.article, credit.span))
    content["shares"] = sorted(lineage.shares, key=lambda share: share.article)  # its texts keep their order
    content["names"] = _sorted(lineage.names)
    for key in ("classes", "articles"):
        del content[key]
    rest = {key: _plain(value) for key, value in content.items()}
    return _json({"schema": LINEAGE, "articles": articles, **rest, "classes": _sorted(lineage.classes)})


def overlap_document(overlap: Overlap) -> bytes:
    """What two articles share, as UTF-8 JSON."""
    return _json({"schema": OVERLAP, **_plain(overlap)})


def check_document(found: Check) -> bytes:
    """Where a text comes from, as one line of UTF-8 JSON; texts of other articles are left out."""
    content = {
        field.name: getattr(found, field.name) for field in fields(found) if field.name not in ("lineage", "others")
    }
    others = [replace(found.others[id], text="") for id in sorted(found.others)]
    lineage = found.lineage
    claims = None
    if lineage is not None:
        claims = {
            "derivations": lineage.derivations, "sources": lineage.sources, "unresolved": lineage.unresolved,
        }  # fmt: skip
    return _line({"schema": CHECK, **_plain(content), "others": _plain(others), "lineage": _plain(claims)})


def uses_document(article: Article, found: Sequence[Use]) -> bytes:
    """Who uses a text, as one line of UTF-8 JSON."""
    return _line({"schema": USES, "article": _text(article.id), "uses": _plain(list(found))})


def nouns_document(found: Sequence[Story] | Sequence[Flow]) -> bytes:
    """Stories or flows, one a line of UTF-8 JSON."""
    return b"".join(_line(_plain(noun)) for noun in found)


def plain_document(content: Mapping[str, Any]) -> bytes:
    """Anything made of mappings, lists, numbers and texts, as UTF-8 JSON."""
    return _json({_text(str(key)): _plain(value) for key, value in content.items()})


def _line(content: Any) -> bytes:
    return orjson.dumps(content, default=str, option=orjson.OPT_APPEND_NEWLINE)


def _json(content: Any) -> bytes:
    return orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _sorted(value: Mapping[Any, Any], depth: int = 0) -> dict[str, Any]:
    return {_text(str(key)): _plain(value[key], depth + 1) for key in sorted(value, key=str)}


def _plain(value: Any, depth: int = 0) -> Any:
    """Nouns as mappings, spans as {start, end}, times as ISO text, and nothing that a JSON reader would refuse."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Span):
        return {"start": value.start, "end": value.end}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), depth + 1) for field in fields(value)}
    if isinstance(value, Mapping | list | tuple) and depth > DEEPEST:
        return None
    if isinstance(value, Mapping):
        return _sorted(value, depth)
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > LARGEST:
        return str(value)
    return value


def _text(value: str) -> str:
    """The text as UTF-8 can hold it; one character for one, so that every offset stays right."""
    return value if value.isascii() else _SURROGATES.sub("\ufffd", value)
