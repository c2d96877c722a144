"""Articles and passages as rows of the catalogue, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import orjson
import xxhash
from numpy.typing import NDArray

from lineage.archive.catalogue import Row
from lineage.model import Article, Grade, Overlap, Passage, Span
from lineage.overlap.passages import Columns
from lineage.patterns import pattern

DIGITS = 6  # behind the point, of the shares that are kept: of a text of a million words each word is told
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


def passages_of(kept: str) -> tuple[Passage, ...]:
    """The passages of a row; which of their words are equal is not kept (`compare` tells)."""
    found = []
    for a_start, a_end, b_start, b_end, words, identity, quoted, grade in orjson.loads(kept):
        kind: Grade = grade
        found.append(Passage(Span(a_start, a_end), Span(b_start, b_end), words, identity, quoted, kind))
    return tuple(found)


def overlap_row(a: int, b: int, overlap: Overlap, kind: str) -> Row:
    """An overlap as a row of `overlaps`. Passages are kept as JSON: rows of a_start, a_end, b_start, b_end, words,
    identity, quoted, grade.
    """
    shares = round(overlap.a_in_b, DIGITS), round(overlap.b_in_a, DIGITS)
    rows = [
        (*p.a, *p.b, p.words, round(p.identity, DIGITS), round(p.quoted, DIGITS), p.grade) for p in overlap.passages
    ]
    return (a, b, overlap.narrated, overlap.quoted, *shares, kind, orjson.dumps(rows).decode())


def overlap_rows(found: Columns, numbers: NDArray[np.int64], kind: str) -> Iterator[Row]:
    """The same of overlaps in columns, of which `numbers` are the articles'."""
    (starts_a, ends_a, starts_b, ends_b), (opens, words, identity, quoted, exact) = found[:4], found[4:9]
    low, high = opens[:-1], opens[1:] - 1
    places = starts_a[low], ends_a[high], starts_b[low], ends_b[high], words
    grades: list[Grade] = ["exact" if own else "edited" for own in exact.tolist()]
    passages = list(zip(*_values(*places, *_rounded(identity, quoted)), grades, strict=True))
    first, left, right, narrated, quoted, *shares = found[9:]
    edges = first.tolist()
    rows = zip(*_values(numbers[left], numbers[right], narrated, quoted, *_rounded(*shares)), strict=True)
    for begin, end, row in zip(edges, edges[1:], rows, strict=False):
        yield (*row, kind, orjson.dumps(passages[begin:end]).decode())


def _rounded(*shares: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    return (np.round(share, DIGITS) for share in shares)


def _values(*columns: NDArray[Any]) -> Iterator[list[Any]]:
    return (column.tolist() for column in columns)
