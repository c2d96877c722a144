"""Events and how they are worded: a report is a list of sentences, each of a fact, a quotation, or of its own.

Every word has a number that says who wrote it down. A copy keeps the numbers of the words that it keeps, so that what
was taken from whom is known without comparing texts.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path

from corpus.newsroom import lexicon
from corpus.newsroom.bureau.book import Split, open_book
from corpus.newsroom.bureau.details import Lists, compose
from corpus.newsroom.bureau.units import with_articles

FACTS = Path(__file__).parent / "facts.toml"
HELD_KINDS = ("discovery", "accident", "award")  # events that no training story is about
DETAILS = 24  # facts of an event that are put together from parts: reports of it seldom tell the same ones
WHENS = 6  # phrases of place and time put together for each fact, beside its own four
AUTHORITIES = 30  # people and bodies put together for an event, beside those that every event has
COMMON_QUOTES, OWN_QUOTES = 2, 12  # of an event, from the list and put together
_CHOICE = re.compile(r"\(([^()|]*\|[^()]*)\)")
# Subject, verb, object and circumstances of a detail, in several wordings between bars.
_DETAIL = (
    "{person}, a {adj} {role}, | the {role} {person} | {person} from {somewhere} | the {adj} {role} {person}",
    "{verbed} | {manner} {verbed} | {verbed} and {verbed2} | had {verbed2}",
    "a {adj} {noun} | a {noun} and {count} {nouns} | {count} {nouns} and a {adj} {noun} | the {noun} of {person2}",
    "{where} | {when} | {where} {when} | {when} and {where2}",
)
_WHEN = "{where} | {when} | {where} {when} | while {agents} {moved}"
_AUTHORITY = "the {role} {person} | {group} | a {role} from {somewhere} | a {adj} {role} from {somewhere}"
_SLOT = re.compile(r"\{(\w+)\}")
_SLOTS = ("S", "V", "O", "W", "A")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is printed, with its punctuation, and the number of its writing."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words; of which fact (None: a quotation, a credit, furniture); and how that was put (pattern, wordings)."""

    words: tuple[Word, ...]
    fact: int | None = None
    put: tuple[int, ...] = ()
    kind: str = "fact"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, in four wordings or more for each part of a sentence."""

    kinds: tuple[str, ...]
    slots: tuple[tuple[str, ...], ...]


@cache
def facts() -> tuple[Fact, ...]:
    """All facts, as they stand in the file."""
    rows = tomllib.loads(FACTS.read_text(encoding="utf-8"))["fact"]
    names = ("subject", "verb", "object", "when")
    return tuple(Fact(tuple(row["kinds"]), tuple(tuple(row[name].split("|")) for name in names)) for row in rows)


@dataclass
class Event:
    """What happened in one story: the facts with their names and numbers filled in, and what was said."""

    facts: list[tuple[tuple[str, ...], ...]]
    quotes: list[str]
    speakers: list[str]
    patterns: tuple[str, ...]
    authorities: tuple[str, ...]
    names: dict[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    used: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)

    @classmethod
    def of(cls, rng: random.Random, split: Split) -> Event:
        """An event of two kinds that happen together, as a flood and a power cut do."""
        kinds = [k for k in lexicon.KINDS if split == "all" or (k in HELD_KINDS) == (split == "held")]
        chosen = rng.sample(kinds, 2)
        names = _names(rng)
        own = [f for kind in chosen for f in facts() if kind in f.kinds]
        common = [f for f in facts() if "*" in f.kinds]
        picked = own + rng.sample(common, len(common))
        lists = open_book("en", split).colour
        filled = [_told_of(rng, fact, names, lists) for fact in picked]
        filled += [tuple(_wordings(rng, part, lists) for part in _DETAIL) for _ in range(DETAILS)]
        quotes = [_filled(q, names) for q in rng.sample(lexicon.QUOTES, COMMON_QUOTES)]
        quotes += [_said(rng, lists) for _ in range(OWN_QUOTES)]
        people = (rng.choice(_wordings(rng, _AUTHORITY, lists)) for _ in range(AUTHORITIES))
        authorities = (*lexicon.AUTHORITIES, *people)
        patterns = lexicon.PATTERNS["held" if split == "held" else "train"]
        speakers = [f"{rng.choice(lexicon.FIRST)} {rng.choice(lexicon.LAST)}" for _ in range(3)]
        return cls(filled, quotes, speakers, patterns, authorities, names)

    def word(self, text: str) -> Word:
        """A word that somebody writes anew."""
        return Word(text, next(self.numbers))

    def written(self, text: str, kind: str) -> Sentence:
        """A sentence that is no fact."""
        return Sentence(tuple(map(self.word, text.split())), None, (), kind)

    def told(self, rng: random.Random, fact: int, *, fresh: bool) -> Sentence:
        """A fact in words; if `fresh`, with three parts or more put unlike any earlier report did."""
        for _ in range(40):
            put = (rng.randrange(len(self.patterns)), *(rng.randrange(len(slot)) for slot in self.facts[fact]))
            put = (*put, rng.randrange(len(self.authorities)))
            near = any(
                f == fact and sum(a == b for a, b in zip(p[1:5], put[1:5], strict=True)) > 1 for f, p in self.used
            )
            if not fresh or not near:
                break
        self.used.add((fact, put))
        return self.worded(fact, put)

    def worded(self, fact: int, put: tuple[int, ...], old: Sentence | None = None) -> Sentence:
        """A fact put one way. Of `old`, an earlier wording, the words that stay as they were keep their numbers."""
        parts = [slot[choice] for slot, choice in zip(self.facts[fact], put[1:5], strict=True)]
        parts.append(self.authorities[put[5]])
        text = self.patterns[put[0]]
        for name, part in zip(_SLOTS, parts, strict=True):
            text = text.replace(f"{{{name}}}", part)
        texts = (text[0].upper() + text[1:]).split()
        return Sentence(tuple(self._kept(texts, old)), fact, put)

    def _kept(self, texts: Sequence[str], old: Sentence | None) -> Iterator[Word]:
        """Words with the old ones' numbers where the old wording has the same word in a common run of two or more."""
        from difflib import SequenceMatcher

        numbers: dict[int, int] = {}
        if old is not None:
            before = [word.text for word in old.words]
            for block in SequenceMatcher(None, before, texts, autojunk=False).get_matching_blocks():
                if block.size > 1:
                    numbers.update({block.b + k: old.words[block.a + k].number for k in range(block.size)})
        for place, text in enumerate(texts):
            yield Word(text, numbers[place]) if place in numbers else self.word(text)

    def quotation(self, rng: random.Random, which: int, translated: bool) -> Sentence:
        """Somebody's words; if `translated`, from another language, so that they differ from the others' version."""
        text = self.quotes[which]
        if translated:
            text = _translated(rng, text)
        speaker = self.speakers[which % len(self.speakers)]
        verb = rng.choice(("said", "told reporters", "added", "told a news conference"))
        words = (
            f"“{text[0].upper()}{text[1:]},” {speaker} {verb}."
            if rng.random() < 0.7
            else f"{speaker} {verb}: “{text}.”"
        )
        return replace(self.written(words, "quote"), put=(which,))

    def report(self, rng: random.Random, size: int) -> list[list[Sentence]]:
        """An independent report: the main facts first, each in its own words; paragraphs of one to three sentences."""
        main, rest = list(range(6)), list(range(6, len(self.facts)))
        rng.shuffle(rest)
        order = [main.pop(rng.randrange(min(3, len(main)))) for _ in range(len(main))]
        chosen = [*order[: rng.randint(4, 6)], *rest][:size]
        sentences = [self.told(rng, fact, fresh=True) for fact in chosen]
        for which in rng.sample(range(len(self.quotes)), rng.randint(0, 3)):
            sentences.insert(rng.randint(1, len(sentences)), self.quotation(rng, which, rng.random() < 0.3))
        return paragraphs(rng, sentences)


