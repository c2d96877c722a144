"""Two texts of one agency in one input: who prints which."""

from __future__ import annotations

import random

import pytest

from lineage import Article
from lineage.descent.claims import weigh
from lineage.tracing import measured


def prose(rng: random.Random, words: int) -> str:
    sentences = []
    while words > 0:
        size = min(words, rng.randrange(9, 19))
        sentences.append(" ".join(f"w{rng.randrange(10**6)}" for _ in range(size)).capitalize() + ".")
        words -= size
    return " ".join(sentences)


@pytest.mark.parametrize("seed", range(4))
def test_an_article_is_from_the_text_of_its_own_group(seed: int) -> None:
    """The paper that names nobody shares its whole text with one that names the agency, and a paragraph with another,
    which is no more than these two papers' reports have in common.
    """
    rng = random.Random(seed)
    background, text = prose(rng, 60), prose(rng, 440)
    made = [
        Article("far", f"{prose(rng, 700)}\n\n{background}\n\n(Nordwire)", "Harbour Post"),
        Article("near", f"{text}\n\n{background}\n\n(Nordwire)", "Island Courier"),
        Article("mute", f"{prose(rng, 30)} {text}\n\n{background}", "Fjord Gazette"),
    ]
    rng.shuffle(made)
    place = {article.id: number for number, article in enumerate(made)}
    story = measured(made)
    _, proposals = weigh(story.story, story.groups)
    behind = {tuple(proposal.named): proposal.children.keys() for proposal in proposals if proposal.named}
    assert story.groups[place["mute"]] == story.groups[place["near"]] != story.groups[place["far"]]
    assert behind[place["far"],] == {place["far"]}
    assert behind[place["near"],] == {place["near"], place["mute"]}
