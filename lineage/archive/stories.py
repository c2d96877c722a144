"""Stories: which articles belong together, and what was inferred of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

import numpy as np
import orjson
from numpy.typing import NDArray

from lineage.archive.catalogue import Row
from lineage.archive.holdings import Holdings
from lineage.archive.records import plain
from lineage.archive.register import UNKNOWN
from lineage.archive.sharing import soil
from lineage.model import Lineage, Named, Reason
from lineage.overlap.candidates import distinct

LEAST_SHARE = 0.1  # of the shorter article, outside quotation marks: see `SHARE_FLOOR` in lineage.descent.evidence
OPENING = 80  # characters of the text that stand for a title where there is none
RATE = "base_rate"  # in the catalogue: see `Archive.base_rate`
PART = 20  # if more than one of so many articles is to be looked at, all links are read at once

Kept = dict[str, list[Row]]  # what is kept of stories: rows by table


def affected(held: Holdings, least_words: int) -> list[list[int]]:
    """The groups of articles that are to be looked at: those with a dirty article, each in the order of ranks.

    Articles are linked by `least_words` of shared narration that are `LEAST_SHARE` of the shorter one. All their
    articles are dirty from now on, so that a run that is stopped goes on with the same groups.
    """
    dirty = [number for (number,) in held.catalogue.execute("SELECT article FROM dirty ORDER BY article")]
    links = np.fromiter(chain.from_iterable(_links(held, set(dirty), least_words)), np.int64).reshape(-1, 2)
    numbers = distinct(np.concatenate([np.array(dirty, np.int64), links.ravel()]))
    leaders = linked(len(numbers), *np.searchsorted(numbers, links.T))
    wanted = np.zeros(len(numbers), bool)
    wanted[leaders[np.searchsorted(numbers, dirty)]] = True
    kept = wanted[leaders]
    numbers, leaders = numbers[kept], leaders[kept]
    soil(held, numbers.tolist())
    ranks = held.register.ranks[numbers]
    order = np.lexsort((ranks, leaders))
    edges = np.flatnonzero(np.diff(leaders[order], prepend=-1, append=-1))
    by_rank = np.argsort(ranks[order[edges[:-1]]], kind="stable")
    inside = numbers[order].tolist()
    return [inside[low:high] for low, high in zip(edges[by_rank].tolist(), edges[by_rank + 1].tolist(), strict=True)]


def linked(count: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of `count` things the first of those that it is linked with, directly or not: int64[count]. Links are
    between `one[k]` and `other[k]`.

    Whatever is linked with one of a lower number comes under that one, and all under the topmost, until nothing changes
    (Shiloach, Vishkin 1982).
    """
    leader = np.arange(count)
    while len(one):
        low, high = np.minimum(leader[one], leader[other]), np.maximum(leader[one], leader[other])
        apart = low < high
        one, other, low, high = one[apart], other[apart], low[apart], high[apart]
        np.minimum.at(leader, high, low)
        while ((above := leader[leader]) != leader).any():
            leader = above
    return leader


def group_of(held: Holdings, number: int, least_words: int) -> list[int]:
    """The articles that are linked with one, directly or not, in the order of ranks."""
    linked = {number}
    for a, b in _links(held, {number}, least_words):
        linked.update((a, b))
    return sorted(linked, key=lambda n: int(held.register.ranks[n]))


def _links(held: Holdings, dirty: set[int], least_words: int) -> Iterator[tuple[int, int]]:
    """The links that can be reached from dirty articles, and maybe more."""
    query = (
        f"SELECT a, b FROM overlaps WHERE narrated >= {int(least_words)} "
        f"AND narrated * max(a_in_b, b_in_a) >= {LEAST_SHARE} * (narrated + quoted)"
    )
    if len(dirty) * PART > len(held.register):
        yield from held.catalogue.execute(query)
        return
    seen: set[int] = set()
    front = dirty
    held.catalogue.execute("CREATE TEMP TABLE IF NOT EXISTS front (number INTEGER PRIMARY KEY)")
    while front:
        held.catalogue.execute("DELETE FROM front")
        held.catalogue.write_all("INSERT INTO front VALUES (?)", ((number,) for number in front))
        seen |= front
        reached: set[int] = set()
        for column in "ab":
            for link in held.catalogue.execute(f"{query} AND {column} IN (SELECT number FROM front)"):
                yield link
                reached.update(link)
        front = reached - seen


def clear(held: Holdings, numbers: Sequence[int]) -> None:
    """Take away what was inferred of articles; they are not to be looked at any more."""
    for table, column in (
        ("members", "article"), ("told", "article"), ("stories", "story"), ("derivations", "child"),
        ("sources", "child"), ("questions", "a"), ("dirty", "article"),
    ):  # fmt: skip
        held.catalogue.delete_in(table, column, numbers)


