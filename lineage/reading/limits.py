"""What a reader refuses to swallow. Each limit that bites is reported."""

from __future__ import annotations

from lineage.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on untrusted input.

    `record_bytes`: one record; the longest real articles have under 1 MiB, 16 MiB leaves room for a book, and a
    record, its text and one copy stay far below 500 MB of memory at four bytes a character.
    `file_bytes`: one file when unpacked; a year of a large news crawl is about 200 GB.
    `ratio`: unpacked to packed bytes, judged beyond `ratio_from` unpacked bytes; text compresses 3 to 20 fold, JSON
    lines with repeated keys up to 100 fold, bombs a thousand fold and more.
    `tags`: in one HTML page, each of which takes up to 1.5 kB and 80 µs; news pages have some 2,000, the longest live
    tickers 30,000. `attributes`: of one tag, on which a parser's time depends as their square; real ones have under 50.
    """

    record_bytes: int = 16 * 2**20
    file_bytes: int = 2**40
    ratio: float = 500.0
    ratio_from: int = 16 * 2**20
    tags: int = 100_000
    attributes: int = 2_000


LIMITS = Limits()
