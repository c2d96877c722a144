"""A story of which one article has been lost: what others took from it is then from a text that is not there.

The newsrooms leave out agencies' texts, releases and what nobody else has; the articles of their papers are all there.
A collection has some papers and not others, so that what a paper prints is from one that is not in it as well.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from corpus.newsroom.stories import Unseen


def lacking(story: Any, rng: Random) -> Any:
    """A story of either newsroom without one of its articles, and the truth (edges, unseen texts) without it; the
    story itself where no article can be spared.

    What may be lost is the only article of its outlet, took from nobody, and leaves a trace: two articles that took
    from it, or one that names its outlet for it.
    """
    able = [found for article in story.articles if (found := _left(story, article)) is not None]
    if not able:
        return story
    lost = rng.choice(able)
    edges = tuple(edge for edge in story.truth.edges if edge.parent != lost.id)
    articles = type(story.articles)(article for article in story.articles if article.id != lost.id)
    return replace(
        story, articles=articles, truth=replace(story.truth, edges=edges, unseen=(*story.truth.unseen, lost))
    )


def _left(story: Any, article: Any) -> Unseen | None:
    """What an article is once it is lost; None where it may not be."""
    truth = story.truth
    children = tuple(sorted(edge.child for edge in truth.edges if edge.parent == article.id))
    below = {edge.child for edge in truth.edges} | {child for node in truth.unseen for child in node.children}
    outlets = Counter(other.outlet for other in story.articles)
    if article.id in below or not children or outlets[article.outlet] > 1:
        return None
    names = any(
        article.outlet in other.text and (other.id, article.outlet) not in truth.misnamed
        for other in story.articles
        if other.id in children
    )
    if len(children) < 2 and not names:
        return None
    return Unseen(article.id, article.outlet if names else None, "lost", article.text, children)
