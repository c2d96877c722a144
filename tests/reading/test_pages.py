"""HTML pages: the text of the article, and what the page says of itself; hostile ones cost themselves."""

from __future__ import annotations

import html
import json
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.errors import UsageError
from lineage.model import Article, Skipped
from lineage.pipeline import read_articles
from lineage.reading import Limits, stream_articles
from lineage.reading.fields import article
from lineage.reading.formats import _installed
from lineage.reading.pages import page_record

pytest.importorskip("trafilatura")

PARAGRAPHS = [
    "The harbour board will close the northern quay for repairs from Monday, its chairwoman Ida Lund said.",
    "Two ferries move to the southern basin, and the fish market stays where it is until summer, she told reporters.",
    "The repairs, which cost four million crowns, had been put off twice since the storm of the year before last.",
]


def markup(head: str = "", *, lang: str = "en", paragraphs: list[str] = PARAGRAPHS, around: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
    foot = "<footer><p>All rights reserved. <a href='/terms'>Terms</a> of use apply to you.</p></footer>"
    return (
        f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head>"
        f"<body>{menu}<article><h1>Quay closes</h1>{body}</article>{around}{foot}</body></html>"
    )


def linked(**told: Any) -> str:
    return f"<script type='application/ld+json'>{json.dumps(told)}</script>"


def read(path: Path, **options: Any) -> tuple[list[Article], list[Skipped]]:
    stream = stream_articles(path, **options)
    return list(stream), stream.skipped


def only(folder: Path, content: str | bytes, name: str = "quay.html", **options: Any) -> Article:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (article,), _ = read(path, **options)
    return article


def test_a_page_with_everything(tmp_path: Path) -> None:
    head = """<title>Quay closes - Harbour Courier</title>
        <meta property="og:site_name" content="Harbour Courier | News from the coast">
        <meta property="og:title" content="Quay closes"><meta name="author" content="Ann Berg">
        <meta property="article:published_time" content="2024-05-01T10:00:00+02:00">
        <meta property="article:modified_time" content="2024-05-01T12:30:00+02:00">
        <meta property="og:url" content="https://www.courier.example/2024/quay">
        <link rel="canonical" href="https://www.courier.example/2024/quay">"""
    article = only(tmp_path, markup(head, lang="en-GB"))
    assert article.text.split("\n")[-3:] == PARAGRAPHS
    assert "Home" not in article.text
    assert "rights reserved" not in article.text
    assert (article.id, article.outlet, article.title) == ("quay", "Harbour Courier", "Quay closes")
    assert article.published == datetime.fromisoformat("2024-05-01T10:00:00+02:00")
    assert (article.author, article.language, article.url) == (
        "Ann Berg",
        "en",
        "https://www.courier.example/2024/quay",
    )
    assert dict(article.extra) == {"host": "courier.example", "modified": "2024-05-01T12:30:00+02:00"}


@pytest.mark.parametrize("graph", [False, True])
def test_what_linked_data_say(tmp_path: Path, graph: bool) -> None:
    story = {
        "@type": ["NewsArticle"], "headline": "Quay &amp; market", "datePublished": "2024-05-01", "inLanguage": "sv-SE",
        "author": [{"@type": "Person", "name": "Ann"}, {"@id": "#bo"}], "publisher": {"@id": "#org"},
    }  # fmt: skip
    others = [{"@type": "Organization", "@id": "#org", "name": "Courier"}, {"@id": "#bo", "name": "Bo"}]
    head = linked(**{"@graph": [*others, story]}) if graph else linked(**story) + linked(a=others)
    article = only(tmp_path, markup("<title>x</title>" + head, lang=""))
    assert (article.title, article.published, article.language) == ("Quay & market", date(2024, 5, 1), "sv")
    if graph:
        assert (article.author, article.outlet) == ("Ann, Bo", "Courier")


def test_an_agency_as_publisher_does_not_hide_whose_page_it_is(tmp_path: Path) -> None:
    told = linked(**{"@type": "NewsArticle", "publisher": {"name": "Nordwire"}})
    site = "<meta property='og:site_name' content='Courier'>"
    assert only(tmp_path, markup(told + site)).outlet == "Courier"


def test_a_known_outlet_is_known_by_its_address(tmp_path: Path) -> None:
    """Whatever its site calls itself; a name that is known goes before the address."""
    for name, site, own in (
        ("a", "U.S.", "<link rel=canonical href='https://www.reuters.com/a'>"),
        ("b", "", "<link rel=canonical href='https://reuters.com/b'>"),
        ("c", "The Guardian", "<link rel=canonical href='https://www.reuters.com/c'>"),
        ("d", "U.S.", "<link rel=canonical href='https://courier.example/d'>"),
    ):
        (tmp_path / f"{name}.html").write_text(markup(f"<meta property='og:site_name' content='{site}'>{own}"))
    assert [article.outlet for article in read_articles(tmp_path)] == ["Reuters", "Reuters", "The Guardian", "U.S."]


def test_whose_page_it_is_where_it_does_not_say(tmp_path: Path) -> None:
    canonical = "<link rel='canonical' href='https://www.courier.example/quay'>"
    assert only(tmp_path, markup(canonical)).outlet == "courier.example"
    site = "<meta property='og:site_name' content='https://courier.example'>"
    assert only(tmp_path, markup(canonical + site)).outlet == "courier.example"
    assert only(tmp_path, markup("<link rel='canonical' href='/quay'>")).url is None
    assert only(tmp_path, markup()).outlet is None


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ("<meta name='date' content='2024-05-01'>", "", date(2024, 5, 1)),
        (
            "<meta name='DC.date' content='Wed, 01 May 2024 10:00 GMT'>",
            "",
            datetime(2024, 5, 1, 10, tzinfo=UTC),
        ),
        ("<meta itemprop='datePublished' content='20240501'>", "", date(2024, 5, 1)),
        ("", "<main><time datetime='2024-05-01T10:00Z'>May</time></main>", datetime(2024, 5, 1, 10, tzinfo=UTC)),
        ("<meta name='date' content='last week'>", "<time pubdate datetime='2024-05-01'>x</time>", date(2024, 5, 1)),
        ("<meta property='article:published_time' content='0001-01-01T00:00:00Z'>", "", None),
        ("<meta property='article:published_time' content='1970-01-01T00:00:00Z'>", "", None),
        ("<meta name='date' content='yesterday'>", "<footer><time datetime='2020-01-01'>x</time></footer>", None),
    ],
)
def test_times(tmp_path: Path, head: str, body: str, published: Any) -> None:
    assert only(tmp_path, markup(head, around=body)).published == published


