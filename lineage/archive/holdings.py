"""What an archive holds, for those who read: articles, texts, segments, and what is known by article number."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from lineage.archive.aside import aside_spans
from lineage.archive.catalogue import FEW, Catalogue, Row
from lineage.archive.marks import Marks
from lineage.archive.matching import Tunables
from lineage.archive.records import article_of, digest_of, name_of
from lineage.archive.register import Blocks, Columns, Register, Signatures
from lineage.archive.segments import Segment
from lineage.archive.texts import Texts
from lineage.errors import ArchiveDamagedError, ArchiveError, UsageError
from lineage.kernel import OwnRoom, Room
from lineage.model import Article, Span

FOLDER = "segments"
CURE = "restore the archive from a backup, or scan the input again"


_T = TypeVar("_T", bound=Columns)


class Holdings:
    """The catalogue and the segments of an archive that is open, and what was read of them last."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        meta = catalogue.meta()
        self.folder = catalogue.folder
        self.keeps_text = meta["text"] == "kept"
        self.seed = int(meta["seed"])
        self.within = int(meta["within"]) if meta["within"] != "any" else None  # minutes
        self.tunables = Tunables(
            int(meta["window"]), int(meta["least_words"]), float(meta["least_identity"]), int(meta["max_holders"])
        )
        self.texts_file = Texts(self.folder)
        self.last_texts: dict[int, str] = {}  # of the batch that was added last, by article number
        self.guard = threading.RLock()
        self._open: dict[str, Segment] = {}
        self._opened_at: int | None = None  # the catalogue's number of changes when they were listed
        self._own = OwnRoom()
        self._register: Register | None = None
        self._signatures: Signatures | None = None
        self._blocks: Blocks | None = None
        self._asked = False  # whether a text was
        self._marks: tuple[int, Marks] | None = None

    def forget(self) -> None:
        """Read everything anew when it is next asked for: a transaction was taken back."""
        self._register = self._signatures = self._blocks = self._marks = None
        self.last_texts = {}

    def close(self) -> None:
        """Let go of the files."""
        self._open.clear()
        self.texts_file.close()
        self.catalogue.close()

    def __len__(self) -> int:
        """How many articles there are, versions counted."""
        return int(self.catalogue.meta().get("articles", "0"))

    @property
    def room(self) -> Room:
        """This thread's buffers."""
        return self._own.room

    def segments(self) -> list[Segment]:
        """The segments that the last commit lists, open."""
        missing = ""
        with self.guard:
            changes = None if self.catalogue.write else self.catalogue.changes()
            if changes is not None and changes == self._opened_at:
                return list(self._open.values())
            for _ in range(5):  # a writer may have merged and removed some since they were listed
                listed = [row[:2] for row in self.catalogue.rows("segments", "ORDER BY name")]
                try:
                    self._open = {name: self.segment(name, digest) for name, digest in listed}
                except FileNotFoundError as error:
                    missing = str(error.filename)
                    continue
                self._opened_at = changes
                return list(self._open.values())
        raise ArchiveDamagedError(
            f"{missing}: is not there; restore the archive from a backup, or scan the input again"
        )

    def segment(self, name: str, digest: str) -> Segment:
        """A segment by the name of its file, and the digest of its header."""
        return self._open.get(name) or Segment(self.folder / FOLDER / name, digest)

    def let_go(self) -> None:
        """Have no part of the segments in this process's memory but what is asked for next."""
        for segment in self._open.values():
            segment.let_go()

    @property
    def register(self) -> Register:
        """What is known of every article by its number."""
        with self.guard:
            if self._register is None or (not self.catalogue.write and len(self._register) != len(self)):
                self._register = self._read(Register)
            return self._register

    @property
    def signatures(self) -> Signatures:
        """What tells near copies of every article by its number; who does not write has no use for it."""
        if self._signatures is None:
            self._signatures = self._read(Signatures)
        return self._signatures

    @property
    def blocks(self) -> Blocks:
        """Where the texts stand."""
        with self.guard:
            if self._blocks is None:
                self._blocks = self._read(Blocks)
            return self._blocks

    def _read(self, kind: type[_T]) -> _T:
        """Columns as they are kept."""
        return kind.of(self.catalogue.rows(kind.TABLE, "ORDER BY first"))

    @property
    def marks(self) -> Marks:
        """The fingerprints that are treated in a way of their own."""
        with self.guard:
            changes = 0 if self.catalogue.write else self.catalogue.changes()
            if self._marks is None or self._marks[0] != changes:
                self._marks = changes, Marks.of(self.catalogue.rows("marked"))
            return self._marks[1]

    def aside_spans(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The stretches of each text that are furniture, as far as it is known."""
        return aside_spans(texts, self.marks.furniture(), self.tunables.window, self.seed)

    def numbers(self, names: Sequence[str]) -> dict[str, int]:
        """The numbers of articles by name; names that are not there are left out."""
        return {row[1]: row[0] for row in self.catalogue.rows_in("articles", "name", list(names))}

    def number(self, name: str) -> int:
        """The number of an article by its name. Raises `UsageError` if there is none."""
        found = self.numbers([name])
        if not found:
            raise UsageError(
                f"{self.folder}: has no article {name!r}; lineage stories --archive {self.folder} lists some"
            )
        return found[name]

    def meant(self, name: str) -> int:
        """The number of the article that somebody names: by its name, by its beginning, or with … for its middle, as it
        is printed. Raises `UsageError` if there is none, or several.
        """
        begin, _, end = name.partition("…")
        found = self.numbers([name])
        if not found and begin:
            rows = self.catalogue.rows("articles", "WHERE name >= ? AND name < ?", (begin, begin + chr(sys.maxunicode)))
            found = {row[1]: row[0] for row in islice((row for row in rows if row[1].endswith(end)), FEW)}
        if len(found) > 1:
            several = ", ".join(sorted(found)[:8]) + (", …" if len(found) > 8 else "")
            raise UsageError(f"{self.folder}: {name!r} may be {several}; name one")
        return found.popitem()[1] if found else self.number(name)

    def namesakes(self, ids: Iterable[str]) -> list[Row]:
        """The rows of the articles, versions included, that came with one of some ids."""
        found = list(self.catalogue.rows_in("articles", "name", [name_of(id) for id in ids]))
        versions = "WHERE name >= ? AND name < ?"  # $ comes behind #
        for id, name in [(row[2], row[1]) for row in found]:
            more = self.catalogue.rows("articles", versions, [f"{id}#", f"{id}$"])
            found += [row for row in more if row[2] == id and row[1] != name]
        return found

    def rows(self, numbers: Iterable[int]) -> dict[int, Row]:
        """The rows of articles by number."""
        wanted = {int(number) for number in numbers}
        found = {row[0]: row for row in self.catalogue.rows_in("articles", "number", list(wanted))}
        if len(found) != len(wanted):
            raise ArchiveDamagedError(f"{self.catalogue.path}: rows of articles are lost; {CURE}")
        return found

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The texts of articles, in the order asked for. Raises `ArchiveError` where text is not kept."""
        if not self.keeps_text:
            raise ArchiveError(f"{self.folder}: the archive keeps no text; it was made with --no-text")
        found: dict[int, str] = {}
        try:
            wanted = sorted({number for number in map(int, numbers) if number not in self.last_texts})
            block: list[bytes] = []
            last = -1
            for number, (first, place, size) in zip(wanted, self._blocks_of(wanted), strict=True):
                if first != last:
                    block, last = self.texts_file.read(place, size), first
                found[number] = block[number - first].decode("utf-8", "surrogatepass")
        except (OSError, ValueError, IndexError):
            raise ArchiveDamagedError(f"{self.texts_file.path}: a text is damaged or gone; {CURE}") from None
        return [found[number] if number in found else self.last_texts[number] for number in map(int, numbers)]

    def _blocks_of(self, wanted: Sequence[int]) -> Iterable[tuple[int, int, int]]:
        """As `Blocks.holding` tells of some ascending articles. Who asks for the first time may ask no more, and it is
        read where these stand; then where all do, of a million articles in 30 ms.
        """
        if self._blocks is None and not self._asked:
            self._asked = True
            begins = "SELECT max(first) FROM texts WHERE first <= ?"
            firsts = {self.catalogue.execute(begins, (number,)).fetchone()[0] for number in wanted}
            return Blocks.of(sorted(self.catalogue.rows_in(Blocks.TABLE, "first", list(firsts)))).holding(wanted)
        if wanted and wanted[-1] >= self.blocks.articles:
            self._blocks = None  # more have come since they were read
        return self.blocks.holding(wanted)

    def bare(self, numbers: Sequence[int]) -> list[Article]:
        """Articles under their names in the archive, in the order asked for, without their texts."""
        rows = self.rows(numbers)
        return [article_of(rows[int(number)], "") for number in numbers]

    def articles(self, numbers: Sequence[int], read: Mapping[int, str] | None = None) -> list[Article]:
        """Articles under their names in the archive, in the order asked for; without text where none is kept. `read`
        are their texts by number, where these were read already.
        """
        rows = self.rows(numbers)
        if not self.keeps_text:
            texts = [""] * len(numbers)
        else:
            texts = self.texts(numbers) if read is None else [read[int(number)] for number in numbers]
        found = [article_of(rows[int(number)], text) for number, text in zip(numbers, texts, strict=True)]
        for number, article in zip(numbers, found, strict=True):
            row = rows[int(number)]
            if self.keeps_text and digest_of(article, row[2]) != row[3]:
                raise ArchiveDamagedError(f"{self.catalogue.path}: the text of {article.id!r} is not its own; {CURE}")
        return found
