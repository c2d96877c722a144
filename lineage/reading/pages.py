"""HTML pages: the article's text without what stands around it, and what the page says of itself to machines."""

from __future__ import annotations

import codecs
import html
import json
import logging
import re
from collections.abc import Iterable, Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from lineage.article import parse_published
from lineage.patterns import pattern
from lineage.reading.fields import Record
from lineage.reading.limits import Limits
from lineage.reading.source import Source

NO_TEXT = "no article's text found in the page"
LONGEST_SITE = 60  # characters of a site's name; what is longer is its motto
LONGEST = 200  # characters of a name or a language; what is longer is something else
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "publish-date", "pubdate", "dcterms.created", "dcterms.date", "dc.date.issued", "dc.date", "date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified")
_AUTHOR = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl")
_CHARSET = pattern(
    rb"""(?:<meta[^>]{1,500}?charset|<\?xml[^>]{1,200}?encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_WIDER = {  # what browsers take for a charset, which is what writers of pages mean
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift-jis": "cp932", "euc-kr": "cp949", "tis-620": "cp874", "iso8859-11": "cp874",
}  # fmt: skip
_QUIET = logging.NullHandler()
_QUOTED = pattern(""" "[^"]*"|'[^']*'""".strip())
_MOTTO = pattern(r" [|–—-] ")
_NEVER = frozenset((  # what a `meta` that can be read cannot truly say, and what is no charset of documents
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
    "idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "charmap", "mbcs", "oem",
))  # fmt: skip
_SEVEN_BITS = ("iso2022", "hz", "utf-7")  # charsets whose bytes are ASCII's


def page(source: Source) -> Iterator[Record]:
    """The one record of a page that was saved as a file."""
    yield page_record(source.whole(), source.limits)


def page_record(data: bytes, limits: Limits, url: str | None = None, charset: str | None = None) -> Record:
    """The record of a page. `url` is where it was fetched, `charset` what the server said; a page that was saved has
    neither, and tells its own address.

    Text: Barbaresi, Trafilatura (ACL 2021). The rest from JSON-LD, Open Graph and the usual `meta` names.
    """
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").addHandler(_QUIET)  # else it speaks on stderr
    markup, note = decoded(data, charset)
    if reason := _too_much(markup, limits):
        return Record(None, reason=reason)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    if not markup.strip():
        return Record(None, reason=NO_TEXT)
    try:
        tree = document_fromstring(markup.replace("\0", "").encode("utf-8", "replace"), parser=parser)
        columns = _told(tree, url)
        found = bare_extraction(tree, fast=True, include_comments=False, include_tables=False)
    except Exception as error:  # whatever it is that two libraries stumble over in a page costs that page only
        return Record(None, reason=f"the page cannot be understood ({type(error).__name__})")
    text = (found.text if found is not None and not isinstance(found, dict) else None) or ""
    return Record(None, {**columns, "text": text}, note=note) if text.strip() else Record(None, reason=NO_TEXT)


def _too_much(markup: str, limits: Limits) -> str | None:
    """Why a page would take too long."""
    if markup.count("<") > limits.tags:
        return f"more than {limits.tags:,} tags, the limit for one page"
    long = (part for part in markup.split("<") if len(part) > 2 * limits.attributes)
    tags = (_QUOTED.sub("", part).partition(">")[0] for part in long)
    if any(len(tag.split(None, limits.attributes)) > limits.attributes for tag in tags):
        return f"more than {limits.attributes:,} attributes in a tag, the limit for one"
    return None


