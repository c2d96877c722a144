"""The compiled kernel against its twins in numpy: the same values bit for bit, for any text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage import kernel
from lineage.archive.joining import gathered
from lineage.archive.marks import CROWDED, Marks
from lineage.archive.register import Register
from lineage.archive.reprints import MANY, VALUES, firsts
from lineage.archive.rows import Rows
from lineage.archive.segments import Segment, merged, write
from lineage.descent.trees import shipped
from lineage.kernel import Room, lookups
from lineage.kernel.build import build
from lineage.kernel.postings import arranged
from lineage.overlap import candidates
from lineage.overlap.alike import MOST_SEEDS, Vectors, seeds
from lineage.overlap.candidates import Postings, Segments, group, segments
from lineage.overlap.collection import Collection, Prepared, parse
from lineage.overlap.minhash import signatures, signed
from lineage.overlap.partitions import Partitions
from lineage.overlap.shingles import shingles
from lineage.overlap.winnow import fingerprints, sketch
from lineage.text import tokens
from lineage.text.quotes import find_quotes, quotes_in
from lineage.text.tokens import joined, laid, tokenize_batch, tokenize_encoded

pytestmark = pytest.mark.skipif(kernel.library() is None, reason="the kernel was not compiled here")

TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(max_codepoint=0x2FF),
        st.characters(max_codepoint=0xFF),
        st.sampled_from("aB c'’ʼ\"ß\u00adﬁİ́̈\u200b\ufe0f中文かไท\u093f\ud800①²ªاَـ한\u1161\n  "),
    ),
    max_size=120,
)


# What has one byte a character in the kernel, and what is nearly so
NARROW = st.text(
    st.one_of(st.characters(max_codepoint=0xFF), st.sampled_from("aeü ß'ß’“”–…\xa0Éÿ×÷\u200b\ufe0e\u037eś\xad²😀 ")),
    max_size=120,
)
TEXTS = st.lists(st.one_of(TEXT, NARROW), max_size=5)

PIECES = st.sampled_from(
    [
        *"“”„‟«»‹›「」『』〝〞〟＂\"'‘’‚`",
        *"\n\r\u2028\x85\x0b \t\u3000.!?。…,;:—-(5sS_İſé中\ud800\0",
        *(
            "``",
            "''",
            "'''",
            "\r\n",
            "\n  ",
            "\n\n",
            "word ",
            "The boys",
            "s’ dam ",
            " 'tis ",
            "'TİL ",
            "‘till ",
            "‘tıl",
        ),
        *("5'11", "5′ 1", "six words of a good speech", "x" * 400 + ". ", "y " * 300, "z" * 700),
    ]
)


@contextmanager
def without_kernel() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "library", lambda: None)
        yield


def columns(*values: Any) -> list[list[int]]:
    return [np.asarray(value).tolist() for value in values]


@settings(max_examples=500, deadline=None)
@given(TEXTS)
@example(["ß" * n + "x" * (16 - n) + " ü" + "y" * n for n in range(18)])
@example(["“ß’s” ▶\ufe0e'x’ ’n' a’ü", "▶\ufe0e ß\xad\ufe0e", "word " * 12 + "wörd " * 20 + "É’" * 40, "\ufe0eü"] * 2)
@example(["a''b 'tis o'clock' x'\u0301y 中'a 中\u0301'a a'中"])
@example(["ﬁ" * 20 + "Straße" * 9 + "\u0149", "", "x" * 63 + "é" + "y" * 64, " ", "'", "\u00ad"])
def test_words(texts: list[str]) -> None:
    with without_kernel():
        twin = tokenize_batch(texts)
    for mine in (tokenize_batch(texts), tokenize_encoded(*joined(texts))):
        assert columns(mine.first, mine.hashes, mine.starts, mine.ends) == columns(
            twin.first, twin.hashes, twin.starts, twin.ends
        )
        for index in range(len(texts)):
            assert columns(mine.article(index).alone) == columns(twin.article(index).alone)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.data(), st.booleans())
def test_words_that_are_kept(texts: list[str], data: st.DataObject, many: bool) -> None:
    """Some words of each article are what they are among all; of many texts, too, which are read in parts."""
    whole, word = tokenize_batch(texts), st.integers(0, 40)
    pairs = [sorted(data.draw(st.tuples(word, word))) for _ in texts]
    kept = np.array(pairs, np.int64).reshape(-1, 2)
    with pytest.MonkeyPatch.context() as patch:
        if many:
            patch.setattr(tokens, "AT_ONCE", 100)
        mine = tokenize_batch(texts, room=Room(), kept=kept)
    with without_kernel():
        twin = tokenize_batch(texts, kept=kept)
    for batch in (mine, twin):
        assert columns(batch.sizes) == columns(np.diff(whole.first))
        for index, (low, high) in enumerate(pairs):
            own, every = batch.article(index), whole.article(index)
            assert columns(own.hashes, own.starts, own.ends, own.alone) == columns(
                every.hashes[low:high], every.starts[low:high], every.ends[low:high], every.alone[low:high]
            )


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from([1, 4, 8, 12]))
@example(["a b c d e f g h i j k l m n o p q r s t", "e\u0301 x y z w v u t s", "", "中文字" * 9], 8)
@example(["word " * 40 + "é" + "\U0001f600" * 17 + "x" * 33], 4)
def test_sketch(texts: list[str], window: int) -> None:
    room = Room()
    sizes, counted = np.empty(len(texts), np.int64), np.empty(len(texts), np.int64)
    data, bounds, narrow = laid(texts, room)
    mine = sketch(data, bounds, texts.__getitem__, window, room, seed=7, sizes=sizes, narrow=narrow)
    with without_kernel():
        batch = tokenize_batch(texts, seed=7)
        twin = fingerprints(batch.hashes, batch.first, batch.alone, window)
        other = sketch(*joined(texts), texts.__getitem__, window, seed=7, sizes=counted)
    assert columns(*mine, sizes) == columns(*twin, np.diff(batch.first)) == columns(*other, counted)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([0, 1, 50, 3000, 40_000]), st.sampled_from([1, 16, 30, 44, 64]), st.integers(0, 2**32))
def test_postings_in_the_order_of_their_fingerprints(size: int, bits: int, seed: int) -> None:
    """Of fingerprints that are spread, or few, or alike but for their upper or their lower bits."""
    rng = np.random.default_rng(seed)
    hashes = rng.integers(0, 1 << bits, size, np.uint64, endpoint=False) if bits < 64 else rng.bytes(8 * size)
    hashes = np.frombuffer(hashes, np.uint64) if isinstance(hashes, bytes) else hashes
    hashes = hashes << np.uint64(64 - bits if seed % 2 else 0)
    words, contexts = (rng.integers(0, 1 << 31, size).astype(kind) for kind in (np.int32, np.uint32))
    counts = np.bincount(np.sort(rng.integers(0, 9, size)), minlength=9).astype(np.int64)
    numbers = np.repeat(np.arange(9, dtype=np.uint32), counts)
    twin = Rows(hashes >> np.uint64(16), numbers, words.astype(np.uint32), contexts).sorted()
    mine = arranged(hashes, words, contexts, counts, Room())
    assert mine is not None
    assert columns(*mine) == columns(twin.keys, twin.articles, twin.words, twin.contexts)


@pytest.mark.parametrize("sizes", [(1,), (0, 3), (2000, 500, 2000), (40, 0, 40, 40, 40)])
def test_merged_postings(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    """Of segments with keys that they share; one of them has words beyond 65,535."""
    rng = np.random.default_rng(len(sizes))
    parts = []
    for number, size in enumerate(sizes):
        keys = np.sort(rng.integers(0, 300, size).astype(np.uint64) << np.uint64(27 + 8 * (number % 2)))
        articles, words = rng.integers(0, 9, size), rng.integers(0, 70_000 if number == 1 else 400, size)
        contexts = rng.integers(0, 1 << 32, size).astype(np.uint32)
        parts.append(Rows(keys, articles.astype(np.uint32), words.astype(np.uint32), contexts))
    opened = []
    for part in parts:
        widest = int(part.words.max(initial=0))
        name, digest = write(tmp_path, [part], len(part), widest=widest, spans=False)
        opened.append(Segment(tmp_path / name, digest))
    whole = Rows.joined(parts, spans=False).sorted()
    assert columns_of(merged(opened)) == columns_of([whole])
    with without_kernel():
        assert columns_of(merged(opened)) == columns_of([whole])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=6),
    st.sampled_from([0, MANY - 1, MANY, 26, 40]),
    st.integers(0, 2**32),
)
def test_near_copies_in_groups(sizes: list[int], alike: int, seed: int) -> None:
    """Of texts by chance, of which some in each group are alike but for a few values; and of none without values."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 256, (200, VALUES)).astype(np.uint8)
    values[rng.random(200) < 0.1] = 0
    values[:alike] = np.where(rng.random((alike, VALUES)) < 0.1, values[:alike], values[0])
    group = np.repeat(np.arange(len(sizes)), sizes)
    articles = rng.integers(0, 80, len(group))
    ranks = rng.permutation(200).astype(np.uint64)
    mine = firsts(group, articles, ranks, values).tolist()
    with without_kernel():
        assert firsts(group, articles, ranks, values).tolist() == mine