def paragraphs(rng: random.Random, sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences in paragraphs of one to three."""
    made: list[list[Sentence]] = []
    at = 0
    while at < len(sentences):
        size = rng.choice((1, 1, 2, 2, 3))
        made.append(list(sentences[at : at + size]))
        at += size
    return made


def _names(rng: random.Random) -> dict[str, str]:
    place, town = rng.sample([h + t for h in lexicon.HEAD for t in lexicon.TAIL], 2)
    one, other = rng.sample([f"{c} {e}" for c in lexicon.COMPANY for e in lexicon.ENDING], 2)
    people = [f"{f} {s}" for f, s in zip(rng.sample(lexicon.FIRST, 2), rng.sample(lexicon.LAST, 2), strict=True)]
    return {
        "place": place, "town": town, "river": rng.choice(lexicon.RIVER), "person": people[0], "rival": people[1],
        "company": one, "rivalco": other, "building": rng.choice(lexicon.BUILDING),
        "plant": rng.choice(lexicon.PLANT), "vehicle": rng.choice(lexicon.VEHICLE),
        "trade": rng.choice(lexicon.TRADE), "goods": rng.choice(lexicon.GOODS),
        "hour": rng.choice(lexicon.HOURS), "day": rng.choice(lexicon.DAYS),
    }  # fmt: skip


def _told_of(rng: random.Random, fact: Fact, names: dict[str, str], lists: Lists) -> tuple[tuple[str, ...], ...]:
    """A fact's wordings with the event's names and numbers of its own, and circumstances that only this event has."""
    own = {**names, **_numbers(rng)}
    *rest, whens = (tuple(_filled(wording, own) for wording in slot) for slot in fact.slots)
    return *rest, whens + tuple(rng.choice(_wordings(rng, _WHEN, lists)) for _ in range(WHENS))


def _wordings(rng: random.Random, pattern: str, lists: Lists) -> tuple[str, ...]:
    """A pattern's wordings with a word drawn for every choice."""
    return tuple(
        with_articles(_CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text))
        for text in compose(pattern, lists, rng)
    )


def _said(rng: random.Random, lists: Lists) -> str:
    """Something that somebody says."""
    return _wordings(rng, rng.choice(lists["said"]), lists)[0].replace("//", " ").rstrip(".")


def _numbers(rng: random.Random) -> dict[str, str]:
    return {"number": str(rng.randint(21, 480)), "small": str(rng.randint(3, 19)), "percent": str(rng.randint(3, 68))}


def _filled(text: str, names: dict[str, str]) -> str:
    return _SLOT.sub(lambda match: names[match[1]], text)


_OTHER_WORDS = {
    "never": "not once", "anything": "something", "months": "many months", "people": "the people", "good": "fine",
    "asked": "begged", "help": "assistance", "wait": "be patient", "money": "funding", "close": "shut",
    "facts": "the evidence", "families": "relatives", "noise": "sound", "street": "road", "told": "informed",
    "before": "until", "support": "backing", "rather": "more", "whatever": "no matter what", "back": "home",
}  # fmt: skip


def _translated(rng: random.Random, text: str) -> str:
    """The same said in other words, as two translators would."""
    words = [_OTHER_WORDS.get(word, word) if rng.random() < 0.8 else word for word in text.split()]
    return " ".join(words)
