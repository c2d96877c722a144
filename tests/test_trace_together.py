"""Many inputs traced together: each comes out, word for word, as it does alone."""

from __future__ import annotations

import gc
import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from corpus import newsroom
from corpus.newsroom import bureau
from corpus.stories import load_stories
from lineage import Article, Lineage, Span, trace
from lineage.descent.features import Story
from lineage.errors import UsageError
from lineage.overlap.formulas import LEAST_HOLDERS
from lineage.overlap.recurrence import LEAST_HOLDERS as RECURS
from lineage.tracing import SMALL, trace_all

NOW = datetime(2036, 1, 1, tzinfo=UTC)
Input = tuple[list[Article], dict[str, tuple[Span, ...]]]


def alone(inputs: list[Input]) -> list[Lineage]:
    return [trace(articles, aside=aside, now=NOW) for articles, aside in inputs]


def generated(seed: int, size: tuple[int, int]) -> Input:
    make = (newsroom.generate, bureau.generate)[seed % 2]
    level: Literal["easy", "medium", "hard"] = ("easy", "medium", "hard")[seed % 3]  # type: ignore[assignment]
    articles = list(make(seed, level, clocks="mixed", size=size).articles)
    return articles, {articles[0].id: (Span(0, len(articles[0].text) // 3),)} if seed % 4 == 0 else {}


def named(given: Input, name: str) -> Input:
    articles, aside = given
    return [replace(a, id=f"{name}-{a.id}") for a in articles], {f"{name}-{id}": own for id, own in aside.items()}


def test_small_and_large_ones_with_the_same_ids_and_with_others() -> None:
    inputs = [generated(seed, (2, 6)) for seed in range(24)]
    inputs += [named(generated(seed, (2, 6)), str(seed)) for seed in range(24)]
    inputs.insert(30, named(generated(101, (SMALL + 5, SMALL + 9)), "large"))
    inputs += [named((list(story.articles), {}), story.name) for story in load_stories()]
    assert list(trace_all(inputs, now=NOW)) == alone(inputs)


def test_in_brief_only_what_an_archive_does_not_keep_is_left_out() -> None:
    inputs = [generated(seed, (2, 6)) for seed in range(24)]
    whole = alone(inputs)
    bare = [
        replace(
            found,
            sources=tuple(replace(source, wording=()) for source in found.sources),
            unresolved=tuple(replace(question, passages=(), reasons=()) for question in found.unresolved),
        )
        for found in whole
    ]
    assert any(found.unresolved for found in whole)
    assert bare != whole
    assert list(trace_all(inputs, now=NOW, brief=True)) == bare


def test_what_was_measured_is_gone_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        assert any(found.sources for found in trace_all([generated(seed, (2, 6)) for seed in range(24)], now=NOW))
        assert not any(isinstance(held, Story) for held in gc.get_objects())
    finally:
        gc.enable()


def test_inputs_with_the_same_texts_know_nothing_of_each_other() -> None:
    story = load_stories()[0]
    inputs = [named((list(story.articles), {}), name) for name in "abc"]
    inputs += [named(([article], {}), f"single-{name}") for article in story.articles for name in "abc"]
    found = list(trace_all(inputs, now=NOW))
    assert found == alone(inputs)
    assert {len(one.derivations) for one in found[:3]} == {len(found[0].derivations)} != {0}
    assert not any(one.derivations or one.relations for one in found[3:])


def test_what_recurs_is_set_aside_in_the_input_where_it_does() -> None:
    rng = random.Random(1)

    def fresh(count: int) -> str:
        return " ".join(f"w{rng.randrange(10**9)}" for _ in range(count))

    phrase, notice = fresh(14), fresh(40)
    formula = [Article(f"f{n}", f"{fresh(60)} {phrase} {fresh(60)}") for n in range(LEAST_HOLDERS)]
    recurring = [Article(f"n{n}", f"{fresh(90)} {notice}", "The Gazette") for n in range(RECURS)]
    pair = [Article(f"p{n}", f"{fresh(60)} {phrase} {notice} {fresh(60)}", f"Paper {n}") for n in range(2)]
    inputs: list[Input] = [(formula, {}), (pair, {}), (recurring, {})]
    found = list(trace_all(inputs, now=NOW))
    assert found == alone(inputs)
    assert phrase in found[0].skipped[0].reason
    assert not found[1].skipped
    assert found[1].derivations or found[1].unresolved
    assert "furniture" in found[2].skipped[0].reason


def test_an_outlet_that_credits_tell_and_articles_that_occur_twice() -> None:
    text = load_stories()[0].articles[0].text
    copy = f"{text}\n\nThis story was first published by The Harrow Post."
    inputs: list[Input] = []
    for name in "ab":
        told = [Article(f"{name}1", text), Article(f"{name}2", copy, "Other"), Article(f"{name}1", "Another text.")]
        inputs.append((told, {}))
    found = list(trace_all(inputs, now=NOW))
    assert found == alone(inputs)
    assert all(one.skipped for one in found)


def test_an_input_without_articles_is_an_error() -> None:
    assert list(trace_all([])) == []
    with pytest.raises(UsageError, match="no article"):
        list(trace_all([([], {})]))