@pytest.mark.parametrize("most", [1, 40, 1 << 18])
@pytest.mark.parametrize("sizes", [(), (0,), (700, 2000), (40, 900, 40, 40, 900)])
def test_groups_of_equal_fingerprints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...], most: int
) -> None:
    """Of fresh postings and those in segments; some have too many holders. In one call or more."""
    monkeypatch.setattr(lookups, "_MOST", most)
    rng = np.random.default_rng(len(sizes))

    def postings(size: int, first: int, last: int) -> Rows:
        keys = rng.integers(0, 300, size).astype(np.uint64) << np.uint64(38)
        articles, words = np.sort(rng.integers(first, last, size)), rng.integers(0, 70_000 if first else 400, size)
        contexts = rng.integers(0, 1 << 32, size).astype(np.uint32)
        return Rows(keys, articles.astype(np.uint32), words.astype(np.uint32), contexts).sorted()

    segments = []
    for number, size in enumerate(sizes):
        part = postings(size, 9 * number, 9 * number + 9)
        name, digest = write(tmp_path, [part], size, widest=int(part.words.max(initial=0)), spans=False)
        segments.append(Segment(tmp_path / name, digest))
    fresh = postings(500, 50, 60)
    ranks = rng.permutation(60).astype(np.uint64)
    register = Register(
        **{name: ranks if name == "ranks" else np.zeros(60, kind) for name, kind in Register.KINDS.items()}
    )
    crowded = np.unique(fresh.keys)[::7].tolist()
    marks = Marks({key: (CROWDED, int(rng.integers(0, 60))) for key in crowded})
    mine = gathered(fresh, segments, False, marks, register, Room())
    with without_kernel():
        twin = gathered(fresh, segments, False, marks, register, Room())
    assert columns(*mine.rows.columns, mine.opens, mine.fresh, mine.keys) == columns(
        *twin.rows.columns, twin.opens, twin.fresh, twin.keys
    )
    assert len(mine.keys) > 100 or not sum(sizes)


