"""The lineage of an archive's stories, told anew where something has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from itertools import accumulate, chain
from pathlib import Path
from typing import Protocol, TypeVar

from lineage.archive import stories
from lineage.archive.archive import Archive
from lineage.archive.holdings import Holdings
from lineage.archive.sharing import soil
from lineage.archive.stories import RATE, Kept
from lineage.descent.base_rate import wires
from lineage.engines.processes import Workers
from lineage.garbage import uncollected
from lineage.model import Article, Lineage, Named, Origins, Skipped, Span
from lineage.pipeline import provenance
from lineage.settings import Settings
from lineage.tracing import names_in, split, trace, trace_all

LARGEST = 2_000  # articles of a group whose lineage is told: 1,000 take a minute
PROBED = 2_000  # articles of stories, of which the base rate is learnt at first
TOGETHER = 200  # articles whose stories are told, and committed, together: half a second of work

Group = Sequence[int]  # the numbers of articles that are linked

_Made = TypeVar("_Made", covariant=True)


class _Task(Protocol[_Made]):
    """Something that is found out about some groups of an archive."""

    def __call__(self, held: Holdings, groups: Sequence[Group], *, settings: Settings, now: datetime) -> _Made: ...


def infer(
    archive: Archive, pool: Workers, settings: Settings, on_progress: Callable[[int, int], None]
) -> Iterator[Skipped]:
    """Infer the lineage of every story that has changed, some stories at a time. Yields what could not be.

    How much likelier than elsewhere a source is that is not here, is learnt from all stories together
    (`lineage.descent.base_rate`) unless the setting says it; those told by another value are told once more.
    """
    held = archive.held
    settings = as_archived(held, settings)
    with archive.writing():
        groups = stories.affected(held, settings.descent.narrated_words)
    learns = "wires" not in held.catalogue.meta()
    if learns and RATE not in held.catalogue.meta():
        settings = _with_rate(settings, wires(_probed(held, pool, settings, groups)))
    total, done = len(groups), 0

    def progress(more: int) -> None:
        nonlocal done
        done += more
        on_progress(done, total)

    yield from _tell(archive, pool, settings, groups, progress)
    if learns:
        settings = _learnt(archive, settings)
    with archive.writing():
        soil(held, stories.told_otherwise(held, settings.descent.wires))
        again = stories.affected(held, settings.descent.narrated_words)
    total += len(again)
    yield from _tell(archive, pool, settings, again, progress)


def _probed(held: Holdings, pool: Workers, settings: Settings, groups: Sequence[Group]) -> Counter[Named]:
    """How many of the first articles credit whom, for a base rate where none is known at all."""
    told = _of_several(held, groups)
    few = sum(seen < PROBED for seen in accumulate(map(len, told)))
    found = pool.map(_anywhere(_named, held, pool, settings), _together(told[:few]))
    return Counter(chain.from_iterable(found))


def _learnt(archive: Archive, settings: Settings) -> Settings:
    """With the base rate that the articles told so far show, which is kept."""
    rate = wires(stories.named(archive.held))
    if archive.held.catalogue.meta().get(RATE) != str(rate):
        with archive.writing():
            archive.held.catalogue.say(**{RATE: rate})
    return _with_rate(settings, rate)


def _with_rate(settings: Settings, rate: float) -> Settings:
    return replace(settings, descent=replace(settings.descent, wires=rate))


def _tell(
    archive: Archive, pool: Workers, settings: Settings, groups: Sequence[Group], progress: Callable[[int], None]
) -> Iterator[Skipped]:
    """Tell some groups anew. Yields those that are too large."""
    held = archive.held
    large = [group for group in groups if len(group) > 1 and not _tellable(held, group)]
    alone = [group for group in groups if len(group) == 1]
    with archive.writing():
        stories.clear(held, list(chain(*alone, *large)))
        stories.keep(held, (stories.bare(held, group) for group in large))
    progress(len(alone) + len(large))
    pieces = list(_together(_of_several(held, groups)))
    for some, found in zip(pieces, pool.map(_anywhere(_told, held, pool, settings), pieces), strict=True):
        with archive.writing():
            stories.clear(held, list(chain(*some)))
            stories.keep(held, found)
        progress(len(some))
    for group in large:
        if held.keeps_text:
            name = held.rows(group[:1])[group[0]][1]
            reason = f"{len(group):,} articles share text; the lineage of more than {LARGEST:,} is not told"
            yield Skipped("", reason, record=name, kind="capped")


def as_archived(held: Holdings, settings: Settings) -> Settings:
    """With what makes a claim of shared text as it was when the archive was made, and the base rate it has learnt."""
    meta = held.catalogue.meta()
    kept = {"wires": meta[RATE], **meta} if RATE in meta else meta
    names = ("narrated_words", "narrated_words_credited", "undetermined", "wires")
    known = {name: type(getattr(settings.descent, name))(kept[name]) for name in names if name in kept}
    return replace(settings, descent=replace(settings.descent, **known))


def _of_several(held: Holdings, groups: Iterable[Group]) -> list[Group]:
    """The groups of several articles whose lineage is told."""
    return [group for group in groups if len(group) > 1 and _tellable(held, group)]


def _tellable(held: Holdings, group: Sized) -> bool:
    return held.keeps_text and len(group) <= LARGEST


def _together(groups: Iterable[Group]) -> Iterator[list[Group]]:
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


def _anywhere(task: _Task[_Made], held: Holdings, pool: Workers, settings: Settings) -> Callable[..., _Made]:
    """A task about some groups, to be done in this process or in those of a pool, which have not opened the archive."""
    now = datetime.now(UTC)
    if pool.count > 1:
        return partial(_elsewhere, task, held.folder, settings=settings, now=now)
    return partial(task, held, settings=settings, now=now)


def _elsewhere(
    task: _Task[_Made], folder: Path, groups: Sequence[Group], *, settings: Settings, now: datetime
) -> _Made:
    return task(_reader(folder).held, groups, settings=settings, now=now)


def _named(held: Holdings, groups: Sequence[Group], *, settings: Settings, now: datetime) -> list[Named]:
    """Whom the articles of some groups credit."""
    inputs = ((articles, aside) for _, articles, aside in _read(held, groups))
    return [named for own in names_in(inputs, settings=settings, now=now) for named in own.values()]


def _told(held: Holdings, groups: Sequence[Group], *, settings: Settings, now: datetime) -> list[Kept]:
    """What is to be kept of the stories among some groups of linked articles."""
    made: list[Kept] = []
    with uncollected():
        read = list(_read(held, groups))
        inputs = ((articles, aside) for _, articles, aside in read)
        traced = trace_all(inputs, settings=settings, now=now, brief=True)
        for (group, articles, _), found in zip(read, traced, strict=True):
            numbers = {article.id: number for number, article in zip(group, articles, strict=True)}
            made.append({"told": [(n, found.names.get(id), settings.descent.wires) for id, n in numbers.items()]})
            made += (stories.told(held, numbers, story) for story in _stories(found))
    return made


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
        why = f"more than {LARGEST:,} articles" if held.keeps_text else "the archive keeps no text"
        return _untold(own, now, f"the lineage of this story was not told: {why}")
    settings = as_archived(held, settings)
    group = stories.group_of(held, held.meant(name), settings.descent.narrated_words)
    ids = {article.id for article in own}
    ((_, articles, aside),) = _read(held, [group])
    told = _stories(trace(articles, settings=settings, aside=aside, now=now))
    other = "the story comes out otherwise than in the scan; give the settings and the registry that it had"
    return next((story for story in told if set(story.articles) == ids), None) or _untold(own, now, other)


def _untold(articles: Sequence[Article], now: datetime, why: str) -> Lineage:
    """The articles of a story of which no more is said, and why."""
    origins = Origins(len(articles), 1, len(articles))
    made, skipped = provenance(articles, {}, now), (Skipped("", why, kind="capped"),)
    return Lineage({article.id: article for article in articles}, (), (), (), (), (), {}, origins, skipped, made)
