"""What an archive found, as rows: its tables, its stories, and which outlet took from which.

Rows come in an order that depends on what the articles are, not on when they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from itertools import islice
from typing import Any

import orjson

from lineage.answers import Flow, Story
from lineage.archive.catalogue import Row
from lineage.archive.holdings import CURE, Holdings
from lineage.archive.matching import FINGERPRINTS
from lineage.archive.records import passages_of
from lineage.dataclass import dataclass
from lineage.errors import ArchiveDamagedError
from lineage.model import Article, Origins, parse_published

THRESHOLDS = (0.5, 0.75, 0.9, 0.95)  # probabilities at which a flow is counted: how far it depends on them
UNNAMED = "unnamed"
AT_ONCE = 2_000  # rows whose articles are looked up together

Kind = type[str] | type[int] | type[float] | type[bool]


@dataclass(frozen=True, slots=True)
class Table:
    """A result table: what it holds, its columns with their kinds and meanings, and its rows."""

    about: str
    columns: Mapping[str, tuple[Kind, str]]
    rows: Callable[[Holdings], Iterator[Row]]


def articles(held: Holdings) -> Iterator[Article]:
    """All articles, by name; without text where none is kept."""
    rows = held.catalogue.rows("articles", "ORDER BY name")
    while some := [row[0] for row in islice(rows, AT_ONCE)]:
        yield from held.articles(some)


def _with_articles(held: Holdings, table: str, order: str, *columns: int) -> Iterator[tuple[Row, Mapping[int, Row]]]:
    """The rows of a table, each with the rows of the articles that some of its columns number."""
    rows = held.catalogue.rows(table, order)
    while some := list(islice(rows, AT_ONCE)):
        about = held.rows({row[column] for row in some for column in columns})
        for row in some:
            yield row, about


def stories(held: Holdings) -> Iterator[Story]:
    """The stories, the largest first."""
    order = "JOIN articles ON number = story ORDER BY stories.articles DESC, name"
    for row, about in _with_articles(held, "stories", order, 0):
        story, title, articles, outlets, first, last, count, low, high, inferred = row
        name = about[story][1]
        yield Story(name, title, articles, outlets, first, last, Origins(count, low, high), bool(inferred))


def story_of(held: Holdings, number: int) -> list[int]:
    """The articles of the story that an article is in, by name; empty if it is in none."""
    for _, story, _ in held.catalogue.rows_in("members", "article", [number]):
        order = "JOIN articles ON number = article WHERE story = ? ORDER BY name"
        found = [row[0] for row in held.catalogue.rows("members", order, [story])]
        if [len(found)] != [row[2] for row in held.catalogue.rows_in("stories", "story", [story])]:
            raise ArchiveDamagedError(f"{held.catalogue.path}: articles of a story are lost; {CURE}")
        return found
    return []


@dataclass(slots=True)
class _Route:
    probabilities: list[float] = field(default_factory=list)
    words: int = 0
    credited: int = 0
    lags: list[float] = field(default_factory=list)


def flows(held: Holdings) -> list[Flow]:
    """Which outlet took from which, and from which unseen sources; the busiest first. What an outlet took from itself,
    and articles without an outlet, are left out.
    """
    routes: dict[tuple[str, str, bool], _Route] = {}
    for row in _derivations(held):
        _, _, _, outlet, published, _, above, earlier, kind, probability, _, credited, words, _ = row
        if kind != "copy" or not outlet or not above or outlet == above:
            continue
        route = routes.setdefault((above, outlet, False), _Route())
        route.probabilities.append(probability)
        route.words += words
        route.credited += credited
        if (lag := minutes_between(earlier, published)) is not None:
            route.lags.append(lag)
    for _, _, name, _, _, outlet, _, probability, credited, _ in _sources(held):
        if outlet:
            route = routes.setdefault((name or UNNAMED, outlet, True), _Route())
            route.probabilities.append(probability)
            route.credited += credited
    found = [_flow(key, route) for key, route in routes.items()]
    return sorted(found, key=lambda flow: (-flow.articles, flow.unseen, flow.parent, flow.child))


def _flow(key: tuple[str, str, bool], route: _Route) -> Flow:
    import statistics  # which brings fractions and decimals with it

    parent, child, unseen = key
    count = len(route.probabilities)
    return Flow(
        parent,
        child,
        unseen,
        count,
        route.words,
        route.credited / count,
        statistics.median(route.lags) if route.lags else None,
        min(route.lags, default=None),
        {least: sum(p >= least for p in route.probabilities) for least in THRESHOLDS},
    )


def minutes_between(earlier: str | None, later: str | None) -> float | None:
    """Minutes from one time to another, None unless both are known to the minute."""
    one, other = parse_published(earlier), parse_published(later)
    if not isinstance(one, datetime) or not isinstance(other, datetime):
        return None
    if (one.tzinfo is None) != (other.tzinfo is None):
        return None
    return (other - one).total_seconds() / 60


def _articles(held: Holdings) -> Iterator[Row]:
    members = {article: (story, kind) for article, story, kind in held.catalogue.rows("members")}
    names = {number: row[1] for number, row in held.rows({story for story, _ in members.values()}).items()}
    for row in held.catalogue.rows("articles", "ORDER BY name"):
        number, name, id, _, outlet, published, title, url, author, language, guessed, _, words, _ = row
        about = (outlet, published, title, url, author, language, ", ".join(orjson.loads(guessed)), words)
        story, kind = members.get(number, (None, None))
        yield (name, id, *about, names.get(story), kind)


def _passages(held: Holdings) -> Iterator[Row]:
    order = (
        "JOIN articles AS x ON x.number = overlaps.a JOIN articles AS y ON y.number = overlaps.b "
        "ORDER BY x.name, y.name"
    )
    for (a, b, *_, kind, passages), about in _with_articles(held, "overlaps", order, 0, 1):
        for p in passages_of(passages):
            exact = kind != FINGERPRINTS
            told = (p.words, p.identity, p.quoted if exact else None, p.grade if exact else "unverified")
            yield (about[a][1], about[b][1], *p.a, *p.b, *told)


def _derivations(held: Holdings) -> Iterator[Row]:
    order = (
        "JOIN articles AS x ON x.number = child JOIN articles AS y ON y.number = parent "
        "JOIN articles AS s ON s.number = story ORDER BY s.name, x.name, probability DESC, y.name"
    )
    for (story, child, parent, *rest), about in _with_articles(held, "derivations", order, 0, 1, 2):
        names = about[story][1], about[child][1], about[parent][1]
        yield (*names, *about[child][4:7], *about[parent][4:6], *rest)


def _sources(held: Holdings) -> Iterator[Row]:
    order = (
        "JOIN articles AS x ON x.number = child JOIN articles AS s ON s.number = story ORDER BY s.name, source, x.name"
    )
    for (story, source, child, name, kind, *rest), about in _with_articles(held, "sources", order, 0, 2):
        _, own, _, _, outlet, published, *_ = about[child]
        yield (about[story][1], source, name, kind, own, outlet, published, *rest)


def _questions(held: Holdings) -> Iterator[Row]:
    order = (
        "JOIN articles AS x ON x.number = a JOIN articles AS y ON y.number = b "
        "JOIN articles AS s ON s.number = story ORDER BY s.name, x.name, y.name"
    )
    for (story, a, b, *rest), about in _with_articles(held, "questions", order, 0, 1, 2):
        yield (about[story][1], about[a][1], about[b][1], *rest)


def _stories(held: Holdings) -> Iterator[Row]:
    for s in sorted(stories(held), key=lambda story: story.id):
        yield (s.id, s.title, s.articles, s.outlets, s.first, s.last, s.inferred)


def _origins(held: Holdings) -> Iterator[Row]:
    for s in sorted(stories(held), key=lambda story: story.id):
        yield (s.id, s.articles, s.origins.count, s.origins.low, s.origins.high)


def _furniture(held: Holdings) -> Iterator[Row]:
    order = "JOIN articles ON number = article ORDER BY holders DESC, text, name, start"
    for (text, holders, article, start, end, outlet), about in _with_articles(held, "furniture", order, 2):
        yield (text, holders, outlet, about[article][1], start, end)


def _skipped(held: Holdings) -> Iterator[Row]:
    for _, *row in held.catalogue.rows("skipped", "ORDER BY file, line, record, reason"):
        yield tuple(row)


def _flows(held: Holdings) -> Iterator[Row]:
    for f in flows(held):
        lags = f.lag_median, f.lag_least
        yield (f.parent, f.child, f.unseen, f.articles, f.words, f.credited, *lags, *f.at_least.values())


_ARTICLE = "an article's name: its id, or id#2, id#3 for later versions"
_STORY = "the story's name: that of its first article"
_TIME = "time of publication, ISO 8601, as precisely as it is known"
_JSON_REASONS = "rows of kind, natural-log odds and a sentence, as JSON; they sum to the probability's logit"

TABLES: Mapping[str, Table] = {
    "articles": Table(
        "every article",
        {
            "article": (str, _ARTICLE), "id": (str, "the id that was given"), "outlet": (str, "who published it"),
            "published": (str, _TIME), "title": (str, ""), "url": (str, ""), "author": (str, ""),
            "language": (str, ""), "guessed": (str, "the fields that were guessed"), "words": (int, "how many words"),
            "story": (str, f"{_STORY}; none if it shares nothing that matters"),
            "class": (str, "wholly, partly or not derived from others"),
        },
        _articles,
    ),
    "passages": Table(
        "every passage that two articles share, both ways of the same rank",
        {
            "a": (str, _ARTICLE), "b": (str, _ARTICLE), "a_start": (int, "first character in a's text"),
            "a_end": (int, "the character after the last"), "b_start": (int, "the same in b's text"),
            "b_end": (int, ""), "words": (int, "equal words"), "identity": (float, "their share of the longer side"),
            "quoted": (float, "their share inside quotation marks in both; none where text is not kept"),
            "grade": (str, "exact, edited, or unverified where text is not kept"),
        },
        _passages,
    ),
    "derivations": Table(
        "who took from whom",
        {
            "story": (str, _STORY), "child": (str, "the article that took"), "parent": (str, "the one it took from"),
            "child_outlet": (str, ""), "child_published": (str, _TIME), "child_title": (str, ""),
            "parent_outlet": (str, ""), "parent_published": (str, _TIME),
            "kind": (str, "copy, or update for versions of one outlet"), "probability": (float, "0 to 1"),
            "copied": (float, "share of the child's words that stand in the parent"),
            "credited": (bool, "whether the child names the parent"), "words": (int, "shared words"),
            "reasons": (str, _JSON_REASONS),
        },
        _derivations,
    ),
    "sources": Table(
        "texts that must have existed but are not in the input, by the articles taken from them",
        {
            "story": (str, _STORY), "source": (str, "its name within the story"),
            "name": (str, "if a text's line names it, or more than half of the articles cite it"),
            "kind": (str, "declared by a text, or inferred"), "child": (str, "the article that took from it"),
            "child_outlet": (str, ""), "child_published": (str, _TIME), "probability": (float, "0 to 1"),
            "credited": (bool, "whether the child names the source, or says that it is from an agency"),
            "reasons": (str, _JSON_REASONS),
        },
        _sources,
    ),
    "questions": Table(
        "pairs of which one took from the other, or both from a third, and the texts do not say which",
        {
            "story": (str, _STORY), "a": (str, _ARTICLE), "b": (str, _ARTICLE),
            "a_from_b": (float, "probability"), "b_from_a": (float, "probability"),
        },
        _questions,
    ),
    "stories": Table(
        "articles joined by derivations, sources or open questions",
        {
            "story": (str, _STORY), "title": (str, "the first article's, or how it begins"),
            "articles": (int, "how many"), "outlets": (int, "how many"), "first": (str, _TIME), "last": (str, _TIME),
            "inferred": (bool, "false if it is too large for its lineage to be told"),
        },
        _stories,
    ),
    "origins": Table(
        "how many independent origins each story has",
        {
            "story": (str, _STORY), "articles": (int, "how many"), "origins": (int, "those with nothing above them"),
            "least": (int, "the fewest that the evidence allows"), "most": (int, "the most"),
        },
        _origins,
    ),
    "furniture": Table(
        "passages set aside because they recur from story to story",
        {
            "text": (str, "the passage; empty where text is not kept"), "holders": (int, "articles that have it"),
            "outlet": (str, "whose"), "article": (str, "one of them"), "start": (int, "first character there"),
            "end": (int, "the character after the last"),
        },
        _furniture,
    ),
    "flows": Table(
        "which outlet took from which, and from which sources that are not in the input",
        {
            "parent": (str, "outlet, or source"), "child": (str, "outlet"), "unseen": (bool, "whether it is a source"),
            "articles": (int, "taken from it: copies, no updates"), "words": (int, "shared words"),
            "credited": (float, "share that say so"),
            "lag_median": (float, "minutes, where both times are known to the minute"),
            "lag_least": (float, "minutes"),
            **{f"at_{round(100 * p)}": (int, f"articles with a probability of {p} or more") for p in THRESHOLDS},
        },
        _flows,
    ),
    "skipped": Table(
        "what was not read, or not used whole",
        {
            "file": (str, ""), "line": (int, "from 1"), "record": (str, "an id if one is known"),
            "kind": (str, "unreadable, noted or capped"), "reason": (str, ""),
        },
        _skipped,
    ),
}  # fmt: skip


def rows_of(held: Holdings, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, by column."""
    table = TABLES[name]
    for row in table.rows(held):
        yield {
            column: bool(value) if kind is bool else value
            for (column, (kind, _)), value in zip(table.columns.items(), row, strict=True)
        }
