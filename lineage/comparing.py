"""`compare`: what two articles share."""

from __future__ import annotations

from dataclasses import replace

from lineage import finding
from lineage.article import one
from lineage.model import Article, Overlap
from lineage.overlap.rewording import with_rewrites
from lineage.settings import Settings


def compare(
    a: Article,
    b: Article,
    *,
    profile: finding.Profile = "news",
    rewrites: bool = True,
    settings: Settings = Settings(),
) -> Overlap:
    """Every passage that two articles share, down to runs of `settings.overlap.least_words` equal words.

    With `rewrites` reworded passages, too; `profile` says how much must speak for one: `news` demands that the words
    keep their order, `exhaustive` does not and finds "the same event" as well. What lacks only the order is given as
    `related`, and counts for nothing.

    The two may have the same id. Articles that share nothing give an `Overlap` without passages. Raises `UsageError`
    for what is no article, and for a profile that does not exist.
    """
    how = finding.profiled(profile)
    finest = replace(settings.overlap, window=1)
    pair = [replace(one(a), id="a"), replace(one(b), id="b")]
    found = finding.find_overlaps(pair, settings=replace(settings, overlap=finest))
    overlap = next(iter(found), Overlap("a", "b", (), 0.0, 0.0, 0, 0))
    if rewrites:
        (overlap,) = with_rewrites([overlap], pair, how)
    return replace(overlap, a=a.id, b=b.id)
