"""Texts that were found: real articles, read at run time, that a story begins with.

A text's sentences are its facts: a root tells most of them, and whoever adds something of its own tells one of those
that were left out, so that additions read like the rest. Statements and quotations of the commonest forms are taken
apart, so that their attribution can move.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Final

from corpus.newsroom.bureau.book import Book, Split, open_book, part_of
from corpus.newsroom.bureau.grammar import Choice, Lexicon, Template, choice, raw_template
from corpus.newsroom.bureau.kin import with_kin
from corpus.newsroom.bureau.units import Unit, draw
from corpus.newsroom.bureau.writing import Author

SENTENCES: Final = (8, 60)  # of a text that serves
LONGEST_SENTENCE = 70  # words; longer ones are lists and broken markup
WITHHELD = 0.3  # of a text's sentences are left for additions
NEIGHBOURS = 12  # texts on like matters from which a story's independent reports are drawn
RARE = 40  # texts that hold a word at most, for it to say what a text is about
SHARED_RUN = 9  # words in a row that two texts may not share, if one is to be independent of the other

_SENTENCE: Final = re.compile(r"(?<=[.!?])[”\"’']?\s+(?=[“\"‘'A-Z])")
_WORD: Final = re.compile(r"\w+")
_QUOTE: Final = re.compile(r"[“\"]([^“”\"]{12,300}),[”\"] ((?:[A-Z][\w.’'-]*|the|of|a) ?(?:[\w.’'-]+ ){0,6}?)said\.?")
_STATEMENT: Final = re.compile(
    r"(The|A|An|It|He|She|They|We|This|That|There|In|At|But)( [^“”\"]{15,240}), ((?:the |[A-Z])[\w.’' -]{2,50}) said\.?"
)
_SPEAKER: Final = "speaker"
_NO_TEMPLATE: Final = Template("found", ())


@dataclass(frozen=True, slots=True)
class Shelf:
    """Real texts in sentences, which words say what each is about, and which words can stand for which."""

    texts: tuple[tuple[str, ...], ...]
    topics: tuple[frozenset[str], ...]
    holders: Mapping[str, tuple[int, ...]]
    lexicon: Lexicon

    def pull(self, rng: Random, book: Book) -> Iterator[Found]:
        """A text, then others on like matters that share no run of words with those before: new origins of a story."""
        first = rng.randrange(len(self.texts))
        near = Counter(other for word in sorted(self.topics[first]) for other in self.holders[word] if other != first)
        likest = [other for other, _ in sorted(near.items(), key=lambda item: (-item[1], item[0]))][:NEIGHBOURS]
        rng.shuffle(likest)
        runs: set[tuple[str, ...]] = set()
        for number in [first, *likest]:
            own = _runs(self.texts[number])
            if not runs & own:
                runs |= own
                yield Found(book, self.texts[number], f"found.{number}", rng, self.lexicon)


def _runs(sentences: Sequence[str]) -> set[tuple[str, ...]]:
    words = _WORD.findall(" ".join(sentences).lower())
    return set(zip(*(words[i:] for i in range(SHARED_RUN)), strict=False))


@lru_cache(maxsize=8)
def _shelf(texts: tuple[str, ...], split: Split) -> Shelf:
    cut = [sentences for text in part_of(texts, split) if (sentences := _sentences(text))]
    if not cut:
        raise ValueError(f"none of the base texts has {SENTENCES[0]} to {SENTENCES[1]} sentences")
    words = [frozenset(word for word in _WORD.findall(" ".join(text)) if word[0].isupper()) for text in cut]
    counts = Counter(word for found in words for word in sorted(found))
    topics = tuple(frozenset(word for word in found if 1 < counts[word] <= RARE) for found in words)
    holders: dict[str, list[int]] = {}
    for number, topic in enumerate(topics):
        for word in sorted(topic):
            holders.setdefault(word, []).append(number)
    kin = with_kin(open_book("en", split).lexicon, (sentence for sentences in cut for sentence in sentences))
    return Shelf(tuple(cut), topics, {word: tuple(numbers) for word, numbers in holders.items()}, kin)


def shelf(texts: Sequence[str], split: Split) -> Shelf:
    """The texts of a part, ready to be pulled. Raises ValueError when none is of a fit length."""
    return _shelf(tuple(texts), split)


def _sentences(text: str) -> tuple[str, ...] | None:
    found = [part.strip() for line in text.split("\n") for part in _SENTENCE.split(line.strip()) if part.strip()]
    fit = [sentence for sentence in found if 3 <= sentence.count(" ") + 1 <= LONGEST_SENTENCE and "«" not in sentence]
    return tuple(fit) if SENTENCES[0] <= len(fit) <= SENTENCES[1] else None


@dataclass(slots=True)
class Found:
    """The matter of a real text: the `Matter` of an invented event has the same methods."""

    book: Book
    sentences: tuple[str, ...]
    name: str
    rng: Random
    lexicon: Lexicon
    held_back: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    opened: bool = False

    def __post_init__(self) -> None:
        rest = range(1, len(self.sentences))
        self.held_back = {number for number in rest if self.rng.random() < WITHHELD}

    def title(self, author: Author) -> Unit | None:
        """None: a headline would be a sentence of the text once more."""
        return None

    def lead(self, author: Author) -> Unit | None:
        """The text's first sentence, for its root alone."""
        if self.opened:
            return None
        self.opened = True
        return self.tell(author, self._fact(0))

    def _fact(self, number: int) -> str:
        return f"{self.name}.{number}"

    def topics(self, author: Author) -> list[str]:
        """Sentences not yet told: in order to the root's author, without what is held back; any to the others."""
        first = not self.told or self.told == {0}
        left = [n for n in range(1, len(self.sentences)) if n not in self.told and not (first and n in self.held_back)]
        if not first:
            author.rng.shuffle(left)
        return [self._fact(number) for number in left]

    def tell(self, author: Author, fact: str) -> Unit | None:
        """The sentence; each is written once, and after that only copied."""
        number = int(fact.rpartition(".")[2])
        if number in self.told:
            return None
        self.told.add(number)
        return self._unit(author, fact, self.sentences[number])

    def _unit(self, author: Author, fact: str, sentence: str) -> Unit:
        if quote := _QUOTE.fullmatch(sentence):
            unit = Unit(
                next(author.uids), "quote", fact, author.node, _NO_TEMPLATE, [], {_SPEAKER: choice([quote[2].strip()])}
            )
            unit.sentences, unit.speaker = (quote[1],), _SPEAKER
            self.frame(unit, author.rng)
        elif told := _STATEMENT.fullmatch(sentence):
            first = told[1][0].lower() + told[1][1:]
            template, picks = raw_template(fact, first + told[2], self.lexicon)
            unit = Unit(next(author.uids), "plain", fact, author.node, template, picks, {_SPEAKER: choice([told[3]])})
            unit.speaker = _SPEAKER
            self.frame(unit, author.rng)
        else:
            template, picks = raw_template(fact, sentence, self.lexicon)
            unit = Unit(next(author.uids), "plain", fact, author.node, template, picks)
        unit.style = author.outlet.style
        return unit

    def frame(self, unit: Unit, rng: Random) -> None:
        """Another attribution, if there is one."""
        if not unit.speaker:
            return
        templates = (self.book.quote_one if unit.sentences else self.book.statement).templates
        unit.frame = templates[rng.randrange(len(templates))]
        unit.frame_picks, unit.text = draw(unit.frame, rng, {"S": unit.slots[_SPEAKER]}), ""

    def reword(self, unit: Unit, author: Author) -> bool:
        """Every choice of the sentence drawn anew: it has no other template."""
        if unit.sentences or not any(isinstance(part, Choice) for part in unit.template.choices):
            return False
        unit.picks, unit.text = draw(unit.template, author.rng, unit.slots), ""
        self.frame(unit, author.rng)
        return True

    def slots(self, stage: int) -> Mapping[str, Choice]:
        """None: nothing is known of the event but its text."""
        return {}