@pytest.mark.parametrize(
    ("charset", "declared", "note"),
    [
        ("utf-8", "", None),
        ("utf-8", "<meta charset='iso-8859-1'>", None),  # valid UTF-8 is nothing else
        ("cp1252", "<meta charset=ISO-8859-1>", None),
        ("cp1252", "", "not UTF-8; read as Windows-1252"),
        ("cp1251", "<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>", None),
        ("utf-16", "", None),
        ("iso2022_jp", "<meta charset='iso-2022-jp'>", None),
        ("gb18030", "<meta charset=gb2312>", None),
        ("cp1252", "<meta charset=no-such-thing>", "not UTF-8; read as Windows-1252"),
        ("cp1252", "<meta charset=base64>", "not UTF-8; read as Windows-1252"),
        ("cp1252", "<meta charset=undefined>", "not UTF-8; read as Windows-1252"),
        ("cp1252", "<meta charset=idna>", "not UTF-8; read as Windows-1252"),
        ("euc_kr", "<meta charset=euc-kr>", None),
        ("shift_jis", "<meta charset=Shift_JIS>", None),
        ("cp1252", "<meta charset=utf-8>", "not all of it is utf-8, as it says"),
    ],
)
def test_charsets(tmp_path: Path, charset: str, declared: str, note: str | None) -> None:
    word = {"cp1251": "Гавань", "iso2022_jp": "港湾", "gb18030": "码头", "euc_kr": "부두", "shift_jis": "港湾"}.get(
        charset, "Kväll"
    )
    path = tmp_path / "quay.html"
    path.write_bytes(markup(declared, paragraphs=[f"{word}. {paragraph}" for paragraph in PARAGRAPHS]).encode(charset))
    (article,), skipped = read(path)
    assert (f"{word}. The harbour" in article.text) == (note is None or "1252" in note)
    assert [entry.reason for entry in skipped] == ([note] if note else [])


@pytest.mark.parametrize("content", ["", " \n", "<html>", "<html><body><img src=a.png></body></html>"])
def test_a_page_without_an_article_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(content)
    articles, skipped = read(path)
    assert articles == []
    assert [(entry.kind, entry.reason) for entry in skipped] == [("unreadable", "no article's text found in the page")]


