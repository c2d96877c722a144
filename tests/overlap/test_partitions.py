"""The join out of core: temporary files instead of memory, and the same overlaps."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lineage import kernel
from lineage.errors import UsageError
from lineage.finding import find_overlaps
from lineage.model import Article, Overlap
from lineage.overlap.candidates import Postings, group
from lineage.overlap.partitions import Partitions
from lineage.reading.shelf import Spool, shelved
from lineage.settings import Settings


def stories(count: int, seed: int = 1) -> list[Article]:
    """Texts of random words, every third of which takes a passage from an earlier one."""
    random_ = random.Random(seed)
    made: list[list[str]] = []
    for number in range(count):
        words = [f"w{random_.randrange(4000)}" for _ in range(random_.randrange(0, 120))]
        if number % 3 == 2 and made:
            source = random_.choice(made)
            at = random_.randrange(max(1, len(source)))
            words[10:10] = source[at : at + random_.randrange(12, 60)]
        made.append(words)
    return [Article(f"a{n}", " ".join(words), outlet=f"o{n % 7}") for n, words in enumerate(made)]


@pytest.mark.parametrize("in_memory", [1, 300, 2000])
def test_the_overlaps_are_the_same(in_memory: int) -> None:
    articles = stories(150)
    plain = list(find_overlaps(articles))
    assert len(plain) > 20
    settings = Settings.from_mapping({"overlap": {"in_memory": in_memory}})
    assert list(find_overlaps(articles, settings=settings)) == plain


def test_shared_postings_are_those_that_one_part_gives() -> None:
    generator = np.random.default_rng(3)
    hashes = generator.integers(0, 2**64 - 1, 50, dtype=np.uint64)[generator.integers(0, 50, 400)]
    hashes[::2] = generator.integers(0, 2**64 - 1, 200, dtype=np.uint64)
    made = Partitions(in_memory=30)
    none = np.zeros(10, np.uint32)
    for first in range(0, 400, 10):
        made.add(hashes[first : first + 10], np.arange(10, dtype=np.int32), none, np.array([4, 0, 6]))
    postings, holders = made.shared()
    article = np.repeat(np.arange(120, dtype=np.int32), np.tile([4, 0, 6], 40))
    whole = Postings(hashes, article, np.tile(np.arange(10, dtype=np.int32), 40), np.zeros(400, np.uint32))
    expected = group(whole)

    def groups(of: Postings, held: object) -> set[tuple[tuple[int, int], ...]]:
        entries: dict[int, list[tuple[int, int]]] = {}
        for start, at in zip(held.starts.tolist(), held.postings.tolist(), strict=True):  # type: ignore[attr-defined]
            entries.setdefault(start, []).append((int(of.articles[at]), int(of.words[at])))
        return {tuple(places) for places in entries.values()}

    assert groups(postings, holders) == groups(whole, expected)
    assert (np.diff(holders.postings[holders.order]) > 0).all()
    assert made.counts.tolist() == [4, 0, 6] * 40


@pytest.mark.parametrize("in_memory", [15, 1000])
def test_words_of_long_articles_keep_their_numbers(in_memory: int) -> None:
    made = Partitions(in_memory)
    places = [*range(6), 65_534, 65_535, 65_536, 2**31 - 1]
    for some in ([7], places, places, places):
        hashes = np.arange(len(some), dtype=np.uint64) << np.uint64(50)
        made.add(hashes, np.array(some, np.int32), np.zeros(len(some), np.uint32), np.array([len(some)]))
    postings, _ = made.shared()
    assert postings.words.dtype == np.int32
    assert postings.words.tolist() == [7, *places, *places, *places]


def test_nothing_at_all() -> None:
    assert list(find_overlaps(iter([]), settings=Settings.from_mapping({"overlap": {"in_memory": 1}}))) == []


def test_a_generator_is_read_once_and_not_held() -> None:
    articles = stories(60)
    alive: list[int] = []

    def coming() -> Iterator[Article]:
        for number, article in enumerate(articles):
            alive.append(number)
            yield article

    assert list(find_overlaps(coming())) == list(find_overlaps(articles))
    assert alive == list(range(60))


def test_a_spool_gives_the_texts_back() -> None:
    articles = [Article("1", "naïve \ud800 日本"), Article("2", ""), Article("3", "x" * 9, outlet="O")]
    spool = Spool(iter(articles))
    assert list(spool) == articles == list(spool) == [spool[0], spool[1], spool[-1]]
    assert spool[1:] == articles[1:]
    with pytest.raises(IndexError):
        spool[3]


def test_an_arrow_table() -> None:
    arrow = pytest.importorskip("pyarrow")
    articles = stories(60)
    columns = {
        "id": [a.id for a in articles],
        "text": [a.text for a in articles],
        "outlet": [a.outlet for a in articles],
    }
    table = arrow.table(columns)
    plain: list[Overlap] = list(find_overlaps(articles))
    assert list(find_overlaps(table)) == plain
    assert list(find_overlaps(table.to_batches()[0])) == plain
    with pytest.raises(UsageError, match="no column text"):
        shelved(arrow.table({"id": ["1"]}))


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "dictionary"])
@pytest.mark.parametrize("library", [True, False], ids=["kernel", "numpy"])
def test_arrow_columns_of_any_make(kind: str, library: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    arrow = pytest.importorskip("pyarrow")
    if not library:
        monkeypatch.setattr(kernel, "library", lambda: None)
    articles = stories(40)
    for at, extra in ((3, "’tis o’clock, don’t"), (5, " é̀ 中文 ß"), (9, "ΑΒΓ’ ’’a’b")):
        articles[at] = replace(articles[at], text=f"{extra} {articles[at + 1].text} {extra}")
    for at in (0, 7, 39):
        articles[at] = replace(articles[at], text="")
    texts = [article.text or None for article in articles]
    column = arrow.array(texts).dictionary_encode() if kind == "dictionary" else arrow.array(texts, kind)
    parts = [column[:13], column[13:13], column[13:14], column[14:]]
    table = arrow.table({"id": [article.id for article in articles], "text": arrow.chunked_array(parts)})
    plain = [replace(article, outlet=None) for article in articles]
    assert list(find_overlaps(table)) == list(find_overlaps(plain))
    assert list(find_overlaps(table[4:30])) == list(find_overlaps(plain[4:30]))
    assert list(find_overlaps(table[:0])) == []


def test_arrow_columns_of_any_shape() -> None:
    arrow = pytest.importorskip("pyarrow")
    articles = [Article(str(number), article.text) for number, article in enumerate(stories(30))]
    plain = list(find_overlaps(articles))
    assert plain
    texts = arrow.array([article.text for article in articles])
    rows = arrow.array([{"id": article.id, "text": article.text} for article in articles])
    encoded = arrow.array([article.text.encode() for article in articles])
    for column in (texts, rows, encoded, encoded.dictionary_encode()):
        assert list(find_overlaps(column)) == plain
        assert list(find_overlaps(arrow.chunked_array([column[:11], column[11:]]))) == plain


def test_frames_that_speak_arrow() -> None:
    polars = pytest.importorskip("polars")
    articles = stories(30)
    frame = polars.DataFrame({"id": [a.id for a in articles], "text": [a.text for a in articles]})
    plain = list(find_overlaps([replace(article, outlet=None) for article in articles]))
    assert plain
    assert list(find_overlaps(frame)) == plain
    assert [overlap.passages for overlap in find_overlaps(frame["text"])] == [overlap.passages for overlap in plain]


def test_columns_without_ids_or_texts_are_refused() -> None:
    arrow = pytest.importorskip("pyarrow")
    with pytest.raises(UsageError, match="the column id has no value in 1 rows"):
        shelved(arrow.table({"id": ["1", None], "text": ["one", "two"]}))
    with pytest.raises(UsageError, match="holds int64, not text"):
        shelved(arrow.array([1, 2]))


def test_what_a_null_covers_is_not_read() -> None:
    arrow = pytest.importorskip("pyarrow")
    text = " ".join(f"word{k}" for k in range(40)).encode()
    bounds = arrow.py_buffer(np.array([0, len(text), 2 * len(text), 3 * len(text)], np.int32))
    data = arrow.py_buffer(text * 3)
    column = arrow.Array.from_buffers(arrow.string(), 3, [arrow.py_buffer(b"\x05"), bounds, data])
    assert column.to_pylist()[1] is None
    found = list(find_overlaps(arrow.table({"id": ["a", "b", "c"], "text": column})))
    assert [(overlap.a, overlap.b) for overlap in found] == [("a", "c")]


def test_bytes_that_are_no_text_are_refused() -> None:
    arrow = pytest.importorskip("pyarrow")
    bounds, data = arrow.py_buffer(np.array([0, 4], np.int32)), arrow.py_buffer(b"a\xff\xff\xff")
    broken = arrow.Array.from_buffers(arrow.string(), 1, [None, bounds, data])
    for column in (broken, arrow.array([b"\xf8\x90\x90\x90"])):
        with pytest.raises(UsageError, match="the column text cannot be read"):
            list(find_overlaps(arrow.table({"id": ["a"], "text": column})))


def test_ids_must_differ(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the same id, 'a1'"):
        list(find_overlaps([*stories(3), Article("a1", "another text")]))