def decoded(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """A page's characters, and a note if they are not as declared. What is valid UTF-8 is nothing else."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace").removeprefix("\ufeff"), None
    inner = _CHARSET.search(data, 0, 4096)
    name = _codec(charset) or _codec(inner[1].decode("ascii", "replace") if inner else None) or ""
    if not name.startswith(_SEVEN_BITS):
        try:
            return data.decode(), None
        except UnicodeDecodeError:
            pass
    if not name:
        return data.decode("cp1252", "replace"), "not UTF-8; read as Windows-1252"
    try:
        return data.decode(name), None
    except UnicodeDecodeError:
        return data.decode(name, "replace"), f"not all of it is {name}, as it says"


def _codec(label: str | None) -> str | None:
    """Python's name of a charset of text, None if there is none such."""
    try:
        name = codecs.lookup(label or "").name.replace("_", "-")
        "".encode(name)  # some are not of text
    except (LookupError, ValueError):
        return None
    return None if name in _NEVER else _WIDER.get(name, name)


def _told(tree: Any, url: str | None) -> dict[str, Any]:
    """What a page says of itself, by the names of `fields.NAMES`."""
    meta = _meta(tree)
    linked = _linked(tree)
    canonical = _address(_first(tree.xpath("//link[@rel='canonical']/@href")), url)
    own = url or _address(meta.get("og:url"), None) or canonical
    host = (urlsplit(own).hostname or "").removeprefix("www.") if own else ""
    times = [*_some(linked.get("datePublished")), *(meta[name] for name in _PUBLISHED if name in meta)]
    times += tree.xpath("(//time[@itemprop='datePublished' or @pubdate] | //article//time | //main//time)[1]/@datetime")
    changed = [*_some(linked.get("dateModified")), *(meta[name] for name in _MODIFIED if name in meta)]
    columns = {
        "title": _plain(linked.get("headline") or meta.get("og:title") or _first(tree.xpath("//title//text()"))),
        "outlet": _site(meta.get("og:site_name")) or _site(_names(linked.get("publisher"))) or host,
        "published": _time(times),
        "author": _author([_names(linked.get("author")), *(meta[name] for name in _AUTHOR if name in meta)]),
        "language": _language([_first(tree.xpath("/html/@lang")), linked.get("inLanguage"), meta.get("og:locale")]),
        "url": own,
        "host": host,
        "canonical": canonical if canonical != own else None,
        "modified": _time(changed),
    }
    return {name: value for name, value in columns.items() if value}


def _meta(tree: Any) -> dict[str, str]:
    """The page's `meta` elements, and others with an `itemprop` and a content, the first of each name."""
    found: dict[str, str] = {}
    for element in tree.iterfind(".//meta"):
        content = (element.get("content") or "").strip()
        for name in (element.get("property"), element.get("name"), element.get("itemprop")):
            if name and content:
                found.setdefault(name.strip().lower(), content)
    return found


def _linked(tree: Any) -> dict[str, Any]:
    """The article in the page's JSON-LD, with the publisher that it names elsewhere; empty if there is none."""
    nodes: list[dict[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads((script.text or "").strip(), strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(reversed(value))
            elif isinstance(value, dict):
                nodes.append(value)
                waiting.append(value.get("@graph"))
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    for node in nodes:
        if any(isinstance(kind, str) and kind.endswith(("Article", "Posting")) for kind in _some(node.get("@type"))):
            for name in ("publisher", "author"):
                node[name] = [
                    known.get(one["@id"], one) if isinstance(one, dict) and isinstance(one.get("@id"), str) else one
                    for one in _some(node.get(name))
                ]
            return node
    return {}


def _some(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _names(value: Any) -> str | None:
    """The names of people or organisations."""
    names = (one.get("name") if isinstance(one, dict) else one for one in _some(value))
    return ", ".join(dict.fromkeys(filter(None, map(_plain, names)))) or None


def _name(value: Any) -> str | None:
    name = _plain(value)
    return name if name and len(name) <= LONGEST else None


def _site(value: Any) -> str | None:
    """A site's name without its motto; an address is none. It goes before the publisher, which may be an agency."""
    name = _MOTTO.split((_plain(value) or "").removeprefix("@"))[0]
    return name if name and len(name) <= LONGEST_SITE and "://" not in name else None


def _author(values: Iterable[Any]) -> str | None:
    """The first that is a name and no address."""
    names = (_name(value) for value in values)
    return next((name for name in names if name and "://" not in name), None)


def _language(values: Iterable[Any]) -> str | None:
    """An ISO 639 code from tags as `en-US` and `pt_BR`."""
    for value in values:
        code = (_plain(value) or "").replace("_", "-").partition("-")[0].lower()
        if code.isalpha() and code.isascii() and len(code) in (2, 3):
            return code
    return None


def _time(values: Iterable[Any]) -> str | None:
    """The first that is a time, in ISO 8601."""
    for value in values:
        text = (_plain(value) or "")[:LONGEST]
        found = parse_published(text)
        if not isinstance(found, date):  # a datetime is one, too
            try:
                found = parsedate_to_datetime(text)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
        if found.year > 1 and found.timetuple()[:3] != (1970, 1, 1):  # what programs write for no time
            return found.isoformat()
    return None


def _address(value: Any, base: str | None) -> str | None:
    """An address of the web, None if it is none."""
    try:
        address = urljoin(base or "", _plain(value) or "")
        return address if urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname else None
    except ValueError:
        return None


def _first(found: Any) -> Any:
    return found[0] if found else None


def _plain(value: Any) -> str | None:
    """Text without escapes and breaks, None if it is none."""
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split()) or None
