"""`scan`: a dump of articles into an archive, with the lineage of every story."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from os import PathLike
from types import TracebackType
from typing import Any, Literal, Self

import xxhash

from lineage.archive import runs, stories
from lineage.archive.adding import Added, Prepared, unknown
from lineage.archive.archive import Archive, in_batches
from lineage.archive.sketching import sketched
from lineage.engines.processes import Workers, workers
from lineage.model import Article, Flow, Lineage, Origins, Skipped, Span, Story
from lineage.pipeline import provenance
from lineage.settings import Descent, Settings
from lineage.tracing import split, trace_all
from lineage.version import __version__

LARGEST = 2_000  # articles of a group whose lineage is told: 1,000 take a minute
AT_ONCE = 200  # articles whose stories are told in one go: small ones take half the time so
TOGETHER = 500  # articles whose stories are committed together: a second or two of work

Stage = Literal["articles", "recurrence", "stories"]
OnProgress = Callable[[Stage, int, int | None], None]
Job = tuple[list[Article], dict[str, tuple[Span, ...]]]


@dataclass(slots=True)
class Scan:
    """What came of a scan. Close it, or use it in a `with` statement: a temporary archive goes with it.

    `added` counts the articles, `skipped` says what was not read, not compared or not inferred.
    """

    archive: Archive
    added: Added
    skipped: tuple[Skipped, ...]
    _temporary: tempfile.TemporaryDirectory[str] | None
    _own: bool

    def stories(self) -> Iterator[Story]:
        """The stories, the largest first."""
        return self.archive.stories()

    def flows(self) -> list[Flow]:
        """Which outlet took from which, the busiest routes first."""
        return self.archive.flows()

    def table(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a result table, by column."""
        return self.archive.table(name)

    def close(self) -> None:
        """Let go of the archive, if the scan opened it."""
        if self._own:
            self.archive.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def scan(
    articles: Iterable[Article],
    *,
    archive: Archive | str | PathLike[str] | None = None,
    text: bool | None = None,
    within: int | None = None,
    outlets: Collection[str] | None = None,
    workers: int = 1,
    source: str = "articles",
    on_progress: OnProgress | None = None,
    settings: Settings = Settings(),
) -> Scan:
    """Add articles to an archive, find what they share with each other and with what is there, and infer the lineage
    of every story that they change.

    `archive` is one that is open to be written to, or a folder; without it a temporary one is used, which goes when
    the `Scan` is closed. `text=False` makes an archive that keeps no text: passages and stories are found, but no
    lineage. Articles more than `within` minutes apart are not compared; of `outlets`, if given, others are left out.
    `workers` are processes. `source` names the input in the record of runs. A scan that was stopped goes on where it
    was when the same is called again; articles that are known change nothing. What is kept does not depend on the
    articles' order.
    """
    temporary = tempfile.TemporaryDirectory(prefix="lineage-") if archive is None else None
    own = not isinstance(archive, Archive)
    opened: Archive | None = None
    try:
        if isinstance(archive, Archive):
            opened = archive
        else:
            place = temporary.name if temporary is not None else archive
            assert place is not None
            opened = Archive.open(place, write=True, text=text, within=within, settings=_made_with(settings))
        added, skipped = _scan(opened, articles, outlets, workers, source, on_progress or _silent, settings)
    except BaseException:
        if own and opened is not None:
            opened.close()
        if temporary is not None:
            temporary.cleanup()
        raise
    return Scan(opened, added, skipped, temporary, own)


def _silent(stage: Stage, done: int, total: int | None) -> None:
    """No progress is shown."""


def _made_with(settings: Settings) -> dict[str, object]:
    """What is recorded in an archive of the settings that were changed."""
    changed = {name.partition(".")[2]: value for name, value in settings.changed().items() if "." in name}
    changed.pop("in_memory", None)
    files = b"\0".join(path.read_bytes() for path in settings.registry_files)
    return {**changed, "registry": f"{xxhash.xxh3_64_hexdigest(files)}" if files else "shipped"}


def _scan(
    archive: Archive,
    articles: Iterable[Article],
    outlets: Collection[str] | None,
    count: int,
    source: str,
    on_progress: OnProgress,
    settings: Settings,
) -> tuple[Added, tuple[Skipped, ...]]:
    with archive.writing():
        run = runs.begin(archive.held, source, __version__)
    left_out: list[Skipped] = []
    with workers(count) as pool:
        added = _add(archive, _of(articles, outlets, left_out), pool, run, on_progress)
        on_progress("recurrence", 0, None)
        archive.settle()
        noted = [*_infer(archive, pool, on_progress, settings)]
    noted += _set_aside(archive)
    skipped = (*getattr(articles, "skipped", ()), *left_out, *noted)
    with archive.writing():
        runs.end(archive.held, run, added, skipped)
    return added, skipped


def _of(articles: Iterable[Article], outlets: Collection[str] | None, left_out: list[Skipped]) -> Iterator[Article]:
    """The articles of some outlets, all if none is named; the others are counted."""
    if outlets is None:
        yield from articles
        return
    wanted = {outlet.casefold() for outlet in outlets}
    others = 0
    for article in articles:
        if (article.outlet or "").casefold() in wanted:
            yield article
        else:
            others += 1
    if others:
        left_out.append(Skipped("", f"{others:,} articles are not from the outlets asked for", kind="noted"))


