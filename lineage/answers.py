"""The nouns of an archive's answers: its stories, its routes, what is known of one article, who uses one.

As those of `model`: frozen values, no input or output.
"""

from __future__ import annotations

from collections.abc import Mapping

from lineage.dataclass import dataclass
from lineage.model import Article, Lineage, Origins, Overlap, Skipped, Span


@dataclass(frozen=True, slots=True)
class Story:
    """A story of an archive: articles joined by derivations, sources or open questions.

    `id` is that of its first article, `title` that article's, or how its text begins. `first` and `last` are the
    earliest and latest time of publication, as ISO text. `inferred` is false for a story too large for its lineage to
    be told.
    """

    id: str
    title: str
    articles: int
    outlets: int
    first: str | None
    last: str | None
    origins: Origins
    inferred: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """What one outlet took from another, or from a source that is not in the input (`unseen`). Updates, of one outlet
    under two names, do not count.

    `articles` counts the articles taken from it, `words` the words in them that stand in the originals (0 for a source
    that is unseen), `credited` is the share of them that say so (0..1). The lags are minutes from the original's
    publication to the copy's, None where the times are not known to the minute; `lag_least` may be negative: a clock
    says that the copy came first. `at_least` counts the articles by least probability: how far the number depends on
    the threshold.
    """

    parent: str
    child: str
    unseen: bool
    articles: int
    words: int
    credited: float
    lag_median: float | None
    lag_least: float | None
    at_least: Mapping[float, int]


@dataclass(frozen=True, slots=True)
class Check:
    """Where the text of an article comes from, as far as an archive knows, and who else has it.

    `overlaps` are with articles of the archive, those with the most words first, seen from the article (a); `others`
    holds these articles. `lineage` traces the article among the nearest of them (None where that was not asked for or
    text is not kept). `aside` are stretches of the article that are furniture. `skipped` says what was left out.
    """

    article: Article
    overlaps: tuple[Overlap, ...]
    others: Mapping[str, Article]
    lineage: Lineage | None
    aside: tuple[Span, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What an article of an archive has kept of a text: `share` of its words (0..1), in `words` words.

    `credited` tells whether it names the outlet the text is from (None where its text is not kept); `lag` are the
    minutes from the text's publication to it, if both are known. `licensed_until` comes from a list of licences, and
    `licensed` tells whether it was published by then (None where there is no list, or no time).
    """

    id: str
    outlet: str | None
    published: str | None
    share: float
    words: int
    credited: bool | None
    lag: float | None
    licensed_until: str | None = None
    licensed: bool | None = None