def bare(held: Holdings, group: Sequence[int]) -> Kept:
    """A group as a story whose lineage is not told: it is too large, or there is no text."""
    first = representative(held, group)
    numbers = np.array(group)
    minutes = held.register.minutes[numbers]
    known = numbers[minutes != UNKNOWN]
    ends = [int(known[pick(minutes[minutes != UNKNOWN])]) for pick in (np.argmin, np.argmax)] if len(known) else []
    rows = held.rows({first, *ends})
    began, ended = (rows[number][5] for number in ends) if ends else (None, None)
    outlets = len(np.setdiff1d(held.register.outlets[numbers], [-1]))
    title = rows[first][6] or _opening(held.texts([first])[0] if held.keeps_text else "")
    story = (first, title, len(group), outlets, began, ended, len(group), 1, len(group), 0)
    return {"members": [(number, first, None) for number in group], "stories": [story]}


def told(held: Holdings, numbers: Mapping[str, int], story: Lineage) -> Kept:
    """What was inferred of one story; `numbers` are the articles' by name."""
    names = {name: numbers[name] for name in story.articles}
    first = representative(held, names.values())
    return {
        "members": [(number, first, story.classes.get(name)) for name, number in names.items()],
        "stories": [_story(held, first, list(names.values()), story)],
        "derivations": list(_derivations(names, first, story)),
        "sources": list(_sources(names, first, story)),
        "questions": list(_questions(names, first, story)),
    }


def named(held: Holdings) -> dict[Named, int]:
    """How many articles with much of another outlet's text credit whom; see `Lineage.names`."""
    query = "SELECT names, count(*) FROM told WHERE names NOT NULL GROUP BY names"
    return dict(held.catalogue.execute(query).fetchall())


def told_otherwise(held: Holdings, wires: float) -> list[int]:
    """The articles whose lineage was told by another base rate."""
    return [number for (number,) in held.catalogue.execute("SELECT article FROM told WHERE wires <> ?", [wires])]


def keep(held: Holdings, stories: Iterable[Kept]) -> None:
    """Keep what was inferred of some stories."""
    tables: Kept = {}
    for story in stories:
        for table, rows in story.items():
            tables.setdefault(table, []).extend(rows)
    for table, rows in tables.items():
        held.catalogue.insert(table, rows)


def representative(held: Holdings, numbers: Iterable[int]) -> int:
    """The article that a story is named after: the first by its time, else by its rank."""
    minutes, ranks = held.register.minutes, held.register.ranks
    return min(numbers, key=lambda n: (int(minutes[n]) == UNKNOWN, int(minutes[n]), int(ranks[n])))


def _story(held: Holdings, first: int, own: Sequence[int], story: Lineage) -> Row:
    dates = sorted(
        (int(held.register.minutes[number]), article.published.isoformat())
        for number, article in zip(own, story.articles.values(), strict=True)
        if isinstance(article.published, date)
    )
    outlets = len({article.outlet for article in story.articles.values() if article.outlet})
    began, ended = (dates[0][1], dates[-1][1]) if dates else (None, None)
    origins = story.origins
    title = _title(story, own.index(first))
    return (first, title, len(own), outlets, began, ended, origins.count, origins.low, origins.high, 1)


def _title(story: Lineage, place: int) -> str:
    """The title of an article, or how its text begins."""
    article = list(story.articles.values())[place]
    return plain(article.title or _opening(article.text))


def _opening(text: str) -> str:
    """How a text begins, on one line: whole words, of scripts with spaces."""
    start = " ".join(text[: 4 * OPENING].split())
    if len(start) <= OPENING:
        return start
    whole, blank, _ = start[:OPENING].rpartition(" ")
    return (whole if blank else start[:OPENING]) + "…"


def _derivations(names: Mapping[str, int], first: int, story: Lineage) -> Iterator[Row]:
    for claim in story.derivations:
        words = sum(passage.words for passage in claim.passages)
        yield (
            first, names[claim.child], names[claim.parent], claim.kind, round(claim.probability, 6),
            round(claim.copied, 6), int(claim.credited), words, _reasons(claim.reasons),
        )  # fmt: skip


def _sources(names: Mapping[str, int], first: int, story: Lineage) -> Iterator[Row]:
    named = {(share.article, share.source) for share in story.shares if share.credit == "present"}
    for source in story.sources:
        name = None if source.name is None or source.doubtful else plain(source.name)
        for child in source.children:
            reasons = _reasons(source.reasons.get(child, ()))
            told = round(source.probability[child], 6), int((child, source.id) in named)
            yield (first, plain(source.id), names[child], name, source.kind, *told, reasons)


def _questions(names: Mapping[str, int], first: int, story: Lineage) -> Iterator[Row]:
    for open_one in story.unresolved:
        likely = round(open_one.a_from_b, 6), round(open_one.b_from_a, 6)
        yield (first, names[open_one.a], names[open_one.b], *likely)


def _reasons(reasons: Iterable[Reason]) -> str:
    rows = [[row.kind, round(row.weight, 4), plain(row.note)] for row in reasons]
    return orjson.dumps(rows).decode()
