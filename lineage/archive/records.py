"""Articles and passages as rows of the catalogue, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import orjson
import xxhash

from lineage.archive.catalogue import Row
from lineage.model import Article, Grade, Overlap, Passage, Span
from lineage.patterns import pattern

_VERSION = pattern(r"#\d+\Z")


def digest_of(article: Article, id: str | None = None) -> bytes:
    """Of an id (the article's own if no other is said) and a text, 16 bytes: what makes an article the same one."""
    own = article.id if id is None else id
    return xxhash.xxh3_128_digest(f"{plain(own)}\0{article.text}".encode("utf-8", "surrogatepass"))


def row_of(number: int, name: str, article: Article, digest: bytes, words: int, run: int) -> Row:
    """An article as a row of `articles`."""
    published = article.published.isoformat() if isinstance(article.published, date) else article.published
    extra = "{}"
    if article.extra:
        extra = orjson.dumps(dict(article.extra), default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    given = (article.outlet, published, article.title, article.url, article.author, article.language)
    texts = [None if text is None else plain(text) for text in given]
    guessed = orjson.dumps(article.guessed).decode() if article.guessed else "[]"
    # of all that is kept `sqlite3` binds bytes slowest: a microsecond more than a bytearray
    return (number, plain(name), plain(article.id), bytearray(digest), *texts, guessed, extra, words, run)


def name_of(id: str, number: int = 1) -> str:
    """The name of a version of an article: `id`, `id#2`, `id#3`; and `id#2#1` where the id itself looks like one."""
    return id if number == 1 and not _VERSION.search(id) else f"{id}#{number}"


def article_of(row: Row, text: str) -> Article:
    """The article of a row, under its name in the archive (its id, unless it is a later version)."""
    _, name, _, _, outlet, published, title, url, author, language, guessed, extra, _, _ = row
    return Article(
        name, text, outlet, published, title, url, author, language, tuple(orjson.loads(guessed)), orjson.loads(extra)
    )


def plain(value: str) -> str:
    """Text that SQLite takes: lone halves of a character are replaced."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def packed_passages(passages: Iterable[Passage]) -> str:
    """Passages as JSON: rows of a_start, a_end, b_start, b_end, words, identity, quoted, grade."""
    rows = [[*p.a, *p.b, p.words, round(p.identity, 6), round(p.quoted, 6), p.grade] for p in passages]
    return orjson.dumps(rows).decode()


def passages_of(kept: str) -> tuple[Passage, ...]:
    """The passages of a row; which of their words are equal is not kept (`compare` tells)."""
    found = []
    for a_start, a_end, b_start, b_end, words, identity, quoted, grade in orjson.loads(kept):
        kind: Grade = grade
        found.append(Passage(Span(a_start, a_end), Span(b_start, b_end), words, identity, quoted, kind))
    return tuple(found)


def overlap_row(a: int, b: int, overlap: Overlap, kind: str) -> Row:
    """An overlap as a row of `overlaps`."""
    shares = round(overlap.a_in_b, 6), round(overlap.b_in_a, 6)
    return (a, b, overlap.narrated, overlap.quoted, *shares, kind, packed_passages(overlap.passages))
