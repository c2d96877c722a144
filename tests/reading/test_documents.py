"""JSON documents: articles in lists, however the list is wrapped, one at a time; what is bad costs itself."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.errors import UsageError
from lineage.model import Article, Skipped
from lineage.reading import Limits, stream_articles
from lineage.reading.documents import json_document
from lineage.reading.packed import UnreadableError
from lineage.reading.source import Source

TWO = [{"id": "a", "text": "One"}, {"id": "b", "text": "Two"}]


def read(path: Path, **options: Any) -> tuple[list[Article], list[Skipped]]:
    stream = stream_articles(path, **options)
    return list(stream), stream.skipped


def ids(path: Path) -> list[str]:
    return [article.id for article in read(path)[0]]


@pytest.mark.parametrize(
    "document",
    [
        TWO,
        {"articles": TWO},
        {"status": "ok", "tags": ["x", 1], "total": 2, "articles": TWO, "next": None},
        {"response": {"meta": {"a": [1]}, "results": TWO}},
        {"pages": [TWO[:1], TWO[1:]]},
        {"one": TWO[:1], "two": TWO[1:]},
        [TWO[:1], [[TWO[1]]]],
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_articles_wherever_it_is(tmp_path: Path, document: Any, indent: int | None) -> None:
    path = tmp_path / "news.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(document, indent=indent).encode())
    articles, skipped = read(path)
    assert [(article.id, article.text) for article in articles] == [("a", "One"), ("b", "Two")]
    assert skipped == []


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_with_a_text_is_one_article(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "story.json"
    document = {"authors": [{"name": "Ann", "text": "no"}], "maintext": "One", "images": [{"src": "x"}]}
    path.write_text(json.dumps(document, indent=indent))
    (article,), skipped = read(path)
    assert (article.text, article.author, article.extra["images"]) == ("One", "Ann", [{"src": "x"}])
    assert skipped == []
    assert article.id == "story:1"


def test_json_lines_under_the_name_of_json(tmp_path: Path) -> None:
    path = tmp_path / "news.json"
    path.write_text("".join(json.dumps(row) + "\n" for row in TWO[:1]) + 'broken {\n{"text": "Two"}\n')
    articles, skipped = read(path)
    assert [article.id for article in articles] == ["a", "news:3"]
    assert [entry.line for entry in skipped] == [2]
    path.write_text(json.dumps({"text": None, "kicker": 1}) + "\n" + json.dumps(TWO[0]))
    articles, skipped = read(path)
    assert [article.id for article in articles] == ["a"]
    assert "no text" in skipped[0].reason


def test_records_without_an_id_are_numbered_and_columns_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "news.json"
    path.write_text(json.dumps({"articles": [{"inhalt": "One"}, {"inhalt": 7}, {"inhalt": "Three"}]}))
    articles, skipped = read(path, mapping={"text": "inhalt"})
    assert [(article.id, article.text) for article in articles] == [("news:1", "One"), ("news:3", "Three")]
    assert [(entry.line, entry.reason) for entry in skipped] == [(2, "the text is a number, not a string")]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": "x", "text": }', "broken JSON"),
        ('{"id": "x", "text": "y",}', "broken JSON"),
        ('{"id": "x", "text": [1, 2}', "broken JSON"),
        ('{"id": "x", "text": "\\q"}', "broken JSON"),
        ('{"id": "x", "text": "a\tb"}', "broken JSON"),
        ('{"id": "x", "text": "never closed}', "broken JSON"),
        ('{"id": "x", "text": "a\nb"}', "broken JSON"),
        ('{"id": "x"}', "no text"),
        ("7", "not an object"),
        ('"text"', "not an object"),
        ("null", "not an object"),
        ('{"id": "x", "text": "' + "x" * 300 + '"}', "longer than 200 bytes"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 18])
def test_a_bad_record_does_not_cost_the_others(bad: str, reason: str, size: int) -> None:
    data = f"[\n{json.dumps(TWO[0])},\n{bad},\n{json.dumps(TWO[1])}\n]".encode()
    pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
    found = list(json_document(Source(pieces, Limits(record_bytes=200), {})))
    told = {record.columns.get("id") or (record.reason or "") for record in found}
    assert {"a", "b"} <= told
    assert reason == "no text" or any(reason in each for each in told)


def test_a_document_that_was_cut_short(tmp_path: Path) -> None:
    whole = json.dumps({"articles": [{"id": str(n), "text": "x" * n} for n in range(40)]}).encode()
    path = tmp_path / "news.json"
    for cut in range(1, len(whole), 5):
        path.write_bytes(whole[:cut])
        articles, skipped = read(path)
        assert [article.id for article in articles] == [str(n) for n in range(len(articles))]
        assert skipped[-1].reason.startswith("truncated: the document ends in the middle") or not articles
        assert skipped[-1].kind == "unreadable"
    path.write_bytes(gzip.compress(whole)[:-9])
    assert read(path.rename(tmp_path / "news.json.gz"))[1][-1].reason.startswith("truncated")


def test_a_document_without_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A")
    for name, content in (("empty", "{}"), ("list", "[]"), ("truth", '{"edges": [{"child": 1}]}'), ("none", "")):
        (tmp_path / f"{name}.json").write_text(content)
    stream = stream_articles(tmp_path)
    assert [article.id for article in stream] == ["a"]
    assert [(Path(entry.file).stem, entry.kind) for entry in stream.skipped] == [
        (name, "noted") for name in ("empty", "list", "none", "truth")
    ]
    assert stream.skipped[-1].reason == "no article in it"
    (asked,) = read(tmp_path / "truth.json")[1]  # which the user named, and not just its folder
    assert (asked.kind, asked.reason) == (
        "unreadable", "no article in it; no text: expected a field 'text', found 'child'"
    )  # fmt: skip


def test_notes_about_articles_are_no_articles_in_a_folder(tmp_path: Path) -> None:
    """A field named `article` may hold an id; and beside much else a text or two may stand in a file about texts."""
    long = "The council said on Monday that the bridge would be closed until the end of May. "
    about = {"credits": [{"article": f"a{n}", "name": "Nordwire"} for n in range(9)], "edges": [{"child": "a1"}]}
    (tmp_path / "credits.json").write_text(json.dumps(about))
    (tmp_path / "truth.json").write_text(json.dumps({"quoted": [{"text": long}], **about}))
    (tmp_path / "news.json").write_text(json.dumps([{"id": f"n{n}", "text": long * n} for n in range(1, 40)] + [{}]))
    (tmp_path / "short.json").write_text(json.dumps([{"id": "s", "text": long}, {"id": "t", "text": long}])[:-9])
    stream = stream_articles(tmp_path)
    assert [article.id for article in stream] == [*(f"n{n}" for n in range(1, 40)), "s"]
    assert {Path(entry.file).stem: (entry.kind, entry.reason) for entry in stream.skipped} == {
        "credits": ("noted", "no article in it"),
        "truth": ("noted", "texts in 1 of its first 11 objects only; not read, unless it is named itself"),
        "news": ("unreadable", "no text: expected a field 'text', found an empty record"),
        "short": ("unreadable", "truncated: the document ends in the middle, after 1 articles"),
    }
    assert len(read(tmp_path / "truth.json")[0]) == 10  # the user knows what he names


@pytest.mark.parametrize("content", ["hello", "<html><p>{x} [y]</p>", '"a string"', "}{", "[" * 5000, '{"a":' * 5000])
def test_what_is_no_document_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "news.json"
    path.write_text(content)
    articles, skipped = read(path)
    assert articles == []
    assert [entry.kind for entry in skipped] == ["unreadable"] * len(skipped)
    assert skipped


def test_standard_input_takes_documents() -> None:
    def texts(data: bytes) -> list[str]:
        return [article.text for article in stream_articles("-", stdin=io.BytesIO(data))]

    assert texts(json.dumps(TWO).encode()) == ["One", "Two"]
    assert texts(json.dumps({"articles": TWO}).encode() + b"\n") == ["One", "Two"]
    assert texts(json.dumps({"articles": TWO}, indent=1).encode()) == ["One", "Two"]
    assert texts(b"[Corrected] A text.") == ["[Corrected] A text."]


def objects(count: int) -> Iterator[bytes]:
    yield b'{"articles": ['
    for number in range(count):
        yield json.dumps({"id": str(number), "text": 'a "text" \\ ' * 300, "n": [{"x": [1]}]}).encode() + b","
    yield b'{"id": "last", "text": ""}]}'


def test_memory_does_not_grow_with_the_document() -> None:
    tracemalloc.start()
    count = sum(1 for _ in json_document(Source(objects(1500), Limits(record_bytes=10_000), {})))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1501  # 6 MB of them
    assert peak < 2_000_000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def expected(value: Any) -> list[Any]:
    """The plain twin: the outermost objects in lists."""
    if isinstance(value, list):
        return [each for item in value for each in ([item] if isinstance(item, dict) else expected(item))]
    return [each for item in value.values() for each in expected(item)] if isinstance(value, dict) else []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=5), VALUES, max_size=3), data=st.data())
def test_the_same_as_a_parser_that_holds_all(value: Any, data: st.DataObject) -> None:
    mark = {"text": "the last one", "n": value}
    document = [value, mark] if isinstance(value, list) else {**value, "zz": [mark]}
    if isinstance(document, dict) and "text" in {str(name).strip().casefold() for name in document}:
        return
    raw = json.dumps(document, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from([None, 1])))
    size = data.draw(st.integers(1, 40))
    encoded = raw.encode("utf-8", "surrogatepass")
    pieces = iter([encoded[at : at + size] for at in range(0, len(encoded), size)])
    found = [record.columns for record in json_document(Source(pieces, Limits(), {})) if not record.reason]
    assert found == expected(document)


def test_random_bytes_do_no_harm() -> None:
    rng = random.Random(5)
    for _ in range(1000):
        data = bytes(rng.choice(b'{}[]",:\\\n ae1') for _ in range(rng.randrange(60)))
        size = rng.randrange(1, 9)
        source = Source(iter([data[at : at + size] for at in range(0, len(data), size)]), Limits(record_bytes=30), {})
        with contextlib.suppress(UnreadableError):
            list(json_document(source))


def test_a_path_of_another_kind_says_which_are_read(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_text("")
    with pytest.raises(UsageError, match=r"\.json, "):
        stream_articles(tmp_path / "page.pdf")