def columns_of(parts: Iterable[Rows]) -> list[list[int]]:
    """All columns of postings one after another, as they are told."""
    told = [[part.keys.tolist(), part.articles.tolist(), part.words.tolist(), part.contexts.tolist()] for part in parts]
    return [[value for part in column for value in part] for column in zip(*told, strict=True)]


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=5))
@example(["x" * 15 + "é" + "y" * 16, "\ud800", "", "\U0010ffff" * 3, "a" * 40])
def test_gathered_texts_are_those_that_python_encodes(texts: list[str]) -> None:
    data, bounds = joined(texts, Room())
    twin, ends = joined(texts)
    assert columns(bounds) == columns(ends)
    assert data[: bounds[-1]].tobytes() == twin[: ends[-1]].tobytes()
    assert len(data) >= bounds[-1] + len(kernel.PAD)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
@example(["a b c d e f g h i j k l", "e\u0301 x y z w v u t s", "", "中文字" * 9, "é" * 9 + " a b c d e f"])
def test_signatures_of_texts(texts: list[str]) -> None:
    mine = signed(texts, count=16)
    with without_kernel():
        twin = signed(texts, count=16)
    assert columns(mine.values, mine.sizes) == columns(twin.values, twin.sizes)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.one_of(st.lists(PIECES, max_size=40).map("".join), TEXT), max_size=4))
