"""The archive: what is remembered of articles from one day to the next.

A directory with a catalogue (`archive.db`) and segments of sorted fingerprints. A batch of articles is there as a
whole or not at all, with its segment and with what it shares with everything before it. One process may write; any
number may read at the same time and see what was last committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lineage.answers import Flow, Story
from lineage.archive import adding, care, results, settling
from lineage.archive.adding import Added, Prepared
from lineage.archive.catalogue import FILE, LOCK, Catalogue, told
from lineage.archive.holdings import FOLDER, Holdings
from lineage.archive.marks import CROWDED
from lineage.archive.matching import DEFAULTS
from lineage.archive.sketching import Sketching, sketched
from lineage.archive.stories import RATE
from lineage.article import each
from lineage.errors import ArchiveError, UsageError
from lineage.garbage import uncollected
from lineage.model import Article
from lineage.overlap.shingles import SHINGLE
from lineage.text.tokens import SEED

BATCH = 10_000  # articles that are committed together: a second or two of work
BATCH_CHARS = 40_000_000  # characters that are committed together, whichever is less
SOON = 8  # the part of a batch that is handed on first, where several processes wait; then twice as many, and so on
GROWN = 1.25  # times as many articles as at the last look: what recurs is looked at again in the middle of a long run


class Archive:
    """An archive that is open. Use `Archive.open`, in a `with` statement."""

    def __init__(self, held: Holdings) -> None:
        self.held = held

    @classmethod
    def open(
        cls,
        folder: str | PathLike[str],
        *,
        write: bool = False,
        text: bool | None = None,
        within: int | None = None,
        settings: Mapping[str, object] = {},
    ) -> Archive:
        """Open an archive; with `write` it is made if it is not there, and nobody else may write meanwhile.

        `text=False` makes one that keeps fingerprints and places only. `within` are the minutes that two articles may
        be apart to be compared. `settings` are `window`, `least_words`, `least_identity`, `max_holders`, `seed`. What
        is given must agree with what an archive that exists was made with; else `ArchiveMismatchError`. Raises
        `ArchiveLockedError` at once if another process writes, and `ArchiveError` if there is nothing to read.
        """
        folder = Path(folder)
        exists = (folder / FILE).exists()
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder}: not a folder; an archive is one")
        if write and not exists and _others_in(folder):
            raise UsageError(f"{folder}: has other files in it; an archive needs a folder of its own")
        asked = {name: str(value) for name, value in settings.items()}
        if text is not None:
            asked["text"] = "kept" if text else "not kept"
        if within is not None:
            asked["within"] = str(within)
        if write and not exists:
            usual = {"shingle": str(SHINGLE), "seed": str(SEED), "text": "kept", "within": "any", "registry": "shipped"}
            asked = {**usual, **DEFAULTS, **asked}
        made = cls(Holdings(Catalogue.open(folder, write=write, made_with=asked)))
        if write:
            made._sweep()
        return made

    def _sweep(self) -> None:
        """Remove the segment files that nothing refers to: a run was stopped while it wrote them, or merged them."""
        with told(self.folder):
            (self.folder / FOLDER).mkdir(exist_ok=True)
            listed = {row[0] for row in self.held.catalogue.rows("segments")}
            for path in (self.folder / FOLDER).iterdir():
                if path.name not in listed:
                    path.unlink(missing_ok=True)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.held.folder

    def close(self) -> None:
        """Let go of the files."""
        self.held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """How many articles there are, versions counted."""
        return len(self.held)

    def article(self, name: str) -> Article:
        """An article by its name. Raises `UsageError` if there is none."""
        return self.held.articles([self.held.number(name)])[0]

    def articles(self) -> Iterator[Article]:
        """All articles, by name; without text where none is kept."""
        yield from results.articles(self.held)

    def stories(self) -> Iterator[Story]:
        """The stories, the largest first."""
        return results.stories(self.held)

    def flows(self) -> list[Flow]:
        """Which outlet took from which, the busiest routes first."""
        return results.flows(self.held)

    def story(self, name: str) -> list[Article]:
        """The articles of a story, by the name of one of them or its beginning. Raises `UsageError` if it has none."""
        numbers = results.story_of(self.held, self.held.meant(name))
        if not numbers:
            raise UsageError(f"{self.folder}: the article {name!r} is in no story: it shares nothing that matters")
        return self.held.articles(numbers)

    def table(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a result table, by column; see `lineage.archive.results.TABLES`."""
        return results.rows_of(self.held, name)

    # ---- writing -------------------------------------------------------------------------------------------------

    def add(self, articles: Iterable[Article], *, run: int = 0) -> Added:
        """Keep articles, with what they share with all others. Batches of `BATCH` are committed one by one.

        An article that is there already, with its id and text, changes nothing; one whose id is there with another text
        is kept as a further version.
        """
        total = Added()
        for some in in_batches(articles):
            fresh = self.prepare(some)
            known = Added(known=len(some) - len(fresh.unknown.articles))
            total += known + self.add_prepared(fresh, run=run)
        return total

    def prepare(self, articles: Sequence[Article]) -> Prepared:
        """Make those articles ready that are not there already."""
        with uncollected():
            some = adding.unknown(self.held, articles)
            return Prepared(some, sketched(some.texts, **self.sketching, room=self.held.room))

    @property
    def sketching(self) -> Sketching:
        """What `lineage.archive.sketching.sketched` must be told."""
        return {"window": self.held.tunables.window, "seed": self.held.seed, "keep_text": self.held.keeps_text}

    def add_prepared(self, prepared: Prepared, *, run: int = 0) -> Added:
        """Keep some articles in one transaction."""
        with self.writing():
            return adding.add(self.held, prepared, run=run)

    def grown(self) -> bool:
        """Whether so many articles have come that what recurs should be looked at again."""
        seen = int(self.held.catalogue.meta().get("settled", "0"))
        return len(self.held.register) > max(BATCH, GROWN * seen)

    def settle(self) -> int:
        """Decide anew what is furniture and find the pairs of those articles anew for which that changes something;
        how many articles these are. After it, what is kept does not depend on the order in which articles came.
        """
        with self.writing():
            return settling.settle(self.held)

    def compact(self) -> None:
        """Merge all segments into one, and give free room in the catalogue back."""
        with self.writing():
            care.compact(self.held)
        self._sweep()
        self.held.catalogue.execute("VACUUM")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction. Raises `ArchiveError` where the archive is open for reading only."""
        if not self.held.catalogue.write:
            raise ArchiveError(f"{self.folder}: opened for reading only; open it with write=True")
        try:
            with uncollected(), self.held.guard, self.held.catalogue.transaction():
                yield
        except BaseException:
            self.held.forget()
            raise

    @property
    def base_rate(self) -> float:
        """The nats by which a source that is not here is likelier than where the ledger learnt, as the articles tell it
        (`lineage.descent.base_rate`); 0 before stories are told.
        """
        return float(self.held.catalogue.meta().get(RATE, 0.0))

    @property
    def copies(self) -> int:
        """How many articles are near copies of another with which alone they were compared in what both have; see
        `lineage.archive.reprints`.
        """
        return self.held.catalogue.count("copies")

    @property
    def crowded(self) -> int:
        """How many fingerprints have too many holders; the pairs of these are found with the first holder only."""
        return len(self.held.marks.with_bit(CROWDED))


def _others_in(folder: Path) -> bool:
    """Whether there are files in a folder that are not an archive's."""
    return folder.exists() and any(
        path.name not in (LOCK, FOLDER) and not path.name.startswith(".") for path in folder.iterdir()
    )


def in_batches(articles: Iterable[Article], *, soon: bool = False) -> Iterator[list[Article]]:
    """Articles in groups of `BATCH`, fewer where they are long; with `soon` the first groups are smaller, so that who
    waits for them can begin.
    """
    some: list[Article] = []
    size, share = 0, SOON if soon else 1
    for article in each(articles):
        some.append(article)
        size += len(article.text)
        if len(some) * share >= BATCH or size * share >= BATCH_CHARS:
            yield some
            some, size, share = [], 0, max(1, share // 2)
    if some:
        yield some
