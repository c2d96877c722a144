"""Readers on real files of every format: what is good is read, what is bad is named, nothing is fetched."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import random
import resource
import socket
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.errors import UsageError
from lineage.model import Article, Skipped
from lineage.reading import Limits, stream_articles

Pack = Callable[[bytes], bytes]
PACKS: dict[str, Pack] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def read(*paths: Path, **options: Any) -> tuple[list[Article], list[Skipped]]:
    stream = stream_articles(*paths, **options)
    return list(stream), stream.skipped


def as_lines(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


@pytest.mark.parametrize("suffix", PACKS)
def test_json_lines_with_the_names_people_have(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"dump.jsonl{suffix}"
    records = [
        {
            "id": 7,
            "text": "One",
            "outlet": "Courier",
            "published": "2024-05-01",
            "title": "T",
            "url": "u",
            "lang": "en",
        },
        {"_id": "b", "Body": "Two", "source": {"name": "Post"}, "timestamp": 1714557600, "headline": "H", "words": 3},
        {"content": "Three", "domain": "x.example", "date": "1714557600000", "authors": ["A", "B"]},
    ]
    path.write_bytes(PACKS[suffix](as_lines(records)))
    articles, skipped = read(path)
    assert skipped == []
    instant = datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
    assert articles == [
        Article("7", "One", "Courier", date(2024, 5, 1), "T", "u", language="en"),
        Article("b", "Two", "Post", instant, "H", extra={"words": 3}),
        Article("dump:3", "Three", "x.example", instant, author="A, B"),
    ]


@pytest.mark.parametrize("suffix", PACKS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables(tmp_path: Path, suffix: str, delimiter: str) -> None:
    path = tmp_path / f"dump.csv{suffix}"
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter)
    writer.writerows([["id", "text", "series"], ["a", "One,\ntwo; \t“three”", "Courier"], ["b", "Four", ""]])
    path.write_bytes(PACKS[suffix](b"\xef\xbb\xbf" + table.getvalue().encode()))
    articles, skipped = read(path)
    assert skipped == []
    assert articles == [Article("a", "One,\ntwo; \t“three”", "Courier"), Article("b", "Four")]


def test_a_table_names_the_line_in_which_a_bad_row_begins(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    path.write_bytes(b'id,text\na,"one\nstill one"\nb\nc,three\nd,\xff\n')
    articles, skipped = read(path)
    assert [article.id for article in articles] == ["a", "c"]
    assert [(entry.line, entry.reason) for entry in skipped] == [
        (4, "1 cells where the header has 2"),
        (6, "not UTF-8; save it as UTF-8 (in a spreadsheet: as CSV UTF-8)"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("One.\n\nTwo.", Article("story", "One.\n\nTwo.")),
        (" date 2024: One\r\nTwo", Article("story", " date 2024: One\r\nTwo")),
        ("---\noutlet: Post\npublished: 2024-05-01\n---\nOne", Article("story", "One", "Post", date(2024, 5, 1))),
        ('---\nid: x\ntitle: "T: t"\n---\n\nOne\n', Article("x", "One\n", title="T: t")),
        ("outlet: Post\nauthor: Ann\n\nOne", Article("story", "One", "Post", author="Ann")),
        ("Moscow: One\n\nTwo", Article("story", "Moscow: One\n\nTwo")),
        ("outlet: Post\nMoscow: One\n\nTwo", Article("story", "outlet: Post\nMoscow: One\n\nTwo")),
        ("outlet: Post", Article("story", "outlet: Post")),
        ("", Article("story", "")),
    ],
)
@pytest.mark.parametrize("name", ["story.txt", "story.md", "story.txt.gz", "story.md.zst"])
def test_texts_with_and_without_front_matter(tmp_path: Path, name: str, content: str, expected: Article) -> None:
    path = tmp_path / name
    path.write_bytes(PACKS[path.suffix if path.suffix in PACKS else ""](content.encode()))
    articles, skipped = read(path)
    assert articles == [expected]
    assert [entry.reason for entry in skipped] == ([] if expected.text else ["the text is empty"])


@pytest.mark.parametrize(
    ("data", "text", "noted"),
    [
        ("Zürich".encode("utf-16"), "Zürich", "read as UTF-16"),
        ("Zürich “a”".encode("cp1252"), "Zürich “a”", "not UTF-8; read as Windows-1252"),
        (b"\xef\xbb\xbfZ", "Z", None),
    ],
)
def test_texts_in_other_encodings(tmp_path: Path, data: bytes, text: str, noted: str | None) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(data)
    (article,), skipped = read(path)
    assert article.text == text
    assert [(entry.reason, entry.kind) for entry in skipped] == ([(noted, "noted")] if noted else [])


def test_a_folder_with_an_index_and_other_things(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text of a")
    (tmp_path / "b.txt").write_text("outlet: Inner\n\nText of b")
    (tmp_path / "c.txt").write_text("Text of c")
    (tmp_path / "truth.json").write_text("{}")
    (tmp_path / "picture.png").write_text("<p>")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "d.md").write_text("Text of d")
    (tmp_path / "articles.jsonl").write_bytes(
        as_lines(
            [
                {"id": "A", "file": "a.txt", "text": "Text as indexed", "outlet": "Post"},
                {"file": "b.txt", "outlet": "Outer"},
                {"file": "../secret.txt"},
                {"file": "gone.txt"},
            ]
        )
    )
    articles, skipped = read(tmp_path)
    assert [(article.id, article.text, article.outlet) for article in articles] == [
        ("A", "Text as indexed", "Post"),
        ("b", "Text of b", "Outer"),
        ("c", "Text of c", None),
        ("d", "Text of d", None),
    ]
    by_kind = {kind: [str(entry) for entry in skipped if entry.kind == kind] for kind in ("unreadable", "noted")}
    index = tmp_path / "articles.jsonl"
    assert by_kind["unreadable"] == [
        f"{index}:3: names '../secret.txt', which is outside the folder",
        f"{index}:4: names 'gone.txt': no such file or directory",
    ]
    assert by_kind["noted"] == [
        f"{tmp_path / 'picture.png'}: of another kind; not read",
        f"{tmp_path / 'truth.json'}: no article in it",
    ]


def test_every_bad_line_is_named_and_the_good_ones_are_read(tmp_path: Path) -> None:
    rng = random.Random(1)
    bad = {number for number in range(1, 2001) if rng.random() < 0.01}
    broken = [b'{"id": "x", "text": "cut', b"[1, 2]", b'{"id": 4}', b'{"text": 5}', b"\xff\xfe{", b'{"text": null}']
    lines = [
        rng.choice(broken) if number in bad else json.dumps({"id": str(number), "text": "fine"}).encode()
        for number in range(1, 2001)
    ]
    path = tmp_path / "dump.jsonl"
    path.write_bytes(b"\n".join(lines))
    heard: list[Skipped] = []
    articles, skipped = read(path, on_skip=heard.append)
    assert [article.id for article in articles] == [str(n) for n in range(1, 2001) if n not in bad]
    assert [entry.line for entry in skipped] == sorted(bad)
    assert heard == skipped
    assert all(entry.kind == "unreadable" and str(entry).startswith(f"{path}:") for entry in skipped)


def test_lines_end_at_newlines_only(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes('{"id": "a", "text": "x\u0085y\u2028z"}\r\n\n{"id": "b", "text": ""}'.encode())
    articles, skipped = read(path)
    assert [(article.id, article.text) for article in articles] == [("a", "x\u0085y\u2028z"), ("b", "")]
    assert [(entry.line, entry.reason) for entry in skipped] == [(3, "the text is empty")]


def test_columns_of_other_names(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(as_lines([{"nid": 1, "txt": "One", "text": "not this"}]))
    (article,), _ = read(path, mapping={"text": "txt", "id": "nid"})
    assert (article.id, article.text, article.extra) == ("1", "One", {"text": "not this"})
    with pytest.raises(UsageError, match="no field is called 'txet'; did you mean text"):
        stream_articles(path, mapping={"txet": "txt"})


def test_times_that_are_not_understood_are_noted_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(as_lines([{"text": "One", "date": "last Tuesday"}]))
    (article,), (noted,) = read(path)
    assert (article.published, article.precision) == ("last Tuesday", "unknown")
    assert (noted.kind, noted.line) == ("noted", 1)


def test_hostile_lines_cost_themselves_only(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    deep = b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    surrogate = b'{"id": "s", "text": "a\\ud800b"}'
    long = b'{"text": "' + b"x" * 5000 + b'"}'
    path.write_bytes(b"\n".join([deep, surrogate, long, b"\0\0", b'{"id": "n", "text": "a\\u0000b"}']))
    articles, skipped = read(path, limits=Limits(record_bytes=300_000))
    assert [article.text.isprintable() or article.text for article in articles][-1] == "a\0b"
    assert [(entry.line, entry.kind) for entry in skipped] == [(1, "unreadable"), (2, "noted"), (4, "unreadable")]
    articles, skipped = read(path, limits=Limits(record_bytes=4000))
    assert [article.id for article in articles] == ["s", "n"]
    assert [entry.line for entry in skipped if "longer than" in entry.reason] == [1, 3]
    assert all(article.text.encode() for article in articles)


@pytest.mark.slow
def test_a_line_of_a_hundred_megabytes_costs_a_second_and_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    with path.open("wb") as file:
        file.write(b'{"id": "a", "text": "One"}\n{"text": "')
        for _ in range(100):
            file.write(b"x" * 10**6)
        file.write(b'"}\n{"id": "b", "text": "Two"}')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    articles, skipped = read(path)
    assert [article.id for article in articles] == ["a", "b"]
    assert [entry.line for entry in skipped] == [2]
    assert time.process_time() - begin < 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KB


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".xz", ".bz2"])
def test_every_truncation_is_reported_with_what_was_read(tmp_path: Path, suffix: str) -> None:
    rng = random.Random(2)
    records = [{"id": str(n), "text": rng.randbytes(60).hex()} for n in range(300)]
    whole = PACKS[suffix](as_lines(records[:150])) + PACKS[suffix](as_lines(records[150:]))
    path = tmp_path / f"dump.jsonl{suffix}"
    path.write_bytes(whole)
    assert len(read(path)[0]) == 300
    half = len(PACKS[suffix](as_lines(records[:150])))
    for percent in range(1, 100):
        cut = len(whole) * percent // 100
        if cut == half:
            continue
        path.write_bytes(whole[:cut])
        articles, skipped = read(path)
        assert [article.id for article in articles] == [str(n) for n in range(len(articles))]
        assert skipped[-1].kind == "unreadable"
        assert f"after {len(articles)} articles" in skipped[-1].reason
        assert "truncated" in skipped[-1].reason


def test_damaged_and_bombs_are_stopped(tmp_path: Path) -> None:
    for suffix in (".gz", ".zst", ".xz", ".bz2"):
        path = tmp_path / f"dump.jsonl{suffix}"
        path.write_bytes(PACKS[suffix](b" " * 30_000_000))
        _, skipped = read(path, limits=Limits(ratio_from=1_000_000))
        assert "like a bomb" in skipped[0].reason
        path.write_bytes(b"not packed at all")
        _, skipped = read(path)
        assert "damaged" in skipped[0].reason
    plain = tmp_path / "long.txt"
    plain.write_text("x" * 1000)
    _, skipped = read(plain, limits=Limits(file_bytes=100))
    assert "limit for one file" in skipped[0].reason


def test_what_cannot_be_read_at_all_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text("")
    (tmp_path / "page.pdf").write_text("")
    with pytest.raises(UsageError, match=r"no such file or folder; did you mean .*articles\.jsonl"):
        stream_articles(tmp_path / "artcles.jsonl")
    with pytest.raises(UsageError, match="not a kind that is read"):
        stream_articles(tmp_path / "page.pdf")


def test_standard_input() -> None:
    stream = stream_articles("-", stdin=io.BytesIO(b'\n{"text": "One"}\nbroken\n{"id": "c", "text": "Two"}'))
    assert [(article.id, article.text) for article in stream] == [("stdin:2", "One"), ("c", "Two")]
    assert [entry.line for entry in stream.skipped] == [3]
    assert [a.text for a in stream_articles("-", stdin=io.BytesIO("Just text. Ä".encode()))] == ["Just text. Ä"]
    assert list(stream_articles("-", stdin=io.BytesIO(b""))) == []


def test_reads_no_further_than_it_must(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(as_lines([{"id": str(n), "text": "x" * 1000} for n in range(2000)]) + b"broken")
    stream = stream_articles(path)
    assert next(stream).id == "0"
    assert stream.skipped == []
    assert sum(1 for _ in stream) == 1999
    assert [entry.line for entry in stream.skipped] == [2001]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(as_lines([{"id": str(n), "text": text} for n, text in enumerate(texts)]))
    assert [article.text for article in read(path)[0]] == texts
    table = io.StringIO()
    csv.writer(table).writerows([["id", "text"], *([str(n), text] for n, text in enumerate(texts))])
    path = tmp_path / "dump.csv"
    path.write_bytes(table.getvalue().encode())
    assert [article.text for article in read(path)[0]] == texts


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a reader opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    address = "https://example.org/a.jsonl"
    (tmp_path / "a.jsonl").write_bytes(as_lines([{"text": address, "url": address, "image": address, "file": address}]))
    (tmp_path / "b.csv").write_text(f"text,url\n{address},{address}\n")
    (tmp_path / "c.md").write_text(f"url: {address}\n\n![picture]({address})")
    assert len(read(tmp_path)[0]) == 3
