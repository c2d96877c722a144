"""Writing about an event: facts into units, units into an article of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from corpus.newsroom.bureau.book import Book, Fact
from corpus.newsroom.bureau.details import compose
from corpus.newsroom.bureau.event import Event
from corpus.newsroom.bureau.grammar import Choice, Template, compile_template, hang, written
from corpus.newsroom.bureau.house import Outlet
from corpus.newsroom.bureau.units import Draft, Unit, UnitKind, draw

MEDIAN_WORDS = 420  # of an article; the middle half of real news texts of two collections has 230 to 560
SPREAD = 0.45  # of the logarithm of its length
SHORTEST, LONGEST = 140, 760  # words
JOINED = 0.3  # of pairs of narrated clauses in a paragraph are one sentence
ORDER_NOISE = 5.0  # places by which reporters differ about what comes first
ASIDE = 0.7  # of sentences have something hung on: those of news have 20 words, the bare templates 14
HEARD = 0.4  # of the quotations that there are, a reporter uses: a fifth of the words of news is quoted
NO_QUOTE = Template("quotation", ())


@dataclass(slots=True)
class Author:
    """Who writes: an outlet's style, a node of the story, what is known by then, who was mentioned already."""

    rng: Random
    uids: Iterator[int]
    outlet: Outlet
    node: int
    stage: int = 0
    mentioned: set[str] = field(default_factory=set)


class Matter(Protocol):
    """What can be told: an invented event, or texts that were found."""

    @property
    def book(self) -> Book:
        """The book of its language."""

    def title(self, author: Author) -> Unit | None:
        """A headline in the author's words, None if there is none."""

    def lead(self, author: Author) -> Unit | None:
        """An opening in the author's words, None if all wordings belong to others."""

    def topics(self, author: Author) -> list[str]:
        """The facts that the author could tell, most important first."""

    def tell(self, author: Author, fact: str) -> Unit | None:
        """A fact in the author's words, None if all wordings belong to others."""

    def reword(self, unit: Unit, author: Author) -> bool:
        """Word the unit's fact in another way that is nobody else's; whether there was one."""

    def frame(self, unit: Unit, rng: Random) -> None:
        """Draw anew how a statement or a quotation is attributed."""

    def slots(self, stage: int) -> Mapping[str, Choice]:
        """The slots as known at a stage; empty for texts that were found."""