@example(["“" + "x" * 990 + ". y" + "z" * 20 + "\n“ab”", "''''“a'' b”'''a b c'"])
def test_quotes(texts: list[str]) -> None:
    first, starts, ends = quotes_in(*joined(texts))
    for index, text in enumerate(texts):
        own = slice(int(first[index]), int(first[index + 1]))
        assert tuple(zip(starts[own].tolist(), ends[own].tolist(), strict=True)) == find_quotes(text)
    with without_kernel():
        assert columns(*quotes_in(*joined(texts))) == columns(first, starts, ends)


READY = st.lists(
    st.one_of(
        st.sampled_from(
            ["word", "the", "a", "Straße", "ﬁeld", "e\u0301tude", "中文", "İz", "x\u00ady", "longer words", "É"]
        ),
        st.sampled_from([" ", ". ", "\n", "… ", ", ", "? "]),
        st.text(max_size=3),
    ),
    max_size=90,
).map("".join)


@settings(max_examples=100, deadline=None)
@given(st.lists(READY, min_size=1, max_size=4))
@example(["".join(f"w{k} " for k in range(1200)), "", "."])  # more stems than the table has room for at first
def test_texts_made_ready(texts: list[str]) -> None:
    collection = Collection()
    mine = [collection.prepare(text) for text in texts]
    with without_kernel():
        collection = Collection()
        twins = [collection.prepare(text) for text in texts]
    for one, twin in zip(mine, twins, strict=True):
        for name in (field.name for field in fields(Prepared)):
            ours, theirs = np.asarray(getattr(one, name)), np.asarray(getattr(twin, name))
            assert (name, ours.dtype, ours.tolist()) == (name, theirs.dtype, theirs.tolist())


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 12), max_size=60), min_size=1, max_size=4),
    st.sampled_from([1, 2, 4, 8, 12]),
    st.booleans(),
)
def test_fingerprints(articles: list[list[int]], window: int, alone: bool) -> None:
    words = np.array([word for article in articles for word in article], np.uint64)
    first = np.cumsum([0, *map(len, articles)])
    marks = (words % np.uint64(3) == 0) if alone else None
    mine, values = fingerprints(words, first, marks, window), shingles(words, first, marks)
    with without_kernel():
        twin, twin_values = fingerprints(words, first, marks, window), shingles(words, first, marks)
    assert columns(*mine, values) == columns(*twin, twin_values)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 3000), st.integers(1, 400), st.integers(0, 2**32 - 1))