DEEP = "<div>" * 90_000 + "<p>" + PARAGRAPHS[0]
HOSTILE = {
    "tags": "<p>x " * 100_001,
    "deep": DEEP,
    "attributes": "<div " + " ".join(f"a{n}=x" for n in range(50_000)) + ">" + PARAGRAPHS[0],
    "data": linked(a=1).replace("1", "[" * 50_000) + PARAGRAPHS[0],
    "graph": linked(a=1).replace('"a": 1', '"@graph": {' * 900) + PARAGRAPHS[0],
    "entities": '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p>&b;' + PARAGRAPHS[0],
    "zeros": "\0" * 1000 + markup().replace("<p>", "\0<p>\0"),
    "comments": "<html><!--" * 40_000,
    "a long attribute": markup(f"<meta name=x content='{'word > ' * 5000}'><svg><path d=\"{'1 2 ' * 5000}\"/></svg>"),
    "addresses": markup("<link rel=canonical href='http://[::1'><meta property='og:url' content='http://[x/'>"),
    "surrogates": markup("<title>&#xd800;&#0;&#xffffffff;</title>", lang="\x01"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_cost_themselves_only(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.html").write_bytes(HOSTILE[name].encode())
    (tmp_path / "b.html").write_text(markup())
    begin = time.process_time()
    articles, skipped = read(tmp_path)
    assert articles[-1].id == "b"
    assert len(articles) + len(skipped) >= 2
    assert all(json.dumps([a.text, a.title, dict(a.extra)]).encode() and a.text.encode() for a in articles)
    assert time.process_time() - begin < 10  # 0.5 s here; without the limits it would be minutes
    assert len(articles) == 2 or name != "a long attribute"
    if name in ("tags", "attributes"):
        assert "limit" in skipped[0].reason


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["http://[", "+99999", "#a"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "@id", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
TOLD = st.dictionaries(
    st.sampled_from(["headline", "datePublished", "dateModified", "author", "publisher", "inLanguage", "@id"]), VALUE
)


@settings(max_examples=100, deadline=None)
@given(told=TOLD, content=st.text(max_size=30), graph=VALUE)
def test_whatever_a_page_says_it_is_read(told: dict[str, Any], content: str, graph: Any) -> None:
    names = ("date", "og:url", "og:site_name", "author", "og:locale")
    head = "".join(f"<meta name='{name}' content='{html.escape(content)}'>" for name in names)
    data = json.dumps([graph, {"@graph": graph}, {"@type": "NewsArticle", **told}]).replace("</", "<\\/")
    page = markup(f"{head}<script type='application/ld+json'>{data}</script>")
    found = page_record(page.encode("utf-8", "replace"), Limits())
    assert found.reason is None
    article(found.columns, "page", {})


def test_a_page_over_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(markup())
    articles, skipped = read(tmp_path / "a.html", limits=Limits(record_bytes=100))
    assert articles == []
    assert skipped[0].reason == "longer than 100 bytes, the limit for one record"


def test_folders_of_pages(tmp_path: Path) -> None:
    """Mirrors call most pages `index.html`; an index may say more of a page than it does itself."""
    only(tmp_path, markup(), "quay-closes/index.html")
    only(tmp_path, markup(), "ferries-move/index.htm")
    only(tmp_path, markup("<meta property='og:site_name' content='Site'>"), "c.html")
    rows = [{"file": "c.html", "outlet": "Courier"}, {"id": "empty", "file": "d.html"}]
    (tmp_path / "d.html").write_text("<p>")
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    articles, skipped = read(tmp_path)
    assert [(article.id, article.outlet) for article in articles] == [
        ("c", "Courier"), ("ferries-move", None), ("quay-closes", None),
    ]  # fmt: skip
    assert [str(entry).partition("articles.jsonl")[2] for entry in skipped] == [
        ":2: names 'd.html': no article's text found in the page"
    ]


@pytest.mark.parametrize("module", ["trafilatura", "lxml_html_clean"])
def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    _installed.cache_clear()
    try:
        (tmp_path / "a.html").write_text(markup())
        with pytest.raises(UsageError, match=r"needs pip install 'news-lineage\[web\]'"):
            stream_articles(tmp_path / "a.html")
        (tmp_path / "articles.jsonl").write_text(json.dumps({"file": "a.html"}))
        assert "news-lineage[web]" in read(tmp_path)[1][0].reason
    finally:
        _installed.cache_clear()


def test_nothing_is_said_aside(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_text("<html><body></body></html>")
    read(tmp_path / "a.html")
    assert capfd.readouterr() == ("", "")
