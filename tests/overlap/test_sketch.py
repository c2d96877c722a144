"""Shingles and winnowing against slow twins, and the guarantee that winnowing gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lineage.overlap.shingles import NO_SHINGLE, SHINGLE, SHINGLE_ALONE, shingles
from lineage.overlap.winnow import COMPACT, DEFAULT, THOROUGH, density, ranks, winnow
from lineage.text.tokens import tokenize, tokenize_batch

WORDS = st.lists(st.sampled_from("alpha beta gamma delta eps zeta eta theta 新 闻 社 北 京 报 道".split()), max_size=60)
WINDOWS = st.sampled_from([1, 3, THOROUGH, DEFAULT, COMPACT])


def values_of(texts: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64], list[list[bool]]]:
    batch = tokenize_batch(texts)
    alone = [batch.article(i).alone.tolist() for i in range(len(texts))]
    return shingles(batch.hashes, batch.first, batch.alone), batch.first, alone


@settings(max_examples=200)
@given(st.lists(WORDS, min_size=1, max_size=5))
def test_a_shingle_depends_on_its_words_only(articles: list[list[str]]) -> None:
    values, first, alone = values_of([" ".join(words) for words in articles])
    seen: dict[tuple[str, ...], int] = {}
    for number, words in enumerate(articles):
        own = values[first[number] : first[number + 1]].tolist()
        assert len(own) == len(words)
        for place, value in enumerate(own):
            size = SHINGLE_ALONE if alone[number][place] else SHINGLE
            shingle = tuple(words[place : place + size])
            if len(shingle) < size:
                assert value == int(NO_SHINGLE)
            else:
                assert seen.setdefault(shingle, value) == value != int(NO_SHINGLE)
    assert len(set(seen.values())) == len(seen)


def slow_winnow(values: list[int], window: int) -> set[int]:
    if len(values) < window:
        least = min(values, default=int(NO_SHINGLE))
        return {i for i, value in enumerate(values) if value == least != int(NO_SHINGLE)}
    chosen: set[int] = set()
    for start in range(len(values) - window + 1):
        here = values[start : start + window]
        chosen |= {start + i for i, value in enumerate(here) if value == min(here) != int(NO_SHINGLE)}
    return chosen


@settings(max_examples=200)
@given(st.lists(WORDS, min_size=1, max_size=5), WINDOWS)
def test_winnow_equals_the_slow_twin(articles: list[list[str]], window: int) -> None:
    values, first, _ = values_of([" ".join(words) for words in articles])
    expected: set[int] = set()
    for start, end in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        expected |= {start + i for i in slow_winnow(values[start:end].tolist(), window)}
    assert winnow(values, first, window).tolist() == sorted(expected)


@settings(max_examples=200)
@given(st.lists(WORDS, min_size=1, max_size=5))
def test_open_shingles_come_first(articles: list[list[str]]) -> None:
    batch = tokenize_batch([" ".join(words) for words in articles])
    values, words = shingles(batch.hashes, batch.first, batch.alone).tolist(), batch.hashes.tolist()
    found = ranks(np.array(values, np.uint64), batch.hashes).tolist()
    for i, value in enumerate(values):
        if value == int(NO_SHINGLE):
            assert found[i] == value
        else:
            own = words[i : i + SHINGLE]
            assert found[i] == (1 if own[2] == min(own) else value)


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=5, max_size=40),
    *[st.lists(st.sampled_from("abcdefgh"), max_size=20)] * 4,
    WINDOWS,
)
def test_every_shared_run_has_a_common_fingerprint(
    shared: list[str],
    head: list[str],
    tail: list[str],
    other_head: list[str],
    other_tail: list[str],
    window: int,
) -> None:
    shared = (shared * (window + SHINGLE - 1))[: max(len(shared), window + SHINGLE - 1)]
    texts = [" ".join(head + shared + tail), " ".join(other_head + shared + other_tail)]
    marks = []
    for text, before in zip(texts, (head, other_head), strict=True):
        batch = tokenize_batch([text])
        values = shingles(batch.hashes, batch.first, batch.alone)
        chosen = winnow(ranks(values, batch.hashes), batch.first, window)
        marks.append({(int(at) - len(before), int(values[at])) for at in chosen})
    inside = {mark for mark in marks[0] & marks[1] if 0 <= mark[0] <= len(shared) - SHINGLE}
    assert inside


@pytest.mark.parametrize("window", [THOROUGH, DEFAULT, COMPACT])
def test_the_guarantee_holds_in_characters_where_words_have_no_spaces(window: int) -> None:
    run = "路透社北京三月五日电国务院总理在会议上表示经济增长目标"[: window + SHINGLE_ALONE - 1]
    marks = []
    for text in (f"甲乙丙丁戊己庚辛{run}子丑寅卯", f"天地玄黄{run}宇宙洪荒日月盈昃"):
        batch = tokenize_batch([text])
        values = shingles(batch.hashes, batch.first, batch.alone)
        marks.append(set(values[winnow(ranks(values, batch.hashes), batch.first, window)].tolist()))
    assert marks[0] & marks[1]


def test_the_number_of_fingerprints_is_as_expected() -> None:
    rng = np.random.default_rng(5)
    text = " ".join(f"w{n}" for n in rng.integers(0, 10**6, 20_000))
    for window in (THOROUGH, DEFAULT, COMPACT):
        batch = tokenize_batch([text])
        values = shingles(batch.hashes, batch.first)
        chosen = winnow(values, batch.first, window)
        assert len(chosen) / 20_000 == pytest.approx(2 / (window + 1), rel=0.05)  # Schleimer and others, theorem
        chosen = winnow(ranks(values, batch.hashes), batch.first, window)
        assert len(chosen) / 20_000 == pytest.approx(density(window), rel=0.05)


def test_fingerprints_are_the_same_on_every_machine() -> None:
    found = tokenize("The harbour bridge will close on Monday for repairs")
    assert [hex(value) for value in found.hashes[:2].tolist()] == ["0x3f22e647f786995e", "0x6550314b5a12111e"]
    values = shingles(found.hashes, np.array([0, len(found)]))
    assert hex(int(values[0])) == "0x80f79477bd7aa1e"
