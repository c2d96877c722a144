"""`scan`: a dump of articles into an archive, with the lineage of every story."""

from __future__ import annotations

import math
import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from os import PathLike
from types import TracebackType
from typing import Any, Literal, Self

import xxhash

from lineage.answers import Flow, Story
from lineage.archive import runs, stories
from lineage.archive.adding import Added, Prepared, Unknown, unknown
from lineage.archive.archive import Archive, in_batches
from lineage.archive.sketching import sketched
from lineage.article import each
from lineage.dataclass import dataclass
from lineage.engines.processes import Workers, workers
from lineage.model import Article, Skipped
from lineage.reports.wording import count, too_many_holders
from lineage.settings import Settings
from lineage.telling import infer
from lineage.version import __version__

Stage = Literal["articles", "recurrence", "stories"]
OnProgress = Callable[[Stage, int, int | None], None]


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
    with workers(count, (infer.__module__,)) as pool:
        wanted = articles if outlets is None else _of(articles, outlets, left_out)
        added = _add(archive, wanted, pool, run, on_progress)
        on_progress("recurrence", 0, None)
        archive.settle()
        noted = [*infer(archive, pool, settings, partial(on_progress, "stories"))]
    noted += _set_aside(archive)
    skipped = (*getattr(articles, "skipped", ()), *left_out, *noted)
    with archive.writing():
        runs.end(archive.held, run, added, skipped)
    return added, skipped


def _of(articles: Iterable[Article], outlets: Collection[str], left_out: list[Skipped]) -> Iterator[Article]:
    """The articles of some outlets; the others are counted."""
    wanted = {outlet.casefold() for outlet in outlets}
    others = 0
    for article in each(articles):
        if (article.outlet or "").casefold() in wanted:
            yield article
        else:
            others += 1
    if others:
        reason = f"{count(others, 'article is', 'articles are')} not from the outlets asked for"
        left_out.append(Skipped("", reason, kind="noted"))


def _add(archive: Archive, articles: Iterable[Article], pool: Workers, run: int, on_progress: OnProgress) -> Added:
    """Add articles, batch by batch; what recurs is looked at whenever the archive has grown."""
    total = Added()
    read = 0
    waiting: deque[Unknown] = deque()  # whose texts are being sketched

    def fresh() -> Iterator[list[str]]:
        """The texts of the articles that are not known yet, batch by batch."""
        nonlocal read, total
        for some in in_batches(articles, soon=pool.count > 1):
            kept = unknown(archive.held, some)
            read += len(some)
            total += Added(known=len(some) - len(kept.articles))
            if kept.articles:
                waiting.append(kept)
                yield kept.texts
            else:
                on_progress("articles", read, None)

    for sketches in pool.map(partial(sketched, **archive.sketching), fresh()):
        total += archive.add_prepared(Prepared(waiting.popleft(), sketches), run=run)
        on_progress("articles", read, None)
        if archive.grown():
            archive.settle()
    return total


def _set_aside(archive: Archive) -> Iterator[Skipped]:
    """What was not compared, or not with everything."""
    passages = archive.held.catalogue.count("furniture")
    if passages:
        what = count(passages, "passage that recurs", "passages that recur")
        reason = f"set aside: {what} from story to story; the table furniture has them"
        yield Skipped("", reason, kind="noted")
    if rate := archive.base_rate:
        named = stories.named(archive.held)
        absent = f"{named.get('absent', 0):,} of {sum(named.values()):,} articles that say whose their text is"
        taken = f"such sources are taken to be {math.exp(rate):.2g} times as likely as in the training stories"
        yield Skipped("", f"{absent} credit an outlet that is not here; {taken}", kind="noted")
    if near := archive.copies:
        what = count(near, "article is a near copy", "articles are near copies")
        reason = f"{what} of another: compared with that one, and with the rest only in what that one lacks"
        yield Skipped("", reason, kind="noted")
    if crowded := archive.crowded:
        yield Skipped("", too_many_holders(crowded), kind="capped")