@example(6000, 1, 0)
@example(50_000, 30_000, 0)
def test_groups(count: int, kinds: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    hashes = random.integers(0, 2**64 - 1, kinds, dtype=np.uint64)[random.integers(0, kinds, count)]
    postings = Postings(hashes, *np.zeros((2, count), np.int32), np.zeros(count, np.uint32))
    mine = group(postings)
    with without_kernel():
        twin = group(postings)
    assert columns(mine.postings, mine.starts, mine.ends) == columns(twin.postings, twin.starts, twin.ends)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 60), max_size=12),
    st.integers(1, 200),
    st.sampled_from([2, 5, 1000]),
    st.integers(0, 2**32 - 1),
)
@example([60] * 40, 20, 1000, 0)
def test_segments(counts: list[int], kinds: int, max_holders: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    size = sum(counts)
    words = np.concatenate([np.zeros(0, int), *(np.sort(random.choice(200, count, False)) for count in counts)])
    hashes = random.integers(0, 2**64 - 1, kinds, dtype=np.uint64)[random.integers(0, kinds, size)]
    contexts = random.integers(0, 3, (4, size)) << np.arange(0, 32, 8)[:, None]
    made = Partitions(1 << 20)
    made.add(hashes, words.astype(np.int32), contexts.sum(axis=0).astype(np.uint32), np.array(counts, np.int64))
    shared = made.shared()
    mine = list(segments(*shared, max_holders=max_holders))
    with without_kernel():
        twin = list(segments(*shared, max_holders=max_holders))
    names = [field.name for field in fields(Segments)]
    assert [columns(*(getattr(some, name) for name in names)) for some in mine] == [
        columns(*(getattr(some, name) for name in names)) for some in twin
    ]
    with pytest.MonkeyPatch.context() as patch:  # an article's entries in several looks, a block of one article
        patch.setattr(candidates, "_LOOK", 7)
        patch.setattr(candidates, "BLOCK_SEEDS", 20)
        few = list(segments(*shared, max_holders=max_holders))
    for name in names:
        parts = [np.concatenate([getattr(some, name) for some in found] or [[]]) for found in (mine, few)]
        np.testing.assert_array_equal(*parts)


@pytest.mark.parametrize("shift", [0, 20, 40, 63])
@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 1023, 1024, 5000, 70_000])
def test_sort(count: int, shift: int) -> None:
    found = kernel.library()
    assert found is not None
    keys = np.random.default_rng(count).integers(0, 2**64 - 1, count, dtype=np.uint64) >> np.uint64(shift)
    expected = np.sort(keys)
    kernel.sort(found, keys)
    assert (keys == expected).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 90), min_size=1, max_size=5), st.sampled_from([1, 16, 128]))
def test_signatures(sizes: list[int], count: int) -> None:
    shingles = np.random.default_rng(sum(sizes)).integers(0, 2**64 - 1, sum(sizes), dtype=np.uint64)
    first = np.cumsum([0, *sizes])
    mine = signatures(shingles, first, count=count)
    with without_kernel():
        twin = signatures(shingles, first, count=count)
    assert columns(mine.values, mine.sizes) == columns(twin.values, twin.sizes)


def test_without_a_compiler_nothing_is_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CC", "/nowhere/no-such-compiler")
    assert not build(tmp_path / "kernel.so")
    assert not list(tmp_path.iterdir())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_trees(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    trees = shipped("edge")
    cases = random.choice([np.nan, 0.0, *trees.threshold[:200].tolist(), -3.5, 1e9], (count, len(trees.names)))
    base, mine = trees.contributions(cases)
    with without_kernel():
        assert trees.contributions(cases)[0] == base
        assert columns(trees.contributions(cases)[1]) == columns(mine)


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXT, min_size=2, max_size=2), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.2, 0.9]))
@example(["", "one"], 0, 0.0)
@example(["One two three. Four five six!", "Six five four. Three two one one one. Seven of all."], 3, 0.2)
def test_sentences_that_are_alike(texts: list[str], seed: int, least: float) -> None:
    one, other = map(parse, texts)
    random = np.random.default_rng(seed)
    free = random.random(len(one.units) - 1) < 0.8, random.random(len(other.units) - 1) < 0.8
    pair = Vectors.of_pair(one, other, free)
    mine = seeds(*pair, least)
    with without_kernel():
        twin = seeds(*pair, least)
    assert columns(mine.a, mine.b, mine.cosine) == columns(twin.a, twin.b, twin.cosine)
    collection = Collection()
    first, second = (collection.prepare(text) for text in texts)
    same = seeds(Vectors.of(first, collection, free[0]), Vectors.of(second, collection, free[1]), least)
    assert columns(same.a, same.b, same.cosine) == columns(mine.a, mine.b, mine.cosine)


def test_sentences_that_are_alike_without_end() -> None:
    pair = Vectors.of_pair(*[parse("The same again. " * 700)] * 2, (np.ones(700, bool), np.ones(700, bool)))
    found = seeds(*pair, 0.5)  # 490,000 pairs: there is place for fewer in the kernel
    assert len(found) == MOST_SEEDS
    assert found.cosine.min() > 0.999999
