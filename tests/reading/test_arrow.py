"""Parquet and Arrow files, as pyarrow and others write them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lineage.errors import UsageError
from lineage.model import Article, Skipped
from lineage.reading import Limits, stream_articles
from lineage.reading.formats import _installed

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")
pq = pytest.importorskip("pyarrow.parquet")

ROWS: list[dict[str, Any]] = [{"id": f"a{n}", "Body": f"Text {n} ü", "source": "Courier", "n": n} for n in range(1000)]


def write(table: Any, path: Path) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=100)
    elif path.suffix == ".feather":
        feather.write_feather(table, path, chunksize=100)
    else:
        writer = pa.ipc.new_stream(path, table.schema) if "stream" in path.stem else pa.ipc.new_file(path, table.schema)
        with writer:
            writer.write_table(table, max_chunksize=100)
    return path


def read(path: Path, **options: Any) -> tuple[list[Article], list[Skipped]]:
    stream = stream_articles(path, **options)
    return list(stream), stream.skipped


NAMES = ["t.parquet", "t.feather", "t.arrow", "stream.arrow", "t.ipc"]


@pytest.mark.parametrize("name", NAMES)
def test_rows_come_as_they_were_written(tmp_path: Path, name: str) -> None:
    path = write(pa.Table.from_pylist(ROWS), tmp_path / name)
    articles, skipped = read(path)
    assert skipped == []
    assert articles == [Article(f"a{n}", f"Text {n} ü", "Courier", extra={"n": n}) for n in range(1000)]
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read(packed)[0] == articles


def test_columns_of_many_types(tmp_path: Path) -> None:
    moment = datetime(2024, 5, 1, 10, 0, 0, 123456, tzinfo=UTC)
    table = pa.table(
        {
            "text": pa.array([b"One", b"\xff", b"Three"], pa.binary()),
            "published": pa.array([moment, None, moment], pa.timestamp("ns", "UTC")),
            "outlet": pa.array(["Post", "Post", None]).dictionary_encode(),
            "picture": pa.array([b"\x89PNG"] * 3, pa.large_binary()),
            "tags": pa.array([["a"], [], None]),
            "day": pa.array([date(2024, 5, 1)] * 3),
        }
    )
    path = write(table, tmp_path / "t.parquet")
    articles, skipped = read(path)
    assert [(article.id, article.text, article.outlet, article.published) for article in articles] == [
        ("t:1", "One", "Post", moment),
        ("t:3", "Three", None, moment),
    ]
    assert articles[0].extra == {"tags": ["a"], "day": date(2024, 5, 1)}
    assert [(entry.line, entry.kind, entry.reason.split(";")[0]) for entry in skipped] == [
        (None, "noted", "bytes in picture"),
        (2, "unreadable", "not UTF-8"),
    ]


def test_a_value_that_is_no_utf8_costs_its_row(tmp_path: Path) -> None:
    data = pa.py_buffer(b"One\xff\xfeThree")
    texts = pa.StringArray.from_buffers(3, pa.py_buffer(b"\0\0\0\0\3\0\0\0\5\0\0\0\n\0\0\0"), data)
    articles, skipped = read(write(pa.table({"text": texts}), tmp_path / "t.feather"))
    assert [article.text for article in articles] == ["One", "Three"]
    assert [(entry.line, entry.reason.split(";")[0]) for entry in skipped] == [(2, "not UTF-8")]


def test_columns_named_by_the_user_empty_texts_and_long_ones(tmp_path: Path) -> None:
    rows = [{"inhalt": "One"}, {"inhalt": None}, {"inhalt": "x" * 200}, {"inhalt": ""}]
    path = write(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    articles, skipped = read(path, mapping={"text": "inhalt"}, limits=Limits(record_bytes=100))
    assert [article.text for article in articles] == ["One", ""]
    assert [(entry.line, entry.kind) for entry in skipped] == [(2, "unreadable"), (3, "unreadable"), (4, "noted")]


def test_a_damaged_row_group_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=100, use_dictionary=False)
    data = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(3).column(1)
    data[column.data_page_offset : column.data_page_offset + 20] = b"\xff" * 20
    path.write_bytes(data)
    articles, skipped = read(path)
    assert [article.id for article in articles] == [f"a{n}" for n in range(1000) if not 300 <= n < 400]
    (told,) = skipped
    assert (told.line, told.kind) == (301, "unreadable")
    assert "damaged: the 100 rows from here on" in told.reason


@pytest.mark.parametrize("name", NAMES)
def test_every_tenth_of_a_file_that_was_cut_short(tmp_path: Path, name: str) -> None:
    path = write(pa.Table.from_pylist(ROWS), tmp_path / name)
    whole = path.read_bytes()
    for part in range(10):
        path.write_bytes(whole[: len(whole) * part // 10])
        articles, skipped = read(path)
        assert [article.id for article in articles] == [f"a{n}" for n in range(len(articles))]
        assert skipped
        assert all(entry.kind == "unreadable" for entry in skipped)


def test_feather_of_the_first_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.feather").write_bytes(b"FEA1" + bytes(100))
    assert "first version" in read(tmp_path / "t.feather")[1][0].reason


def test_an_empty_table(tmp_path: Path) -> None:
    for name in NAMES:
        assert read(write(pa.table({"text": pa.array([], pa.string())}), tmp_path / name)) == ([], [])


def test_memory_is_that_of_a_row_group(tmp_path: Path) -> None:
    """A table of 90 MB, in row groups of 1.5 MB, adds less than 30 MB to what pyarrow takes."""
    path = tmp_path / "t.parquet"
    rows = pa.table({"id": [str(n) for n in range(500)], "text": [f"{n} " * 800 for n in range(500)]})
    with pq.ParquetWriter(path, rows.schema, compression="none", use_dictionary=False) as writer:
        for _ in range(60):
            writer.write_table(rows)
    code = """
import sys, resource, pyarrow.parquet
from lineage.reading import stream_articles
peak = lambda: int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
stream = stream_articles(sys.argv[1])
next(stream)
before = peak()
print(sum(1 for _ in stream), peak() - before)
"""
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc here")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, grown = map(int, done.stdout.split())
    assert count == 29_999
    assert grown < 30_000  # kB


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("A")
    write(pa.Table.from_pylist(ROWS), tmp_path / "t.parquet")
    write(pa.Table.from_pylist(ROWS), tmp_path / "u.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    _installed.cache_clear()
    try:
        with pytest.raises(UsageError, match=r"t\.parquet: needs pip install 'news-lineage\[tables\]'"):
            stream_articles(tmp_path / "t.parquet")
        stream = stream_articles(tmp_path)
        assert [article.id for article in stream] == ["a"]
        assert [entry.kind for entry in stream.skipped] == ["unreadable", "noted"]  # told once, counted twice
        assert json.dumps([str(entry) for entry in stream.skipped]).count("news-lineage[tables]") == 2
    finally:
        _installed.cache_clear()