@dataclass(slots=True)
class Invented:
    """The matter of an event."""

    event: Event
    hung: dict[tuple[int, int], tuple[Template, Template]] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """The book that the event was made from."""
        return self.event.book

    def title(self, author: Author) -> Unit | None:
        """A headline; headlines may coincide, so none belongs to anybody."""
        fact = self.event.kind.headline
        template = fact.templates[author.rng.randrange(len(fact.templates))]
        return self._unit(author, fact, template)

    def lead(self, author: Author) -> Unit | None:
        """An opening sentence."""
        return self.tell(author, self.event.kind.lead.name)

    def topics(self, author: Author) -> list[str]:
        """The event's facts in its order of importance, shaken a little."""
        order = [f for f in self.event.order if f not in self.event.quotations or author.rng.random() < HEARD]
        noise = [number + author.rng.random() * ORDER_NOISE for number in range(len(order))]
        return [fact for _, fact in sorted(zip(noise, order, strict=True))]

    def tell(self, author: Author, fact: str) -> Unit | None:
        """A fact or a quotation; the wording belongs to the author from now on."""
        if found := self.event.quotations.get(fact):
            if found.exclusive and self.event.used.setdefault(fact, author.node) != author.node:
                return None
            unit = Unit(next(author.uids), "quote", fact, author.node, NO_QUOTE, [], self.event.stages[author.stage])
            unit.style = author.outlet.style
            unit.version = author.rng.randrange(len(found.versions))
            whole = found.versions[unit.version]
            unit.sentences = whole if author.rng.random() < 0.75 else whole[:1]
            unit.speaker = found.speaker
            self._mention(author, unit)
            return unit
        told = self.event.facts[fact]
        free = [t for t in told.templates if self.event.used.get(t.key, author.node) == author.node]
        if not free:
            return None
        template = free[author.rng.randrange(len(free))]
        self.event.used[template.key] = author.node
        return self._unit(author, told, template, self._aside(author.rng))

    def _aside(self, rng: Random) -> Template | None:
        """Something to hang on a sentence, drawn for this one alone."""
        lists = self.book.colour
        if not lists or rng.random() >= ASIDE:
            return None
        text = compose(lists["asides"][rng.randrange(len(lists["asides"]))], lists, rng)[0]
        return compile_template("aside", text, self.book.prose)

    def _with(self, template: Template, aside: Template | None) -> Template:
        """The template with an aside hung on: always the same one, so that it can be told from others."""
        if aside is None:
            return template
        found = self.hung.get((id(template), id(aside)))
        if found is None:
            found = self.hung[id(template), id(aside)] = (hang(template, aside), aside)
        return found[0]

    def _unit(self, author: Author, fact: Fact, template: Template, aside: Template | None = None) -> Unit:
        slots = self.event.stages[author.stage]
        template = self._with(template, aside)
        unit = Unit(
            next(author.uids), "plain", fact.name, author.node, template, draw(template, author.rng, slots), slots
        )
        unit.style, unit.aside = author.outlet.style, aside
        if template.attributed:
            unit.speaker = fact.speaker
            self._mention(author, unit)
        unit.join = author.rng.randrange(4) if author.rng.random() < JOINED else -1
        return unit

    def _mention(self, author: Author, unit: Unit) -> None:
        self._attribute(unit, author.rng, later=unit.speaker in author.mentioned)
        author.mentioned.add(unit.speaker)

    def _attribute(self, unit: Unit, rng: Random, later: bool) -> None:
        book = self.book
        fact = book.statement
        if unit.sentences:
            fact = book.quote_two if len(unit.sentences) > 1 else book.quote_one
        unit.frame = fact.templates[rng.randrange(len(fact.templates))]
        unit.frame_picks = draw(unit.frame, rng, {"S": unit.slots[unit.speaker]}, later)
        unit.text = ""

    def frame(self, unit: Unit, rng: Random) -> None:
        """Another attribution; whoever was introduced stays introduced, whoever was known stays known."""
        if unit.frame is None:
            return
        speaker = unit.slots[unit.speaker]
        places = [i for i, part in enumerate(unit.frame.choices) if getattr(part, "name", "") == "S"]
        self._attribute(unit, rng, later=bool(places) and unit.frame_picks[places[0]] >= speaker.full)

    def reword(self, unit: Unit, author: Author) -> bool:
        """Another template for the unit's fact, drawn evenly from those that nobody else has, or the same one with
        something else hung on: two desks that reword one sentence do not hit upon the same words, but for headlines.
        """
        if unit.sentences or unit.fact not in self.event.facts:
            return False
        used, rng = self.event.used, author.rng
        every = self.event.facts[unit.fact].templates
        free = [t for t in every if used.get(t.key, author.node) == author.node and t.key != unit.template.key]
        if free:
            template = free[rng.randrange(len(free))]
        elif unit.aside and (other := self._aside(rng)):
            template, unit.aside = next(t for t in every if t.key == unit.template.key), other
        else:
            return False
        if free and unit.fact != self.event.kind.headline.name:
            used[template.key] = author.node
        template = self._with(template, unit.aside)
        unit.template, unit.picks, unit.text = template, draw(template, rng, unit.slots), ""
        self.frame(unit, rng)
        return True

    def slots(self, stage: int) -> Mapping[str, Choice]:
        """The slots as known at a stage."""
        return self.event.stages[stage]


def length(rng: Random) -> int:
    """Words of an article, log-normal."""
    return int(min(LONGEST, max(SHORTEST, MEDIAN_WORDS * rng.lognormvariate(0.0, SPREAD))))


def write(matter: Matter, author: Author, words: int) -> Draft:
    """An article of the author's own, of about so many words."""
    lead = matter.lead(author)
    units = [lead] if lead else []
    written_words = sum(unit.words for unit in units)
    for fact in matter.topics(author):
        if written_words >= words:
            break
        if unit := matter.tell(author, fact):
            units.append(unit)
            written_words += unit.words
    return Draft(matter.title(author), None, paragraphs(units, author.rng))


def paragraphs(units: list[Unit], rng: Random) -> list[list[Unit]]:
    """Units in paragraphs of one to three; the first stands alone more often than not."""
    made: list[list[Unit]] = []
    size = 1 if rng.random() < 0.7 else 2
    for unit in units:
        if made and len(made[-1]) < size:
            made[-1].append(unit)
        else:
            made.append([unit])
            size = rng.choice((1, 1, 2, 2, 3)) if len(made) > 1 else size
    return made


def fixed(author: Author, text: str, kind: UnitKind = "credit") -> Unit:
    """A unit that says exactly this."""
    template = written(NO_QUOTE, text)
    return Unit(next(author.uids), kind, kind, author.node, template, [], style=author.outlet.style)
