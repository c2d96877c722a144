"""A story that has lost an article: what was taken from it is from a text that is not there."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from corpus import newsroom
from corpus.newsroom import bureau
from corpus.newsroom.lacking import lacking

GENERATORS: list[Any] = [newsroom.generate, bureau.generate]


@pytest.mark.parametrize("generate", GENERATORS, ids=["newsroom", "bureau"])
def test_what_was_taken_from_the_lost_article_is_from_a_text_that_is_not_there(generate: Any) -> None:
    named = lone = 0
    for seed in range(12):
        whole = generate(seed, "easy", split="train")
        story = lacking(whole, Random(seed))
        ids = {article.id for article in story.articles}
        gone = {article.id: article for article in whole.articles if article.id not in ids}
        if not gone:
            assert story is whole
            continue
        ((id, article),) = gone.items()
        lost = story.truth.unseen[-1]
        assert (lost.id, lost.text) == (id, article.text)
        assert set(lost.children) == {edge.child for edge in whole.truth.edges if edge.parent == id}
        assert set(story.truth.edges) == {edge for edge in whole.truth.edges if id not in (edge.child, edge.parent)}
        assert story.truth.unseen[:-1] == whole.truth.unseen
        assert not any(id in node.children for node in whole.truth.unseen)
        assert article.outlet not in {other.outlet for other in story.articles}
        texts = {other.id: other.text for other in story.articles}
        assert len(lost.children) > 1 or lost.name == article.outlet
        if lost.name is not None:
            assert any(lost.name in texts[child] for child in lost.children)
        named += lost.name is not None
        lone += len(lost.children) == 1
    assert named >= 3
    assert lone >= 1


@pytest.mark.parametrize("generate", GENERATORS, ids=["newsroom", "bureau"])
def test_the_same_is_lost_again_and_a_story_of_strangers_stays_whole(generate: Any) -> None:
    story = generate(3, "medium", split="train")
    assert lacking(story, Random(1)) == lacking(story, Random(1))
    alone = generate(3, "medium", split="train", alone=True)
    assert lacking(alone, Random(1)) is alone
