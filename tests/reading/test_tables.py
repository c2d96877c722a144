"""Tables as they come: quoted, cut, mixed; every bad row is named with the line in which it begins."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.model import Article, Skipped
from lineage.reading import Limits, stream_articles


def read(path: Path, content: str | bytes, limits: Limits | None = None) -> tuple[list[Article], list[Skipped]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    stream = stream_articles(path, limits=limits or Limits())
    return list(stream), stream.skipped


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ('id,"te\nxt",text\na,x,One\n', ["One"]),  # a header of two lines
        ("\n\nid,text\na,One\n", ["One"]),
        ("id,text\r\na,One\r\n\r\nb,Two", ["One", "Two"]),
        ("id,text\ra,One\rb,Two\r", ["One", "Two"]),
        ('"one; two",text\n1,"One\r\nand ""more"""\n', ['One\r\nand "more"']),
        ("id,text\n", []),
        ("", []),
    ],
)
def test_tables_as_they_come(tmp_path: Path, content: str, texts: list[str]) -> None:
    articles, skipped = read(tmp_path / "dump.csv", content)
    assert [article.text for article in articles] == texts
    assert skipped == []


def test_a_tsv_of_one_column_holds_commas(tmp_path: Path) -> None:
    articles, skipped = read(tmp_path / "dump.tsv", "text\nOne, two; three\n")
    assert [article.text for article in articles] == ["One, two; three"]
    assert skipped == []


def test_an_open_quotation_mark_does_not_swallow_rows_in_silence(tmp_path: Path) -> None:
    articles, skipped = read(tmp_path / "dump.csv", 'id,text\na,One\nb,"Two\nc,Three\nd,Four\n')
    assert [article.id for article in articles] == ["a"]
    assert [(entry.line, entry.reason) for entry in skipped] == [
        (3, "a quotation mark is never closed; lost up to line 5")
    ]


def test_a_row_over_the_limit_is_left_out_and_the_next_is_read(tmp_path: Path) -> None:
    long = "x" * 2000
    content = f'id,text\na,"{long}"\nb,Two\nc,"{"y" * 600}\n{"y" * 600}"\nd,Four\n'
    articles, skipped = read(tmp_path / "dump.csv", content, Limits(record_bytes=1000))
    assert [article.id for article in articles] == ["b", "d"]
    assert [entry.line for entry in skipped] == [2, 4]
    assert all("longer than 1,000 bytes" in entry.reason for entry in skipped)


@pytest.mark.parametrize("content", [b"id,t\xff\na,b\n", b'id,"text\na,b\n', b"id," + b"x" * 2000 + b"\na,b\n"])
def test_a_header_that_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    articles, skipped = read(tmp_path / "dump.csv", content, Limits(record_bytes=1000))
    assert articles == []
    assert [entry.kind for entry in skipped] == ["unreadable"]
    assert "header" in skipped[0].reason


def test_the_process_keeps_its_own_limit_for_cells(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(f"id,text\na,{'x' * 200_000}\nb,Two\n")
    before = csv.field_size_limit()
    stream = stream_articles(path)
    assert len(next(stream).text) == 200_000
    assert csv.field_size_limit() == before
    assert len(list(stream)) == 1


def test_every_bad_row_is_named_and_the_good_ones_are_read(tmp_path: Path) -> None:
    rng = random.Random(3)
    rows, good, bad, line = [b"id,text"], [], [], 2
    for number in range(2000):
        if rng.random() < 0.01:
            bad.append(line)
            rows.append(rng.choice([b"alone", b"a,b,c", b"x,\xe9\xff", b'x,"two\nlines",y']))
        else:
            good.append(str(number))
            rows.append(rng.choice([b'%d,"one\ntwo, ""three"""', b"%d,plain"]) % number)
        line += rows[-1].count(b"\n") + 1
    articles, skipped = read(tmp_path / "dump.csv", b"\n".join(rows))
    assert [article.id for article in articles] == good
    assert [entry.line for entry in skipped] == bad


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=3, max_size=3), max_size=5),
    delimiter=st.sampled_from(",;\t"),
)
def test_any_cells_come_back_as_they_were(tmp_path: Path, rows: list[list[str]], delimiter: str) -> None:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["text", "one", "two"], *rows])
    articles, skipped = read(tmp_path / "dump.csv", table.getvalue())
    assert [[article.text, article.extra["one"], article.extra["two"]] for article in articles] == rows
    assert [entry.reason for entry in skipped] == ["the text is empty" for text, *_ in rows if not text.strip()]
