"""Web archives as crawlers write them: pages are articles, the rest is counted, and damage costs itself."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from lineage.engines.processes import workers
from lineage.model import Article, Skipped
from lineage.reading import Limits, stream_articles
from lineage.reading.fields import Record
from lineage.reading.source import Source
from lineage.reading.warc import warc

pytest.importorskip("trafilatura")

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "warc"
PARAGRAPH = "The harbour board will close the northern quay for repairs from Monday, its chairwoman Ida Lund said, "
HTML = "Content-Type: text/html; charset=utf-8"


def markup(number: int, head: str = "") -> bytes:
    body = "".join(f"<p>{PARAGRAPH}and paragraph {part} of page {number} ends here.</p>" for part in range(3))
    return f"<!DOCTYPE html><html><head><title>Page {number}</title>{head}</head><body><article>{body}".encode()


def record(kind: str, block: bytes, *headers: str, version: str = "1.0", length: int | None = None) -> bytes:
    size = len(block) if length is None else length
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", "WARC-Date: 2024-05-01T10:00:00Z", *headers]
    return "\r\n".join([*lines, f"Content-Length: {size}", "", ""]).encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def response(number: int, body: bytes | None = None, *headers: str, url: str | None = None, **more: Any) -> bytes:
    address = f"https://www.courier.example/{number}.html" if url is None else url
    block = http(markup(number) if body is None else body, *(headers or (HTML,)), status=more.pop("status", "200 OK"))
    return record("response", block, f"WARC-Target-URI: {address}", **more)


def read(path: Path, records: Iterable[bytes] | bytes, **options: Any) -> tuple[list[Article], list[Skipped]]:
    path.write_bytes(records if isinstance(records, bytes) else b"".join(records))
    stream = stream_articles(path, **options)
    return list(stream), stream.skipped


def numbers(articles: list[Article]) -> list[int]:
    return [int(article.text.partition("of page ")[2].partition(" ")[0]) for article in articles]


CRAWL = [
    record("warcinfo", b"software: a crawler\r\n"),
    *(
        part
        for number in range(6)
        for part in (
            record("request", b"GET / HTTP/1.1\r\n\r\n"),
            response(number),
            record("metadata", b"fetchTimeMs: 5"),
        )
    ),
    response(90, b"\x89PNG", "Content-Type: image/png"),
    response(91, b"", "Location: /", status="301 Moved Permanently"),
    response(92, b"<html>Not there</html>", HTML, status="404 Not Found"),
    response(93, b"<html><body></body></html>"),
]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst", "-members.gz"])
def test_a_crawl(tmp_path: Path, suffix: str) -> None:
    packed = {
        "": b"".join(CRAWL),
        ".gz": gzip.compress(b"".join(CRAWL)),
        ".zst": zstandard.ZstdCompressor().compress(b"".join(CRAWL)),
        "-members.gz": b"".join(map(gzip.compress, CRAWL)),
    }[suffix]
    path = tmp_path / f"crawl.warc{'.gz' if 'members' in suffix else suffix}"
    articles, skipped = read(path, packed)
    assert numbers(articles) == list(range(6))
    first = articles[0]
    assert (first.id, first.outlet, first.title) == ("courier.example/0.html", "courier.example", "Page 0")
    assert (first.url, first.published) == ("https://www.courier.example/0.html", None)
    assert first.extra == {"host": "courier.example", "captured": "2024-05-01T10:00:00Z"}
    (told,) = skipped
    assert (told.kind, told.reason) == (
        "noted",
        "no article: 6 × request record, 6 × metadata record, 1 × warcinfo record, 1 × image/png, 1 × status 301, "
        "1 × status 404, 1 × page without an article's text",
    )


def test_what_a_page_says_goes_before_its_host_and_its_address_before_what_it_says(tmp_path: Path) -> None:
    head = "<meta property='og:site_name' content='Courier'><link rel='canonical' href='https://wire.example/1'>"
    (article,), _ = read(tmp_path / "a.warc", response(1, markup(1, head)))
    assert (article.outlet, article.url) == ("Courier", "https://www.courier.example/1.html")
    assert article.extra["canonical"] == "https://wire.example/1"


def chunked(body: bytes, size: int) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(markup(1)), (HTML, "Content-Encoding: gzip")),
        (zlib.compress(markup(1)), (HTML, "Content-Encoding: deflate")),
        (zlib.compress(markup(1))[2:-4], (HTML, "content-encoding: deflate")),
        (chunked(markup(1), 100), (HTML, "Transfer-Encoding: chunked")),
        (chunked(gzip.compress(markup(1)), 33), (HTML, "Transfer-Encoding: chunked", "Content-Encoding: gzip")),
        (markup(1), (HTML, "Content-Encoding: gzip")),  # which the crawler took off
        (markup(1), (HTML, "Content-Encoding: br")),
        (markup(1), (HTML, "Transfer-Encoding: chunked")),
        (markup(1), ("Server: x",)),
        (markup(1), ("Content-Type: application/xhtml+xml",)),
        (b"<!-- a --> <?xml version='1.0'?>"[11:] + markup(1), ("X-Long: a\r\n b",)),
        (markup(1).decode().replace("Page", "Kväll").encode("cp1252"), ("Content-Type: text/html;charset=latin-1",)),
    ],
)
def test_how_servers_send_pages(tmp_path: Path, body: bytes, headers: tuple[str, ...]) -> None:
    articles, skipped = read(tmp_path / "a.warc", response(1, body, *headers))
    assert numbers(articles) == [1]
    assert articles[0].title in ("Page 1", "Kväll 1")
    assert skipped == []


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (response(1, b"\x1b\x03\x04", HTML, "Content-Encoding: br"), "1 × packed with br"),
        (response(1, gzip.compress(b"x")[:-9] + b"\xff\xff", HTML, "Content-Encoding: gzip"), "1 × "),
        (record("response", b"\x01\x02", "WARC-Target-URI: https://a.example/"), "1 × response that is not HTTP"),
        (record("response", b"", "WARC-Target-URI: dns:a.example", "Content-Type: text/dns"), "1 × text/dns"),
        (response(1, b"plain", "Server: x"), "1 × unknown type"),
        (response(1, gzip.compress(bytes(10**6)), HTML, "Content-Encoding: gzip"), "1 × page over the limit"),
    ],
)
def test_what_is_no_page_is_counted(tmp_path: Path, made: bytes, reason: str) -> None:
    articles, (told,) = read(tmp_path / "a.warc", made, limits=Limits(record_bytes=100_000))
    assert articles == []
    assert reason in told.reason


def test_resources_and_old_versions(tmp_path: Path) -> None:
    old = http(markup(2), HTML).replace(b"\r\n", b"\n")
    made = [
        record("resource", markup(1), "WARC-Target-URI: file:///a/1.html", "Content-Type: text/html"),
        b"WARC/0.18\nwarc-type:response\nWARC-TARGET-URI: <https://courier.example/2>\n"
        + b"Content-Length: %d\n\n%s\n\n" % (len(old), old),
        response(3, version="1.1"),
    ]
    articles, skipped = read(tmp_path / "a.warc", made)
    assert numbers(articles) == [1, 2, 3]
    assert skipped == []


@pytest.mark.parametrize(
    ("bad", "lost"),
    [
        (response(2, length=10), "bytes before this record belong to none"),
        (b"rubbish\n\r\nWARC/x\r\n" * 3000, "bytes before this record belong to none"),
        (response(2).replace(b"Content-Length: ", b"Content-Length: x"), "does not say how long it is"),
        (response(2, b"x" * 50_000), "longer than 40,000 bytes"),
        (response(2, b"<p>" * 10 + b"<div a b c d e f g h i j k l m>" * 50 + bytes(5000)), ""),
    ],
)
def test_a_bad_record_does_not_cost_the_others(tmp_path: Path, bad: bytes, lost: str) -> None:
    articles, skipped = read(tmp_path / "a.warc", [response(1), bad, response(3), response(4)],
                             limits=Limits(record_bytes=40_000))  # fmt: skip
    found = [article.id for article in articles]
    assert found[0] == "courier.example/1.html"
    assert found[-2:] == ["courier.example/3.html", "courier.example/4.html"]
    assert any(lost in entry.reason for entry in skipped)


@pytest.mark.parametrize("members", [False, True])
def test_every_cut_is_told_and_costs_the_last_record_only(tmp_path: Path, members: bool) -> None:
    parts = [gzip.compress(part) if members else part for part in CRAWL[:10]]  # three pages
    whole = b"".join(parts)
    bounds = {sum(map(len, parts[:n])) for n in range(len(parts) + 1)}
    path = tmp_path / ("a.warc.gz" if members else "a.warc")
    for cut in range(1, len(whole), 23):
        articles, skipped = read(path, whole[:cut])
        assert numbers(articles) == list(range(len(articles)))
        done = sum(cut >= bound for bound in sorted(bounds)) - 1
        assert len(articles) >= sum(b"response" in part for part in CRAWL[:done])
        whole_records = any(0 <= bound - cut <= (0 if members else 4) for bound in bounds)  # blank lines end a record
        assert whole_records or any(entry.kind == "unreadable" for entry in skipped)


def test_as_long_as_a_record_may_be_and_no_memory_for_those_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    with path.open("wb") as file:
        file.write(response(1))
        size = 10**12
        head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {size}\r\n\r\n"
        file.write(head.encode() + bytes(10**7))
    stream = stream_articles(path)
    assert numbers(list(stream)) == [1]
    assert stream.skipped[-1].reason == "truncated: the last record ends in the middle, after 1 articles"


@pytest.mark.parametrize("size", [1, 7, 300, 5000])
def test_however_the_bytes_come(size: int) -> None:
    data = b"".join([*CRAWL[:5], b"rubbish\nWARC/\n", CRAWL[5], response(7, length=10), CRAWL[8]])

    def records(size: int) -> list[Record]:
        pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
        return list(warc(Source(pieces, Limits(), {})))

    assert records(size) == records(len(data))
    assert [record.line for record in records(size) if not record.reason] == [3, 6, 8]


def test_pages_read_by_other_processes_come_in_their_order(tmp_path: Path) -> None:
    data = b"".join([*CRAWL, *(response(number) for number in range(6, 40)), response(41)[:-300]])
    alone, skipped = read(tmp_path / "a.warc", data)
    with workers(2, (warc.__module__,)) as pool:
        assert read(tmp_path / "a.warc", data, spread=pool.map) == (alone, skipped)
    assert numbers(alone) == list(range(40))
    assert skipped[-1].reason.startswith("truncated")


def test_standard_input_takes_archives_and_pages() -> None:
    def ids(data: bytes) -> list[str]:
        return [article.id for article in stream_articles("-", stdin=io.BytesIO(data))]

    assert ids(b"".join(CRAWL))[:2] == ["courier.example/0.html", "courier.example/1.html"]
    assert ids(b"\n" + markup(1)) == ["stdin"]
    (text,) = stream_articles("-", stdin=io.BytesIO(b"WARC/1.0 is a version.\n<html> is a tag."))
    assert text.text.startswith("WARC/1.0 is")


def test_random_bytes_do_no_harm(tmp_path: Path) -> None:
    whole = bytearray(b"".join(CRAWL[:7]))
    for seed in range(60):
        data = bytearray(whole)
        for place in range(seed * 7, len(data), 211):
            data[place] = (data[place] * 31 + seed) % 256
        read(tmp_path / "a.warc", bytes(data))


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_real_archives() -> None:
    def pages(name: str) -> tuple[int, str]:
        stream = stream_articles(SHARED / name)
        return len(list(stream)), stream.skipped[-1].reason

    counts = "no article: 17 × request record, 16 × metadata record, 1 × warcinfo record"
    assert pages("warcfile.warc") == pages("warcfile.warc.gz") == (16, counts)
    assert pages("clueweb-quirk.warc.gz") == (29, "no article: 1 × warcinfo record")
    assert pages("clipped.warc.gz") == (0, "truncated: the gzip data end in the middle, after 0 articles")
    assert pages("block-sized-records.warc.gz") == (0, "no article: 3 × unknown record")