def _add(archive: Archive, articles: Iterable[Article], pool: Workers, run: int, on_progress: OnProgress) -> Added:
    """Add articles, batch by batch; what recurs is looked at whenever the archive has grown."""
    total = Added()
    read = 0
    waiting: deque[list[Article]] = deque()  # whose texts are being sketched

    def fresh() -> Iterator[list[str]]:
        """The texts of the articles that are not known yet, batch by batch."""
        nonlocal read, total
        for some in in_batches(articles):
            kept = [some[place] for place in unknown(archive.held, some)]
            read += len(some)
            total += Added(known=len(some) - len(kept))
            if kept:
                waiting.append(kept)
                yield [article.text for article in kept]
            else:
                on_progress("articles", read, None)

    for sketches in pool.map(partial(sketched, **archive.sketching), fresh()):
        total += archive.add_prepared(Prepared.of(waiting.popleft(), sketches), run=run)
        on_progress("articles", read, None)
        if archive.grown():
            archive.settle()
    return total


def _infer(archive: Archive, pool: Workers, on_progress: OnProgress, settings: Settings) -> Iterator[Skipped]:
    """Infer the lineage of every story that has changed. Yields what could not be."""
    held = archive.held
    gates = _gates(archive, settings)
    with archive.writing():
        groups = stories.affected(held, gates.narrated_words)
    now = datetime.now(UTC)
    total, done = len(groups), 0
    tell = partial(_told, settings=replace(settings, descent=gates), now=now)
    alone = [group[0] for group in groups if len(group) == 1]
    bare = [group for group in groups if len(group) > 1 and not _tellable(archive, group)]
    with archive.writing():
        stories.clear(held, alone)
        for group in bare:
            stories.clear(held, group)
            stories.keep_bare(held, group)
    done += len(alone) + len(bare)
    groups = [group for group in groups if len(group) > 1 and _tellable(archive, group)]
    names: deque[list[str]] = deque()  # of the articles of the groups that are being told
    jobs = (_job(archive, group, names) for group in groups)
    told = pool.map(tell, _bunches(jobs))
    pairs = zip(groups, chain.from_iterable(told), strict=True)
    while some := list(_together(pairs)):
        with archive.writing():
            for group, found in some:
                stories.clear(held, group)
                numbers = dict(zip(names.popleft(), group, strict=True))
                for story in found:
                    stories.keep(held, numbers, story)
        done += len(some)
        on_progress("stories", done, total)
    for group in bare:
        if held.keeps_text:
            name = held.rows(group[:1])[group[0]][1]
            reason = f"{len(group):,} articles share text; the lineage of more than {LARGEST:,} is not told"
            yield Skipped("", reason, record=name, kind="capped")


def _gates(archive: Archive, settings: Settings) -> Descent:
    """When shared text becomes a claim, as it was when the archive was made."""
    meta = archive.held.catalogue.meta()
    names = ("narrated_words", "narrated_words_credited", "undetermined")
    known = {name: type(getattr(settings.descent, name))(meta[name]) for name in names if name in meta}
    return replace(settings.descent, **known)


def _together(pairs: Iterator[tuple[list[int], list[Lineage]]]) -> Iterator[tuple[list[int], list[Lineage]]]:
    """As many groups as are committed together."""
    count = 0
    while count < TOGETHER and (some := list(islice(pairs, 1))):
        count += len(some[0][0])
        yield some[0]


def _tellable(archive: Archive, group: Sized) -> bool:
    return archive.held.keeps_text and len(group) <= LARGEST


def _job(archive: Archive, group: Sequence[int], names: deque[list[str]]) -> Job:
    """The articles of a group with the stretches that are furniture. What they are called goes to `names`."""
    articles = archive.held.articles(group)
    names.append([article.id for article in articles])
    spans = archive.held.aside_spans([article.text for article in articles])
    return articles, {article.id: own for article, own in zip(articles, spans, strict=True) if own}


def _bunches(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """As many groups as are told in one go."""
    bunch: list[Job] = []
    for job in jobs:
        bunch.append(job)
        if sum(len(articles) for articles, _ in bunch) >= AT_ONCE:
            yield bunch
            bunch = []
    if bunch:
        yield bunch


def _told(jobs: Sequence[Job], settings: Settings, now: datetime) -> list[list[Lineage]]:
    """The stories among the articles of each job, which share text."""
    traced = trace_all(jobs, settings=settings, now=now)
    return [[story for story in split(found) if len(story.articles) > 1] for found in traced]


def retold(archive: Archive, name: str, *, settings: Settings = Settings()) -> Lineage:
    """The lineage of a story of an archive, by the name of one of its articles: what `scan` found, with everything
    that the tables leave out. Raises `UsageError` if the article is in no story.
    """
    articles = archive.story(name)
    now = datetime.now(UTC)
    if not _tellable(archive, articles):
        return _untold(articles, now)
    settings = replace(settings, descent=_gates(archive, settings))
    group = stories.group_of(archive.held, archive.held.number(name), settings.descent.narrated_words)
    (told,) = _told([_job(archive, group, deque())], settings, now)
    ids = {article.id for article in articles}
    return next((story for story in told if set(story.articles) == ids), _untold(articles, now))


def _untold(articles: Sequence[Article], now: datetime) -> Lineage:
    origins = Origins(len(articles), 1, len(articles))
    made = provenance(articles, {}, now)
    return Lineage({article.id: article for article in articles}, (), (), (), (), (), {}, origins, (), made)


def _set_aside(archive: Archive) -> Iterator[Skipped]:
    """What was not compared, or not with everything."""
    passages = archive.held.catalogue.count("furniture")
    if passages:
        reason = f"{passages:,} passages recur from story to story and were set aside; the table furniture names them"
        yield Skipped("", reason, kind="noted")
    if crowded := archive.crowded:
        reason = f"{crowded:,} fingerprints have too many holders; each of these was compared with the first only"
        yield Skipped("", reason, kind="capped")
