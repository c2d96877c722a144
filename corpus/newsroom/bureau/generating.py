"""`generate`: one story from a seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from random import Random

from corpus.newsroom.bureau.base import shelf
from corpus.newsroom.bureau.book import LANGUAGES, Book, Split, open_book
from corpus.newsroom.bureau.clocks import STEPS, ClockKind, Clocks, clock_kind, stamp
from corpus.newsroom.bureau.event import DAYS, FIRST_DAY, happen
from corpus.newsroom.bureau.grammar import capital
from corpus.newsroom.bureau.house import hire
from corpus.newsroom.bureau.levels import LEVELS, LevelName
from corpus.newsroom.bureau.nouns import GeneratedStory
from corpus.newsroom.bureau.story import Newsroom, Node
from corpus.newsroom.bureau.truth import Record, mingled, tell_truth
from corpus.newsroom.bureau.units import Page, lay_out, wording
from corpus.newsroom.bureau.writing import Author, Invented, Matter
from lineage.model import Article

ATTEMPTS = 40  # a story in which unrelated reports share a run of words is thrown away
HEADLINES = 120  # of other stories, for links in the page furniture


def generate(
    seed: int,
    level: LevelName = "medium",
    *,
    clocks: Clocks = "mixed",
    split: Split = "train",
    size: tuple[int, int] = (4, 14),
    languages: Sequence[str] = ("en",),
    base_texts: Sequence[str] = (),
    metadata: bool = True,
    alone: bool = False,
) -> GeneratedStory:
    """A story with its truth: the same arguments give the same story on every machine.

    `size` is the least and most number of articles. `split` names the part of the language's book (and, by position,
    of `base_texts`) that is used. With `base_texts` (in English), roots are real articles that the newsroom then
    copies and changes; nothing of them is kept. Without `metadata`, articles have no outlet, author, title and URL.
    `alone`: every article is a report of its own, as many as there are wordings for. The kind of clocks changes nothing
    but the time stamps (edited ones: what was added later, too).
    Raises ValueError for an unknown level, kind of clock, language, or a size that is none.
    """
    made = make(seed, level, clocks, split, size, languages, base_texts, alone)
    articles = list(_articles(made, metadata))
    made.rng.shuffle(articles)
    truth = tell_truth(made.record)
    return GeneratedStory(seed, level, made.kind, made.book.language, tuple(articles), truth, dict(made.done))


@dataclass(slots=True)
class Made:
    """A story as it was made: more than its articles show. `when` is the instant that its minutes count from, `rng`
    and `ticking` what chance goes on with, for the articles and for their clocks."""

    record: Record
    kind: ClockKind
    when: datetime
    book: Book
    done: Mapping[str, int]
    rng: Random
    ticking: Random


def make(
    seed: int,
    level: LevelName,
    clocks: Clocks,
    split: Split,
    size: tuple[int, int] = (4, 14),
    languages: Sequence[str] = ("en",),
    base_texts: Sequence[str] = (),
    alone: bool = False,
) -> Made:
    """A story from a seed, with all that nobody is to see. Raises ValueError as `generate` does."""
    if level not in LEVELS:
        raise ValueError(f"no level {level!r}; there are {', '.join(LEVELS)}")
    if not 1 <= size[0] <= size[1]:
        raise ValueError(f"size {size} is no range of at least one article")
    for language in languages:
        if language not in LANGUAGES:
            raise ValueError(f"no newsroom writes {language!r}; there are {', '.join(LANGUAGES)}")
    for attempt in range(ATTEMPTS):
        rng, ticking = (Random(f"{seed}/{level}/{what}/{split}/{attempt}") for what in ("story", "clocks"))
        language = "en" if base_texts else rng.choice(list(languages))
        book = open_book(language, split)
        kind = clock_kind(ticking, clocks)
        room, when = _spread(rng, book, level, size, base_texts, alone)
        room.finish(partial(_headline, rng, language, split))
        if kind == "edited":
            room.touch(ticking)
        record = _lay_out(room, book, kind, rng)
        if record.pages and not mingled(record):
            break
    return Made(record, kind, when, book, room.done, rng, ticking)


def _spread(
    rng: Random, book: Book, level: LevelName, size: tuple[int, int], base_texts: Sequence[str], alone: bool
) -> tuple[Newsroom, datetime]:
    """A story that has spread, and the instant that its minutes count from."""
    if base_texts:
        found = shelf(base_texts, book.split).pull(rng, book)
        room = Newsroom(rng, LEVELS[level], lambda: next(found, None))
        when = FIRST_DAY + timedelta(days=rng.randrange(DAYS), minutes=rng.randrange(1440))
    else:
        event = happen(rng, book)
        told: Matter = Invented(event)
        room = Newsroom(rng, LEVELS[level], lambda: told)
        when = event.when
    room.spread(rng.randint(*size), alone)
    return room, when


def _headline(rng: Random, language: str, split: Split) -> str:
    return rng.choice(_headlines(language, split))


@lru_cache
def _headlines(language: str, split: Split) -> tuple[str, ...]:
    """Headlines of other stories."""
    book = open_book(language, split)
    rng = Random(f"headlines/{language}/{split}")
    made = []
    for _ in range(HEADLINES):
        event = happen(rng, book)
        author = Author(rng, iter(range(9)), hire(rng, book, "outlet", set()), 0)
        if unit := Invented(event).title(author):
            made.append(capital(wording(unit)))
    return tuple(made)


def _lay_out(room: Newsroom, book: Book, kind: ClockKind, rng: Random) -> Record:
    pages: dict[int, Page] = {}
    for node in room.nodes:
        page = lay_out(
            node.draft, node.outlet.gap, book.joins, book.stop, " " if book.spaced else "", node.outlet.titled
        )
        if node.unseen is None:
            pages[node.number] = page
    numbers = list(range(1, len(pages) + 1))
    rng.shuffle(numbers)
    ids = {node: f"a{number}" for node, number in zip(pages, numbers, strict=True)}
    return Record(room.nodes, pages, ids, clocked=kind != "none")


def _articles(made: Made, metadata: bool) -> Iterator[Article]:
    record, kind, when, book, rng, ticking = made.record, made.kind, made.when, made.book, made.rng, made.ticking
    step = ticking.choice(STEPS)
    for number, page in record.pages.items():
        node = record.nodes[number]
        outlet, id = node.outlet, record.ids[number]
        published = stamp(
            ticking, kind, _instant(when, node.minute), _edited(when, node), outlet.zone, outlet.zoned, step
        )
        plain = Article(id, page.text, published=published, language=book.language)
        if not metadata:
            yield plain
            continue
        names = book.names
        author = f"{rng.choice(names['women' if rng.random() < 0.5 else 'men'])} {rng.choice(names['surnames'])}"
        author = author.replace("«al»", "al-") if outlet.signed and rng.random() < 0.8 else ""
        yield Article(
            id, page.text, outlet=outlet.name, published=published, title=page.title, author=author or None,
            url=f"https://{outlet.domain}/{rng.randrange(10**8):08d}", language=book.language,
        )  # fmt: skip


def _instant(when: datetime, minute: float) -> datetime:
    return (when + timedelta(minutes=minute)).astimezone(UTC)


def _edited(when: datetime, node: Node) -> datetime | None:
    return None if node.edited is None else _instant(when, node.edited)
