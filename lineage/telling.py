"""The lineage of an archive's stories, told anew where something has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain
from pathlib import Path

from lineage.archive import stories
from lineage.archive.archive import Archive
from lineage.archive.holdings import Holdings
from lineage.archive.stories import Kept
from lineage.engines.processes import Workers
from lineage.model import Article, Lineage, Origins, Skipped, Span
from lineage.pipeline import provenance
from lineage.settings import Descent, Settings
from lineage.tracing import split, trace, trace_all

LARGEST = 2_000  # articles of a group whose lineage is told: 1,000 take a minute
TOGETHER = 200  # articles whose stories are told, and committed, together: half a second of work

Group = Sequence[int]  # the numbers of articles that are linked


def infer(
    archive: Archive, pool: Workers, settings: Settings, on_progress: Callable[[int, int], None]
) -> Iterator[Skipped]:
    """Infer the lineage of every story that has changed, some stories at a time. Yields what could not be."""
    held = archive.held
    settings = replace(settings, descent=_gates(held, settings))
    with archive.writing():
        groups = stories.affected(held, settings.descent.narrated_words)
    large = [group for group in groups if len(group) > 1 and not _tellable(held, group)]
    alone = [group for group in groups if len(group) == 1]
    with archive.writing():
        stories.clear(held, list(chain(*alone, *large)))
        stories.keep(held, (stories.bare(held, group) for group in large))
    done = len(alone) + len(large)
    pieces = list(_together(group for group in groups if len(group) > 1 and _tellable(held, group)))
    now = datetime.now(UTC)
    if pool.count > 1:
        tell = partial(_told_elsewhere, held.folder, settings=settings, now=now)
    else:
        tell = partial(_told, held, settings=settings, now=now)
    for some, found in zip(pieces, pool.map(tell, pieces), strict=True):
        with archive.writing():
            stories.clear(held, list(chain(*some)))
            stories.keep(held, found)
        done += len(some)
        on_progress(done, len(groups))
    for group in large:
        if held.keeps_text:
            name = held.rows(group[:1])[group[0]][1]
            reason = f"{len(group):,} articles share text; the lineage of more than {LARGEST:,} is not told"
            yield Skipped("", reason, record=name, kind="capped")


def _gates(held: Holdings, settings: Settings) -> Descent:
    """When shared text becomes a claim, as it was when the archive was made."""
    meta = held.catalogue.meta()
    names = ("narrated_words", "narrated_words_credited", "undetermined", "wires")
    known = {name: type(getattr(settings.descent, name))(meta[name]) for name in names if name in meta}
    return replace(settings.descent, **known)


def _tellable(held: Holdings, group: Sized) -> bool:
    return held.keeps_text and len(group) <= LARGEST


def _together(groups: Iterator[Group]) -> Iterator[list[Group]]:
    """Groups in pieces of about `TOGETHER` articles."""
    piece: list[Group] = []
    for group in groups:
        piece.append(group)
        if sum(map(len, piece)) >= TOGETHER:
            yield piece
            piece = []
    if piece:
        yield piece


@cache
def _reader(folder: Path) -> Archive:
    """The archive as this process reads it, which is none that writes to it."""
    return Archive.open(folder)


def _told_elsewhere(folder: Path, groups: Sequence[Group], settings: Settings, now: datetime) -> list[Kept]:
    """As `_told`, in a process that has not opened the archive."""
    return _told(_reader(folder).held, groups, settings, now)


def _told(held: Holdings, groups: Sequence[Group], settings: Settings, now: datetime) -> list[Kept]:
    """What is to be kept of the stories among some groups of linked articles."""
    read = list(_read(held, groups))
    traced = trace_all(((articles, aside) for _, articles, aside in read), settings=settings, now=now)
    return [
        stories.told(held, {article.id: number for number, article in zip(group, articles, strict=True)}, story)
        for (group, articles, _), found in zip(read, traced, strict=True)
        for story in _stories(found)
    ]


Aside = dict[str, tuple[Span, ...]]  # the stretches of articles that are furniture, by id


def _read(held: Holdings, groups: Sequence[Group]) -> Iterator[tuple[Group, list[Article], Aside]]:
    """The articles of each group, with the stretches that are furniture."""
    articles = held.articles(list(chain(*groups)))
    spans = held.aside_spans([article.text for article in articles])
    end = 0
    for group in groups:
        start, end = end, end + len(group)
        own = articles[start:end]
        aside = {article.id: found for article, found in zip(own, spans[start:end], strict=True) if found}
        yield group, own, aside


def _stories(found: Lineage) -> Iterator[Lineage]:
    """The stories among some articles that share text."""
    return (story for story in split(found) if len(story.articles) > 1)


def retold(archive: Archive, name: str, *, settings: Settings = Settings()) -> Lineage:
    """The lineage of a story of an archive, by the name of one of its articles: what `scan` found, with everything
    that the tables leave out. Raises `UsageError` if the article is in no story.
    """
    held, own = archive.held, archive.story(name)
    now = datetime.now(UTC)
    if not _tellable(held, own):
        return _untold(own, now)
    settings = replace(settings, descent=_gates(held, settings))
    group = stories.group_of(held, held.number(name), settings.descent.narrated_words)
    ids = {article.id for article in own}
    ((_, articles, aside),) = _read(held, [group])
    told = _stories(trace(articles, settings=settings, aside=aside, now=now))
    return next((story for story in told if set(story.articles) == ids), _untold(own, now))


def _untold(articles: Sequence[Article], now: datetime) -> Lineage:
    origins = Origins(len(articles), 1, len(articles))
    made = provenance(articles, {}, now)
    return Lineage({article.id: article for article in articles}, (), (), (), (), (), {}, origins, (), made)
