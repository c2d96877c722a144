"""`compare`: what two articles share."""

from __future__ import annotations

from dataclasses import replace

from lineage import pipeline
from lineage.model import Article, Overlap
from lineage.settings import Settings


def compare(
    a: Article,
    b: Article,
    *,
    profile: pipeline.Profile = "news",
    rewrites: bool = True,
    settings: Settings = Settings(),
) -> Overlap:
    """Every passage that two articles share, down to runs of `settings.overlap.least_words` equal words.

    The two may have the same id. Articles that share nothing give an `Overlap` without passages.
    """
    finest = replace(settings.overlap, window=1)
    twin = replace(b, id="b") if a.id == b.id == "a" else b
    named = replace(a, id="a") if a.id == twin.id else a
    found = pipeline.find_overlaps(
        [named, twin], profile=profile, rewrites=rewrites, settings=replace(settings, overlap=finest)
    )
    overlap = next(iter(found), Overlap(a.id, b.id, (), 0.0, 0.0, 0, 0))
    return replace(overlap, a=a.id, b=b.id)
