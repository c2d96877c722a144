"""Folders: an index stands for the files it names, once; what leads elsewhere is refused; the rest goes on."""

from __future__ import annotations

import gzip
import inspect
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lineage.errors import UsageError
from lineage.reading import ArticleStream, stream_articles


def index(folder: Path, *records: Any, name: str = "articles.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def ids(stream: ArticleStream) -> list[str]:
    return [article.id for article in stream]


def test_files_in_deeper_folders_that_an_index_names_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "a.txt").write_text("A")
    (tmp_path / "deep" / "er" / "b.txt").write_text("B")
    (tmp_path / "deep" / "er" / "c.txt").write_text("C")
    index(tmp_path, {"file": "deep/a.txt"}, {"file": "deep/../deep/er/./b.txt"})
    assert ids(stream_articles(tmp_path)) == ["a", "b", "c"]


def test_what_a_record_says_goes_before_the_front_matter_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("id: inner\noutlet: Inner\npublished: 2024-05-01\n\nText")
    (tmp_path / "b.md").write_text("---\nid: inner\ndesk: city\n---\nText")
    index(tmp_path, {"_id": "outer", "file": "a.txt", "source": "Outer", "title": None}, {"file": "b.md"})
    first, second = stream_articles(tmp_path)
    assert (first.id, first.outlet, first.published, first.text) == ("outer", "Outer", date(2024, 5, 1), "Text")
    assert (second.id, dict(second.extra)) == ("inner", {"desk": "city", "file": "b.md"})


def test_an_index_with_columns_of_other_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text")
    index(tmp_path, {"nid": 5, "file": "a.txt"}, {"nid": 6, "txt": "Own"})
    stream = stream_articles(tmp_path, mapping={"id": "nid", "text": "txt"})
    assert [(article.id, article.text) for article in stream] == [("5", "Text"), ("6", "Own")]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../outside.txt", "outside the folder"),
        ("/etc/hostname", "outside the folder"),
        ("deep/../../outside.txt", "outside the folder"),
        ("link.txt", "outside the folder"),
        ("a\0b.txt", "no file's name"),
        ("x" * 5000 + ".txt", "too long"),
        ("\ud800.txt", "no such file"),
        ("gone.txt", "no such file"),
        ("deep", "no file of one article"),
        ("picture.png", "no file of one article"),
        ("articles.jsonl", "no file of one article"),
        ("folder.txt", "is a directory"),
    ],
)
def test_a_name_that_leads_nowhere_costs_its_record_only(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    folder = tmp_path / "stories"
    (folder / "deep").mkdir(parents=True)
    (folder / "folder.txt").mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "good.txt").write_text("Good")
    listed = index(folder, {"file": name}, {"id": "own", "file": name, "text": "Own"}, {"file": "good.txt"})
    stream = stream_articles(listed.parent)
    articles = {article.id: article.text for article in stream if article.id != "link"}
    assert articles == {"own": "Own", "good": "Good"}
    (told,) = [entry for entry in stream.skipped if entry.kind == "unreadable"]
    assert (told.file, told.line) == (str(listed), 1)
    assert why in told.reason


def test_an_index_beside_a_packed_one_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl.gz").write_bytes(gzip.compress(index(tmp_path, {"id": 1, "text": "A"}).read_bytes()))
    stream = stream_articles(tmp_path)
    assert ids(stream) == ["1"]
    assert [(Path(entry.file).name, entry.kind) for entry in stream.skipped] == [("articles.jsonl.gz", "noted")]


def test_links_that_lead_in_circles_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "to-a.txt").symlink_to(tmp_path / "a.txt")
    stream = stream_articles(tmp_path)
    assert ids(stream) == ["a", "to-a"]
    assert [(Path(entry.file).name, entry.kind) for entry in stream.skipped] == [
        ("round", "noted"),
        ("self.txt", "unreadable"),
    ]
    (tmp_path / "way").symlink_to(tmp_path, target_is_directory=True)
    assert ids(stream_articles(tmp_path / "way")) == ["a", "to-a"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_deep_folders_and_pipes_do_no_harm(tmp_path: Path) -> None:
    deepest = str(tmp_path)
    for _ in range(300):
        deepest += "/d"
        os.mkdir(deepest)
    Path(deepest, "a.txt").write_text("A")
    os.mkfifo(tmp_path / "pipe.txt")
    stream = stream_articles(tmp_path)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)  # a walk that calls itself would need a frame a folder
    try:
        assert ids(stream) == ["a"]
    finally:
        sys.setrecursionlimit(before)
    assert [Path(entry.file).name for entry in stream.skipped] == ["pipe.txt"]


def test_what_is_closed_to_us_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name in ("a.txt", "closed.txt", "z.txt"):
        (tmp_path / name).write_text(name)
    closed = tmp_path / "closed.txt"
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("this user may read everything")
    stream = stream_articles(tmp_path, closed)
    assert ids(stream) == ["a", "z"]
    assert [str(entry) for entry in stream.skipped] == [f"{closed}: permission denied"] * 2


def test_an_error_of_the_disk_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.jsonl", "c.txt"):
        (tmp_path / name).write_text('{"text": "x"}')
    whole = Path.open

    def fails(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "b.jsonl":
            raise OSError(5, "Input/output error")
        return whole(path, *args, **options)

    monkeypatch.setattr(Path, "open", fails)
    stream = stream_articles(tmp_path)
    assert ids(stream) == ["a", "c"]
    assert [str(entry) for entry in stream.skipped] == [f"{tmp_path / 'b.jsonl'}: input/output error"]


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "c/a.txt", "a.txt", "B.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [entry.text + entry.id for entry in stream_articles(tmp_path)]
    assert found == ["xB", "xz", "xa", "xb", "xa"]


def test_paths_of_other_kinds_name_those_that_are_read(tmp_path: Path) -> None:
    for name in ("page.pdf", "crawl.arc.gz", "table.xlsx", "all.7z", "list.yaml"):
        (tmp_path / name).write_text("")
        with pytest.raises(UsageError, match=r"\.jsonl"):
            stream_articles(tmp_path / name)
    for name in ("gone.txt", "page.pdf/a.txt", "a\0b"):
        with pytest.raises(UsageError, match="no such file"):
            stream_articles(tmp_path / name)
