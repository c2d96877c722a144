"""A story is the same story in whatever files it comes."""

from __future__ import annotations

import html
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

import lineage
from lineage.model import Article, Lineage

STORY = Path(__file__).parent.parent / "corpus" / "samples" / "rail-strike"
ARTICLES = sorted(lineage.read_articles(STORY), key=lambda article: article.id)


def rows() -> list[dict[str, str | None]]:
    """The articles with the names that other people give their columns."""
    return [
        {
            "uid": article.id,
            "Source": article.outlet,
            "date_publish": None if article.published is None else str(article.published),
            "headline": article.title,
            "lang": article.language,
            "maintext": article.text,
        }
        for article in ARTICLES
    ]


def page(article: Article) -> str:
    head = {
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": str(article.published) if article.published else None,
    }
    body = "".join(f"<p>{html.escape(line)}</p>" for line in article.text.splitlines() if line.strip())
    return f"""<!DOCTYPE html><html lang="{article.language or ""}"><head><meta charset="utf-8">
        <meta property="og:site_name" content="{html.escape(article.outlet or "")}">
        <script type="application/ld+json">{json.dumps(head)}</script></head><body>
        <header><a href="/">Home</a> <a href="/sport">Sport</a></header><main><article>{body}</article></main>
        <aside><ul><li><a href="/1">Ten recipes for a rainy day</a></li></ul></aside></body></html>"""


def as_json(folder: Path) -> None:
    (folder / "news.json").write_text(json.dumps({"status": "ok", "articles": rows()}, indent=1))


def as_parquet(folder: Path) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist(rows()), folder / "news.parquet", row_group_size=2)


def as_pages(folder: Path) -> None:
    pytest.importorskip("trafilatura")
    for article in ARTICLES:
        (folder / article.id).mkdir()
        (folder / article.id / "index.html").write_text(page(article), encoding="utf-8")


def as_archive(folder: Path) -> None:
    pytest.importorskip("trafilatura")
    with (folder / "news.warc").open("wb") as file:
        for article in ARTICLES:
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(article).encode()
            head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://{article.id}\r\n"
            file.write(f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n")


def as_documents(folder: Path) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for article in ARTICLES:
        told = {"outlet": article.outlet, "published": article.published, "title": article.title}
        front = [f"{name}: {value}" for name, value in told.items() if value]
        lines = [*front, "", *article.text.splitlines()]
        body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
        with zipfile.ZipFile(folder / f"{article.id}.docx", "w") as file:
            file.writestr("word/document.xml", f"<w:document xmlns:w='{space}'><w:body>{body}</w:body></w:document>")


def as_a_zip(folder: Path) -> None:
    with zipfile.ZipFile(folder / "news.zip", "w") as file:
        for path in STORY.iterdir():
            file.write(path, f"story/{path.name}")


WAYS = [as_json, as_parquet, as_pages, as_archive, as_documents, as_a_zip]


def claims(found: Lineage) -> set[tuple[str, str]]:
    named = {source.id: source.name for source in found.sources}
    edges = {(claim.child, claim.parent) for claim in found.derivations}
    return edges | {(child, named[source.id] or "") for source in found.sources for child in source.children}


@pytest.mark.parametrize("written", WAYS)
def test_the_same_lineage(tmp_path: Path, written: Callable[[Path], None]) -> None:
    written(tmp_path)
    articles = list(lineage.read_articles(tmp_path))
    assert {(a.id, a.outlet, str(a.published), a.title) for a in articles} == {
        (a.id, a.outlet, str(a.published), a.title) for a in ARTICLES
    }
    assert claims(lineage.trace(articles)) == claims(lineage.trace(ARTICLES))


def test_long_ids_can_be_given_as_they_are_printed(tmp_path: Path) -> None:
    """Addresses are the ids of pages in web archives: what tells them apart is at their end."""
    path = tmp_path / "news.jsonl"
    at = "courier.example/2025/05/22/local/transport/and-more"
    path.write_text("".join(json.dumps({"id": f"{at}/{a.id}", "text": a.text}) + "\n" for a in ARTICLES))

    def said(*words: str) -> str:
        call = [sys.executable, "-m", "lineage", *words]
        return subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=False).stdout

    shown = said("scan", str(path), "--archive", str(tmp_path / "a"))
    printed = shown.split("title\n")[1].split()[4]
    assert "…" in printed
    assert len(printed) <= 48
    assert "5 articles, 1 independent origin" in said("show", printed, "--archive", str(tmp_path / "a"))
    assert said("show", at, "--archive", str(tmp_path / "a")) == ""  # it may be any of them
    assert said("why", printed, str(path)).startswith(f"{printed} ←")


@pytest.mark.parametrize("written", [as_json, as_parquet, as_archive, as_a_zip])
def test_the_same_again_changes_nothing(tmp_path: Path, written: Callable[[Path], None]) -> None:
    (tmp_path / "input").mkdir()
    written(tmp_path / "input")
    (file,) = (tmp_path / "input").iterdir()
    call = [sys.executable, "-m", "lineage", "scan", str(file), "--archive", str(tmp_path / "archive")]
    said = [subprocess.run(call, capture_output=True, text=True, check=True).stdout.splitlines()[0] for _ in range(2)]
    assert said == ["6 articles: 6 new, 0 known already", "6 articles: 0 new, 6 known already"]
